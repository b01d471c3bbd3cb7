-- Events say how much, which way and why: levels of crowding, somebody found lying, measurements over time, a strip of
-- pictures; a zone may know its ground in metres.

alter table camera drop constraint camera_rules_check;
alter table camera add constraint camera_rules_check check (rules <@ array['fall', 'person_down', 'crowd']);
alter table camera alter column rules set default '{fall,person_down}';

alter table zone drop constraint zone_rules_check;
alter table zone add constraint zone_rules_check
    check (rules <@ array['fall', 'person_down', 'crowd'] and rules <> '{}');
alter table zone add column ground jsonb;

alter table alert drop constraint alert_kind_check;
alter table alert add constraint alert_kind_check check (kind in ('fall', 'person_down', 'crowd'));
alter table alert add column level text check (level in ('clear', 'busy', 'crowded', 'dangerous'));
alter table alert add constraint alert_check3 check ((kind = 'crowd') = (level is not null)) not valid;
update alert set level = 'crowded' where kind = 'crowd';
alter table alert validate constraint alert_check3;

alter table event drop constraint event_kind_check;
alter table event add constraint event_kind_check check (kind in ('fall', 'person_down', 'crowd'));
alter table event add column level text check (level in ('clear', 'busy', 'crowded', 'dangerous'));
alter table event add column rising boolean not null default true;
alter table event alter column rising drop default;
alter table event add column curves jsonb not null default '[]';
alter table event alter column curves drop default;

create table event_strip (
    event_id uuid primary key references event,
    jpeg     bytea not null
);

alter table notification drop constraint notification_kind_check;
alter table notification add constraint notification_kind_check check (kind in
    ('raised', 'repeated', 'eased', 'acknowledged', 'dispatched', 'resolved', 'dismissed'));
