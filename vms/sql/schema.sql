-- The whole schema as it stands after every migration; a test holds the two equal. Change both together.

-- A node of the administrative tree. Everything that is watched or watches belongs to one.
create table unit (
    id        bigint generated always as identity primary key,
    parent_id bigint references unit,
    level     text not null check (level in ('district', 'street', 'community', 'grid')),
    name      text not null check (name <> ''),
    -- of GB/T 2260 and its continuations: 6 digits a district, 9 a street, 12 a community, 15 a grid; null where nobody knows it
    code        text,
    -- a unit that was merged stays as history: nothing belongs to it any more, its name and code are free
    merged_into bigint references unit,
    merged_at   timestamptz,
    constraint unit_code_check check (code ~ '^[0-9]+$' and length(code) =
        case level when 'district' then 6 when 'street' then 9 when 'community' then 12 else 15 end),
    constraint unit_merged_check check ((merged_into is null) = (merged_at is null))
);
create unique index unit_name on unit (parent_id, name) nulls not distinct where merged_into is null;
create unique index unit_code on unit (code) where merged_into is null;

-- Every change of the tree: who, when, what it was before and is after.
create table unit_change (
    id      bigint generated always as identity primary key,
    unit_id bigint not null references unit,
    at      timestamptz not null default now(),
    author  text not null check (author <> ''),
    verb    text not null check (verb in ('add', 'rename', 'recode', 'move', 'merge')),
    before  jsonb not null,
    after   jsonb not null
);
create index unit_change_of_unit on unit_change (unit_id, id);

-- A monitoring room watches the cameras of its unit's subtree.
create table room (
    id       bigint generated always as identity primary key,
    unit_id  bigint not null references unit,
    name     text not null check (name <> ''),
    -- The last sequence number given to a notification. Whoever writes one takes this row's lock first, so numbers
    -- appear in commit order and without a hole: a reader that has seen 7 has seen 6.
    last_seq bigint not null default 0,
    unique (unit_id, name)
);

create table camera (
    id         bigint generated always as identity primary key,
    unit_id    bigint not null references unit,
    name       text not null check (name <> ''),
    enabled    boolean not null default true,
    -- rules that apply to the whole picture; a zone may carry its own
    rules      text[] not null default '{fall,person_down}' check (rules <@ array['fall', 'person_down', 'crowd']),
    created_at timestamptz not null default now(),
    -- what a change must name, so that nobody overwrites what they have not seen
    version    int not null default 1 check (version > 0),
    -- a camera that was removed stays for its recordings and its alerts; its name and code are free
    removed_at timestamptz check (removed_at is null or not enabled),
    -- GB/T 28181: 20 digits
    code       text check (code ~ '^[0-9]{20}$'),
    -- host of the device itself
    address    text not null default '',
    -- at which it speaks ONVIF, with the account of its main stream; null where it does not
    onvif_port int check (onvif_port between 1 and 65535),
    make       text not null default '',
    model      text not null default '',
    serial     text not null default '',
    place      text not null default '',
    -- vms/cameras/place.py names what there is; these are forbidden by article 8 of State Council Decree 799
    place_kind text check (place_kind not in
        ('hotel_room', 'private_dining_room', 'dormitory', 'public_bath', 'toilet', 'changing_room', 'nursing_room',
         'fitting_room')),
    place_category text not null default 'public_security'
        check (place_category in ('public_security', 'other_public', 'private')),
    purpose        text not null default '',
    sign_confirmed boolean not null default false,
    filing_number  text not null default '',
    filed_on       date,
    -- degrees, WGS 84
    longitude      double precision check (longitude between -180 and 180),
    latitude       double precision check (latitude between -90 and 90),
    retention_days int not null default 30 check (retention_days between 1 and 3650),
    -- when rules are on, 'crowd 07:00-22:00' (vms/cameras/rule_hours.py); a rule that is not in it always is
    hours text not null default '',
    -- 'x,y x,y x,y; …' of the picture, each 0 to 1: never analysed, never shown
    masks text not null default '',
    -- which streams are recorded; which one is analysed: auto is the sub stream where there is one
    recorded text not null default 'main' check (recorded in ('main', 'sub', 'both')),
    analysed text not null default 'auto' check (analysed in ('auto', 'main', 'sub')),
    -- what a search for text looks at
    search text not null generated always as (lower(
        name || ' ' || coalesce(code, '') || ' ' || place || ' ' || address || ' ' || make || ' ' || model || ' ' || serial
    )) stored,
    constraint camera_retention_floor check (place_category <> 'public_security' or retention_days >= 30),
    constraint camera_position check ((longitude is null) = (latitude is null))
);
create unique index camera_name on camera (unit_id, name) where removed_at is null;
create unique index camera_code on camera (code) where removed_at is null;

