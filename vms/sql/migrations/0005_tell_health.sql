-- Health as history in place of what was last seen of a stream, and alerts about cameras themselves.

drop table stream_health;

-- A process that watches cameras, and when it last said so: what it left open at its end was watched until then.
create table watcher (
    name    text primary key check (name <> ''),
    seen_at timestamptz not null
);

-- Every condition of a stream, with when it began and ended; written on a change only. A stretch of time without a row was
-- not watched: nobody knows how the camera was.
create table camera_condition (
    camera_id bigint not null references camera on delete cascade,
    profile   text not null check (profile in ('main', 'sub')),
    state     text not null check (state in
        ('never_connected', 'live', 'degraded', 'stalled', 'frozen', 'black', 'covered', 'turned', 'offline')),
    causes    text[] not null,
    -- {"code": …, "message": {"en": …, "zh": …}}: why it is not live, in words for the person who registered it
    error     jsonb,
    since     timestamptz not null,
    -- null while it lasts
    until     timestamptz check (until >= since),
    watcher   text not null references watcher,
    primary key (camera_id, since, profile)
);
-- A stream is in one condition at a time.
create unique index camera_condition_open on camera_condition (camera_id, profile) where until is null;
create index camera_condition_state on camera_condition (state, camera_id) where until is null;

-- The system's own verb: what an alert was about is over by itself.
insert into alert_verb (from_state, verb, to_state) values
    ('raised', 'recover', 'resolved'),
    ('acknowledged', 'recover', 'resolved'),
    ('dispatched', 'recover', 'resolved');

alter table alert drop constraint alert_kind_check;
alter table alert add constraint alert_kind_check
    check (kind in ('fall', 'person_down', 'crowd', 'camera_offline', 'camera_blind'));
alter table alert add column outage jsonb;
alter table alert add constraint alert_outage
    check ((kind in ('camera_offline', 'camera_blind')) = (outage is not null));
drop index alert_one_open;
create unique index alert_one_open on alert (camera_id, zone_id, kind) nulls not distinct
    where state in ('raised', 'acknowledged', 'dispatched') and outage is null;

-- The cameras that an alert about cameras is about. A camera stays in it until it is back, even where a person has ended
-- the alert: who knows of an outage is not told of it again.
create table outage_camera (
    alert_id  bigint not null references alert,
    camera_id bigint not null references camera,
    kind      text not null check (kind in ('camera_offline', 'camera_blind')),
    joined_at timestamptz not null,
    left_at   timestamptz check (left_at >= joined_at),
    primary key (alert_id, camera_id)
);
-- At most one alert per camera and kind: what has begun belongs to it until it is over.
create unique index outage_camera_open on outage_camera (camera_id, kind) where left_at is null;

-- Seconds in several stretches of time together.
create function seconds_of(stretches tstzmultirange) returns double precision
language sql immutable strict parallel safe as $$
    select coalesce(sum(extract(epoch from upper(stretch) - lower(stretch))), 0)::double precision
    from unnest(stretches) as stretch
$$;

-- A camera's conditions of a stretch of time, cut to it. What lasts, lasts until its watcher was last seen.
create function conditions_within(camera bigint, began timestamptz, ended timestamptz, instant timestamptz)
returns table (state text, causes text[], "time" tstzrange) language sql stable as $$
    select state, causes, tstzrange(greatest(since, began), last.at)
    from camera_condition join watcher on watcher.name = camera_condition.watcher
    cross join lateral (select least(ended, coalesce(
        until, case when seen_at > instant - interval '1 minute' then instant else seen_at end
    )) as at) last
    where camera_id = camera and since < ended and (until is null or until > began) and last.at > greatest(since, began)
$$;
