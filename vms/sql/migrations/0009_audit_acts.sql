-- Who did what, chained; who looked at or took which recording, and why; the keys that sign. Append-only, for every role.

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

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

create table audit_head (
    id   int primary key default 1 check (id = 1),
    seq  bigint not null check (seq >= 0),
    link bytea not null check (length(link) = 32)
);
insert into audit_head (seq, link) values (0, decode(repeat('00', 32), 'hex'));

create table signing_key (
    id         text primary key check (id ~ '^[0-9a-f]{16}$'),
    public_key bytea not null check (length(public_key) = 32),
    secret     bytea not null,
    made_at    timestamptz not null,
    retired_at timestamptz check (retired_at >= made_at)
);
create unique index signing_key_in_use on signing_key ((true)) where retired_at is null;

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