-- Pairs of letters of a text: what a search is narrowed down by. Two letters of Chinese are a word.
create function letter_pairs(words text) returns text[] language sql immutable strict parallel safe as $$
    select array(select substr(words, at, 2) from generate_series(1, length(words) - 1) as at)
$$;
create index camera_search on camera using gin (letter_pairs(search)) where removed_at is null;

-- A process that takes cameras. Its leases all run out together, so that renewing thousands is one row.
create table worker (
    name     text primary key check (name <> ''),
    -- host and data folder: who is on the same ones is this worker's next life, not another
    host     text not null,
    folder   text not null,
    -- most cameras that it takes; 0 is no limit
    capacity int not null check (capacity >= 0),
    cameras  int not null default 0 check (cameras >= 0),
    -- frames since it started that were analysed, and that it had no time for
    skipped  bigint not null default 0,
    analysed bigint not null default 0,
    version  text not null,
    -- one life of the process; null once its cameras were taken from it or given back
    session  uuid,
    seen_at  timestamptz not null,
    -- by the clock of this database: from then on others may take its cameras
    until    timestamptz not null
);

-- Every camera that is switched on (the triggers below see to it), with the worker that has it; null is free.
create table camera_lease (
    camera_id bigint primary key references camera on delete cascade,
    worker    text references worker
);
create index camera_lease_free on camera_lease (camera_id) where worker is null;
create index camera_lease_worker on camera_lease (worker, camera_id) where worker is not null;

create function offer_camera() returns trigger language plpgsql as $$
begin
    if new.enabled then
        insert into camera_lease (camera_id) values (new.id) on conflict do nothing;
    else
        delete from camera_lease where camera_id = new.id;
    end if;
    return null;
end $$;
create trigger camera_added after insert on camera
    for each row when (new.enabled) execute function offer_camera();
create trigger camera_switched after update on camera
    for each row when (old.enabled <> new.enabled) execute function offer_camera();

-- What a camera last said of its own picture over ONVIF: one row a kind, written on a change. Whether it says so right now, the
-- subscription tells, not this.
create table device_state (
    camera_id bigint not null references camera on delete cascade,
    kind      text not null check (kind in ('motion', 'tamper', 'video_loss')),
    active    boolean not null,
    -- by this server's clock
    since     timestamptz not null,
    told_at   timestamptz not null,
    -- by the camera's own clock, which may be wrong
    said_at   timestamptz,
    -- topic and part of the device that said so
    detector  text not null,
    primary key (camera_id, kind)
);

-- What a change of a camera changed, {"field": [before, after], …}; a password is never in it. Version 1 is its registration.
create table camera_version (
    camera_id bigint not null references camera on delete cascade,
    version   int not null check (version > 0),
    at        timestamptz not null default now(),
    author    text not null check (author <> ''),
    changes   jsonb not null,
    primary key (camera_id, version)
);

