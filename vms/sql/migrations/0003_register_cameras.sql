-- The registry: units with codes and a history, what is known of a camera beside its streams, and every change with its
-- author.

alter table unit add column code text;
alter table unit add column merged_into bigint references unit;
alter table unit add column merged_at timestamptz;
alter table unit add constraint unit_code_check check (code ~ '^[0-9]+$' and length(code) =
    case level when 'district' then 6 when 'street' then 9 when 'community' then 12 else 15 end);
alter table unit add constraint unit_merged_check check ((merged_into is null) = (merged_at is null));
alter table unit drop constraint unit_parent_id_name_key;
create unique index unit_name on unit (parent_id, name) nulls not distinct where merged_into is null;
create unique index unit_code on unit (code) where merged_into is null;

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

alter table camera add column version int not null default 1 check (version > 0);
alter table camera add column removed_at timestamptz check (removed_at is null or not enabled);
alter table camera add column code text check (code ~ '^[0-9]{20}$');
alter table camera add column address text not null default '';
alter table camera add column make text not null default '';
alter table camera add column model text not null default '';
alter table camera add column serial text not null default '';
alter table camera add column place text not null default '';
alter table camera add column place_kind text check (place_kind not in
    ('hotel_room', 'private_dining_room', 'dormitory', 'public_bath', 'toilet', 'changing_room', 'nursing_room',
     'fitting_room'));
alter table camera add column place_category text not null default 'public_security'
    check (place_category in ('public_security', 'other_public', 'private'));
alter table camera add column purpose text not null default '';
alter table camera add column sign_confirmed boolean not null default false;
alter table camera add column filing_number text not null default '';
alter table camera add column filed_on date;
alter table camera add column longitude double precision check (longitude between -180 and 180);
alter table camera add column latitude double precision check (latitude between -90 and 90);
alter table camera add column retention_days int not null default 30 check (retention_days between 1 and 3650);
alter table camera add constraint camera_retention_floor
    check (place_category <> 'public_security' or retention_days >= 30);
alter table camera add constraint camera_position check ((longitude is null) = (latitude is null));
alter table camera add column search text not null generated always as (lower(
    name || ' ' || coalesce(code, '') || ' ' || place || ' ' || address || ' ' || make || ' ' || model || ' ' || serial
)) stored;
alter table camera drop constraint camera_unit_id_name_key;
create unique index camera_name on camera (unit_id, name) where removed_at is null;
create unique index camera_code on camera (code) where removed_at is null;

update camera set address = coalesce(substring(url from '://\[([^]]+)\]'), substring(url from '://([^/:?]+)'))
from stream_profile where stream_profile.camera_id = camera.id and stream_profile.name = 'main';

create table camera_version (
    camera_id bigint not null references camera on delete cascade,
    version   int not null check (version > 0),
    at        timestamptz not null default now(),
    author    text not null check (author <> ''),
    changes   jsonb not null,
    primary key (camera_id, version)
);
insert into camera_version (camera_id, version, at, author, changes)
select id, 1, created_at, 'vms migrate', '{}' from camera;

create index stream_health_state on stream_health (state, camera_id);
