-- Zones that come and go, what is recorded and analysed, hours of rules, and parts of the picture that nobody sees.

alter table zone add column hours text check (hours <> '');
alter table zone add column removed_at timestamptz;

alter table camera add column hours text not null default '';
alter table camera add column masks text not null default '';
alter table camera add column recorded text not null default 'main' check (recorded in ('main', 'sub', 'both'));
alter table camera add column analysed text not null default 'auto' check (analysed in ('auto', 'main', 'sub'));

-- Where a camera speaks ONVIF, and what it last said of its own picture.
alter table camera add column onvif_port int check (onvif_port between 1 and 65535);

create table device_state (
    camera_id bigint not null references camera on delete cascade,
    kind      text not null check (kind in ('motion', 'tamper', 'video_loss')),
    active    boolean not null,
    since     timestamptz not null,
    told_at   timestamptz not null,
    said_at   timestamptz,
    detector  text not null,
    primary key (camera_id, kind)
);

alter table stream_profile add constraint stream_profile_analysed_once
    exclude using btree (camera_id with =) where (analysed) deferrable initially deferred;