create table stream_profile (
    camera_id bigint not null references camera on delete cascade,
    name      text not null check (name in ('main', 'sub')),
    -- without credentials: these stand beside it, the password encrypted with a key that is not in this database
    url       text not null check (url !~ '^[a-z]+://[^/]*@'),
    username  text not null default '',
    password  bytea,
    recorded  boolean not null,
    analysed  boolean not null,
    primary key (camera_id, name),
    -- one stream of a camera is analysed, once a transaction is done
    constraint stream_profile_analysed_once
        exclude using btree (camera_id with =) where (analysed) deferrable initially deferred
);

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
        ('never_connected', 'live', 'degraded', 'stalled', 'frozen', 'black', 'covered', 'turned', 'offline',
         'unrecorded')),
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

-- Whoever watches over outages hears of every condition that is written, in whichever process.
create function ring_condition() returns trigger language plpgsql as $$
begin
    perform pg_notify('condition', '');
    return null;
end $$;
create trigger condition_written after insert or update on camera_condition
    for each statement execute function ring_condition();

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

create table zone (
    id          bigint generated always as identity primary key,
    camera_id   bigint not null references camera on delete cascade,
    name        text not null check (name <> ''),
    -- [[x, y], …] of the picture, each 0 to 1
    polygon     jsonb not null check (jsonb_array_length(polygon) >= 3),
    rules       text[] not null check (rules <@ array['fall', 'person_down', 'crowd'] and rules <> '{}'),
    -- persons; more than this many is too full
    crowd_limit int check (crowd_limit > 0),
    -- four points of the picture and their distances in metres (detectors/ground.py); null where nobody measured
    ground      jsonb,
    -- when its rules are on, as detectors/hours.py reads it; null is always
    hours       text check (hours <> ''),
    -- a zone that was taken away stays for its alerts; one of its name that comes back is the same
    removed_at  timestamptz,
    check (not 'crowd' = any (rules) or crowd_limit is not null),
    unique (camera_id, name)
);

-- A folder that recordings are written to, on one machine.
create table volume (
    id     int generated always as identity primary key,
    host   text not null check (host <> ''),
    folder text not null check (folder <> ''),
    unique (host, folder)
);

-- One recorded file. A row exists only for a file that is whole and on disk; its path follows from camera, profile and start
-- (streams/segment.py).
create table segment (
    camera_id      bigint not null references camera,
    profile        text not null check (profile in ('main', 'sub')),
    -- wall time of its first picture, and of the picture after its last
    start_at       timestamptz not null check (start_at = date_trunc('milliseconds', start_at)),
    end_at         timestamptz not null,
    volume_id      int not null references volume,
    -- segments of one run come from one unbroken RTSP session
    run_id         uuid not null,
    -- by the camera's own clock; it differs from end_at - start_at by as much as that drifts
    duration_s     double precision not null check (duration_s >= 0),
    bytes          bigint not null check (bytes > 0),
    codec          text not null,
    width          int not null,
    height         int not null,
    -- by how much the camera's clock was ahead of this server's; null where nobody asked it
    clock_offset_s double precision,
    -- of the file, and of the pictures in it whatever file they are in (streams/fragment.py)
    sha256         bytea not null check (length(sha256) = 32),
    media_sha256   bytea not null check (length(media_sha256) = 32),
    -- its place in the chain of its camera and profile, and the link: SHA-256 of the link before it and of what it says
    seq            bigint not null check (seq > 0),
    link           bytea not null check (length(link) = 32),
    check (end_at >= start_at),
    -- with what a timeline reads, so that it reads no row: those of a camera lie far apart
    primary key (camera_id, profile, start_at) include (end_at, run_id, bytes)
) partition by range (start_at);

-- A partition is a day of UTC, made when its first segment comes. It is made beside and attached, which stops no reader.
create function make_segment_partition(day date) returns void language plpgsql as $$
declare
    partition text := 'segment_' || to_char(day, 'YYYYMMDD');
