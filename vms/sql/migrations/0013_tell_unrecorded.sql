-- A stream that is seen and cannot be recorded: the disk refuses. It is history, the cause of a gap, and an alert.

alter table camera_condition drop constraint camera_condition_state_check;
alter table camera_condition add constraint camera_condition_state_check check (state in
    ('never_connected', 'live', 'degraded', 'stalled', 'frozen', 'black', 'covered', 'turned', 'offline', 'unrecorded'));
alter table alert drop constraint alert_kind_check;
alter table alert add constraint alert_kind_check
    check (kind in ('fall', 'person_down', 'crowd', 'camera_offline', 'camera_blind', 'camera_unrecorded'));
alter table alert drop constraint alert_outage;
alter table alert add constraint alert_outage
    check ((kind in ('camera_offline', 'camera_blind', 'camera_unrecorded')) = (outage is not null));
alter table outage_camera drop constraint outage_camera_kind_check;
alter table outage_camera add constraint outage_camera_kind_check
    check (kind in ('camera_offline', 'camera_blind', 'camera_unrecorded'));
