-- Workers take cameras: each row of camera_lease is a camera that is switched on, with the worker that has it.

create table worker (
    name     text primary key check (name <> ''),
    host     text not null,
    folder   text not null,
    capacity int not null check (capacity >= 0),
    cameras  int not null default 0 check (cameras >= 0),
    skipped  bigint not null default 0,
    analysed bigint not null default 0,
    version  text not null,
    session  uuid,
    seen_at  timestamptz not null,
    until    timestamptz not null
);

create table camera_lease (
    camera_id bigint primary key references camera on delete cascade,
    worker    text references worker
);
create index camera_lease_free on camera_lease (camera_id) where worker is null;
create index camera_lease_worker on camera_lease (worker, camera_id) where worker is not null;

insert into camera_lease (camera_id) select id from camera where enabled;

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

create function ring_condition() returns trigger language plpgsql as $$
begin
    perform pg_notify('condition', '');
    return null;
end $$;
create trigger condition_written after insert or update on camera_condition
    for each statement execute function ring_condition();
