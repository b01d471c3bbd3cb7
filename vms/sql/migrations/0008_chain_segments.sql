-- Recordings by day, with the hash of each file and a chain through them. Rows of before are dropped: at its next start a server
-- reads its files again, and gives each a row with its hash.

create table volume (
    id     int generated always as identity primary key,
    host   text not null check (host <> ''),
    folder text not null check (folder <> ''),
    unique (host, folder)
);

drop table segment;
create table segment (
    camera_id      bigint not null references camera,
    profile        text not null check (profile in ('main', 'sub')),
    start_at       timestamptz not null check (start_at = date_trunc('milliseconds', start_at)),
    end_at         timestamptz not null,
    volume_id      int not null references volume,
    run_id         uuid not null,
    duration_s     double precision not null check (duration_s >= 0),
    bytes          bigint not null check (bytes > 0),
    codec          text not null,
    width          int not null,
    height         int not null,
    clock_offset_s double precision,
    sha256         bytea not null check (length(sha256) = 32),
    media_sha256   bytea not null check (length(media_sha256) = 32),
    seq            bigint not null check (seq > 0),
    link           bytea not null check (length(link) = 32),
    check (end_at >= start_at),
    -- with what a timeline reads, so that it reads no row: those of a camera lie far apart
    primary key (camera_id, profile, start_at) include (end_at, run_id, bytes)
) partition by range (start_at);

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

create table segment_chain (
    camera_id bigint not null references camera,
    profile   text not null check (profile in ('main', 'sub')),
    seq       bigint not null check (seq >= 0),
    link      bytea not null check (length(link) = 32),
    primary key (camera_id, profile)
);