begin
    if to_regclass(partition) is null then
        perform pg_advisory_xact_lock(hashtext('segment_partition'));
        -- Asked of the catalogue: what to_regclass remembers from before the lock may be out of date.
        if not exists (select from pg_class where relname = partition) then
            execute format('create table %I (like segment including all)', partition);
            execute format('alter table segment attach partition %I for values from (%L) to (%L)', partition,
                day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
        end if;
    end if;
end $$;

-- The last link of each camera and profile: whoever adds a segment takes this row's lock first.
create table segment_chain (
    camera_id bigint not null references camera,
    profile   text not null check (profile in ('main', 'sub')),
    seq       bigint not null check (seq >= 0),
    link      bytea not null check (length(link) = 32),
    primary key (camera_id, profile)
);

-- The lifecycle of an alert as a table: a transition that is not here cannot be written.
create table alert_verb (
    from_state text not null,
    verb       text not null,
    to_state   text not null,
    primary key (from_state, verb),
    unique (from_state, verb, to_state)
);
insert into alert_verb (from_state, verb, to_state) values
    ('none', 'raise', 'raised'),
    ('raised', 'acknowledge', 'acknowledged'),
    ('raised', 'dismiss', 'dismissed'),
    ('raised', 'recover', 'resolved'),
    ('acknowledged', 'dispatch', 'dispatched'),
    ('acknowledged', 'resolve', 'resolved'),
    ('acknowledged', 'dismiss', 'dismissed'),
    ('acknowledged', 'recover', 'resolved'),
    ('dispatched', 'resolve', 'resolved'),
    ('dispatched', 'dismiss', 'dismissed'),
    ('dispatched', 'recover', 'resolved');

create table alert (
    id            bigint generated always as identity primary key,
    camera_id     bigint not null references camera,
    zone_id       bigint references zone,
    -- people first; the last three are about the cameras themselves
    kind          text not null check (kind in
        ('fall', 'person_down', 'crowd', 'camera_offline', 'camera_blind', 'camera_unrecorded')),
    -- of a crowd, as its latest event says
    level         text check (level in ('clear', 'busy', 'crowded', 'dangerous')),
    severity      text not null check (severity in ('critical', 'major', 'minor')),
    state         text not null check (state in ('raised', 'acknowledged', 'dispatched', 'resolved', 'dismissed')),
    raised_at     timestamptz not null,
    last_event_at timestamptz not null,
    event_count   int not null default 1 check (event_count > 0),
    -- what the latest event measured, for the card on the wall
    facts         jsonb not null,
    taken_by      text,
    taken_at      timestamptz,
    ended_at      timestamptz,
    note          text not null default '',
    -- of cameras: how many, whose, and what they share (alerts/outages/outage.py); camera_id is then the first of them
    outage        jsonb,
    constraint alert_outage check
        ((kind in ('camera_offline', 'camera_blind', 'camera_unrecorded')) = (outage is not null)),
    check ((state = 'raised') = (taken_by is null)),
    check ((taken_by is null) = (taken_at is null)),
    check ((state in ('resolved', 'dismissed')) = (ended_at is not null)),
    check ((kind = 'crowd') = (level is not null))
);
-- At most one open alert per camera, zone and kind: a second event joins the first.
create unique index alert_one_open on alert (camera_id, zone_id, kind) nulls not distinct
    where state in ('raised', 'acknowledged', 'dispatched') and outage is null;
create index alert_ended on alert (ended_at) where ended_at is not null;

-- The cameras that an alert about cameras is about. A camera stays in it until it is back, even where a person has ended
-- the alert: who knows of an outage is not told of it again.
create table outage_camera (
    alert_id  bigint not null references alert,
    camera_id bigint not null references camera,
    kind      text not null check (kind in ('camera_offline', 'camera_blind', 'camera_unrecorded')),
    joined_at timestamptz not null,
    left_at   timestamptz check (left_at >= joined_at),
    primary key (alert_id, camera_id)
);
-- At most one alert per camera and kind: what has begun belongs to it until it is over.
create unique index outage_camera_open on outage_camera (camera_id, kind) where left_at is null;

-- What a rule stated; never changed. The id is made where the rule ran, so that a second delivery is recognised.
create table event (
    id           uuid primary key,
    alert_id     bigint not null references alert,
    camera_id    bigint not null references camera,
    zone_id      bigint,
    kind         text not null check (kind in ('fall', 'person_down', 'crowd')),
    level        text check (level in ('clear', 'busy', 'crowded', 'dangerous')),
    -- false: it eases, and joins what there is
    rising       boolean not null,
    track        int,
    score        real not null,
    media_time_s double precision not null,
    occurred_at  timestamptz not null,
    recorded_at  timestamptz not null,
    rule_version text not null,
    models       jsonb not null,
    measurements jsonb not null,
    -- [{"name", "limit", "at_s": […], "values": […]}, …]: what was measured before and while the rule made up its mind
    curves       jsonb not null
);
create index event_of_alert on event (alert_id, occurred_at);

-- The picture that goes with an alert: that of its first event, boxes and zone drawn on it.
create table snapshot (
    alert_id bigint primary key references alert,
    event_id uuid not null references event,
    jpeg     bytea not null
);

-- Five pictures side by side, from before to the event itself: how it came about.
create table event_strip (
    event_id uuid primary key references event,
    jpeg     bytea not null
);

create table transition (
    id         bigint generated always as identity primary key,
    alert_id   bigint not null references alert,
    from_state text not null,
    verb       text not null,
    to_state   text not null,
    author     text not null check (author <> ''),
    room_id    bigint references room,
    at         timestamptz not null,
    note       text not null default '',
    foreign key (from_state, verb, to_state) references alert_verb (from_state, verb, to_state)
);
create index transition_of_alert on transition (alert_id, id);

-- One message about an alert to one room. Written with what it tells of, in one transaction; never changed.
create table notification (
    room_id  bigint not null references room,
    seq      bigint not null check (seq > 0),
    alert_id bigint not null references alert,
    kind     text not null check (kind in
        ('raised', 'repeated', 'eased', 'acknowledged', 'dispatched', 'resolved', 'dismissed')),
    at       timestamptz not null,
    -- the alert as it was at that moment, as the room is shown it
    alert    jsonb not null,
    primary key (room_id, seq)
);
create index notification_of_alert on notification (alert_id, room_id);

-- For tables that are only ever added to: nobody changes or removes a line, the owner of the tables neither.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

-- Who did what to what. The statement is canonical JSON, the link SHA-256 of the link before it and of the statement
-- (runtime/chain.py); what is searched by is taken from it.
create table audit_entry (
    seq       bigint primary key check (seq > 0),
    statement text not null,
    link      bytea not null check (length(link) = 32),
    at        timestamptz not null,
    author    text not null generated always as (statement::jsonb ->> 'author') stored,
    act       text not null generated always as (statement::jsonb ->> 'act') stored,
    target    text not null generated always as (statement::jsonb ->> 'target') stored,
    camera_ids bigint[] not null,
    unit_ids   bigint[] not null,
    case_number text not null generated always as (coalesce(statement::jsonb ->> 'case', '')) stored
);
create index audit_entry_at on audit_entry (at);
create index audit_entry_author on audit_entry (author, seq);
create index audit_entry_camera on audit_entry using gin (camera_ids);
create trigger audit_entry_append_only before update or delete on audit_entry
    for each row execute function refuse_change();
create trigger audit_entry_not_emptied before truncate on audit_entry
    for each statement execute function refuse_change();

-- The last line: whoever adds one takes this row's lock, so numbers appear in commit order and without a hole.
create table audit_head (
    id   int primary key default 1 check (id = 1),
    seq  bigint not null check (seq >= 0),
    link bytea not null check (length(link) = 32)
);
insert into audit_head (seq, link) values (0, decode(repeat('00', 32), 'hex'));

-- Ed25519. The secret is encrypted with the key that is not in this database; a retired key's public half stays, so that what
-- it signed can be verified.
create table signing_key (
    id         text primary key check (id ~ '^[0-9a-f]{16}$'),
    public_key bytea not null check (length(public_key) = 32),
    secret     bytea not null,
    made_at    timestamptz not null,
    retired_at timestamptz check (retired_at >= made_at)
);
create unique index signing_key_in_use on signing_key ((true)) where retired_at is null;

-- The access register: who wants to look at or take which recordings, why, and on what authority.
create table access (
    id              uuid primary key,
    at              timestamptz not null,
    person          text not null check (person <> ''),
    organisation    text not null check (organisation <> ''),
    reason          text not null check (reason <> ''),
    request_type    text not null check (request_type in
        ('police', 'state_organ', 'personal', 'supervision', 'duty')),
    document_number text not null default '',
    case_number     text not null default '',
    unmasked        boolean not null,
    start_at        timestamptz not null,
    end_at          timestamptz not null check (end_at > start_at),
    expires_at      timestamptz not null check (expires_at > at),
    check (request_type not in ('police', 'state_organ') or document_number <> '')
);
create table access_camera (
    access_id uuid not null references access,
    camera_id bigint not null references camera,
    primary key (camera_id, access_id)
);
create index access_camera_of on access_camera (access_id);
-- An access that was ended early.
create table access_end (
    access_id uuid primary key references access,
    at        timestamptz not null,
    author    text not null check (author <> '')
);
-- What was done with it.
create table access_use (
    id        bigint generated always as identity primary key,
    access_id uuid not null references access,
    at        timestamptz not null,
    act       text not null check (act in ('playback', 'thumbnails', 'export', 'download')),
    camera_ids bigint[] not null,
    start_at  timestamptz not null,
    end_at    timestamptz not null
);
create index access_use_of on access_use (access_id, id);

do $$
declare
    register text;
begin
    foreach register in array array['access', 'access_camera', 'access_end', 'access_use'] loop
        execute format('create trigger %1$I_append_only before update or delete on %1$I
            for each row execute function refuse_change()', register);
        execute format('create trigger %1$I_not_emptied before truncate on %1$I
            for each statement execute function refuse_change()', register);
    end loop;
end $$;

-- A time range of cameras that nothing may delete until it is released or has expired.
create table hold (
    id             bigint generated always as identity primary key,
    start_at       timestamptz not null,
    end_at         timestamptz not null check (end_at > start_at),
    reason         text not null check (reason <> ''),
    case_number    text not null default '',
    owner          text not null check (owner <> ''),
    made_at        timestamptz not null,
    expires_at     timestamptz check (expires_at > made_at),
    needs_other    boolean not null,
    released_at    timestamptz check (released_at >= made_at),
    released_by    text check (released_by <> ''),
    release_reason text check (release_reason <> ''),
    check ((released_at is null) = (released_by is null) and (released_at is null) = (release_reason is null)),
    constraint hold_released_by_another check (not needs_other or released_by <> owner)
);
create table hold_camera (
    hold_id   bigint not null references hold,
    camera_id bigint not null references camera,
    primary key (camera_id, hold_id)
);
create index hold_camera_of on hold_camera (hold_id);

create function keep_hold() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.released_at is not null
        or (old.start_at, old.end_at, old.reason, old.case_number, old.owner, old.made_at, old.needs_other)
            is distinct from (new.start_at, new.end_at, new.reason, new.case_number, new.owner, new.made_at, new.needs_other)
        or old.expires_at is distinct from new.expires_at then
        raise exception 'a hold is released, and otherwise never changed' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger hold_kept before update or delete on hold for each row execute function keep_hold();
create trigger hold_camera_kept before update or delete on hold_camera for each row execute function refuse_change();

-- What was deleted, when and by which rule: segments that followed one another in their chain, with the links that the chain
-- goes on from and to. `lost`: a file that was missing from the disk.
create table deletion (
    id          bigint generated always as identity primary key,
    at          timestamptz not null,
    camera_id   bigint not null references camera,
    profile     text not null check (profile in ('main', 'sub')),
    rule        text not null check (rule in ('retention', 'full_disk', 'lost')),
    author      text not null check (author <> ''),
    first_seq   bigint not null check (first_seq > 0),
    last_seq    bigint not null check (last_seq >= first_seq),
    before_link bytea not null check (length(before_link) = 32),
    after_link  bytea not null check (length(after_link) = 32),
    segments    bigint not null,
    bytes       bigint not null check (bytes > 0),
    start_at    timestamptz not null,
    end_at      timestamptz not null check (end_at >= start_at),
    check (segments = last_seq - first_seq + 1)
);
create index deletion_of_camera on deletion (camera_id, profile, start_at);
create index deletion_at on deletion (at);
create trigger deletion_append_only before update or delete on deletion
    for each row execute function refuse_change();
create trigger deletion_not_emptied before truncate on deletion
    for each statement execute function refuse_change();

-- Files whose rows are gone and that are still to be removed from their disk.
create table doomed_file (
    volume_id   int not null references volume,
    path        text not null,
    deletion_id bigint not null references deletion,
    primary key (volume_id, path)
);

-- What of a camera nothing may delete: holds in force, and an alert's own time, from before it to after it, until it has ended
-- and its keep time is over.
create function held_ranges(camera bigint, instant timestamptz, alert_keep interval) returns tstzmultirange
language sql stable as $$
    select coalesce(range_agg(held), '{}')
    from (
        select tstzrange(start_at, end_at) as held
        from hold_camera join hold on hold.id = hold_id
        where camera_id = camera and released_at is null and (expires_at is null or expires_at > instant)
        union all
        select tstzrange(raised_at - interval '30 seconds', last_event_at + interval '60 seconds')
        from alert
        where camera_id = camera and outage is null and (ended_at is null or ended_at + alert_keep > instant)
    ) ranges
$$;
create index alert_of_camera on alert (camera_id, raised_at);

-- Recordings handed out under an access: a job, and then one file. done_bytes of all_bytes of the recorded files were read.
create table export (
    id         uuid primary key,
    access_id  uuid not null references access,
    camera_ids bigint[] not null check (camera_ids <> '{}'),
    start_at   timestamptz not null,
    end_at     timestamptz not null check (end_at > start_at),
    state      text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled', 'expired')),
    made_at    timestamptz not null,
    started_at timestamptz,
    ended_at   timestamptz check (ended_at >= made_at),
    done_bytes bigint not null default 0 check (done_bytes >= 0),
    all_bytes  bigint not null check (all_bytes >= 0),
    bytes      bigint,
    sha256     bytea check (length(sha256) = 32),
    error      jsonb,
    -- region, watermark and whether the originals go along: it holds masked copies; null is the originals alone
    masked     jsonb,
    check ((state in ('waiting', 'running')) = (ended_at is null)),
    check ((state in ('done', 'expired')) = (sha256 is not null))
);
create index export_waiting on export (made_at) where state in ('waiting', 'running');

-- Where every chain stood at a moment, signed: whoever writes a chain anew does not have the key.
create table signed_head (
    signed_at timestamptz primary key,
    statement text not null,
    key_id    text not null references signing_key,
    signature bytea not null
);
create trigger signed_head_kept before update on signed_head for each row execute function refuse_change();

-- A house always has a unit and a room in it, so that no event is ever without somebody to tell.
insert into unit (level, name) values ('community', '示范社区');
insert into room (unit_id, name) select id, '社区值班室' from unit;
