-- Holds, which beat retention and a full disk; and what was deleted, when and by which rule.

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

create table doomed_file (
    volume_id   int not null references volume,
    path        text not null,
    deletion_id bigint not null references deletion,
    primary key (volume_id, path)
);

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
