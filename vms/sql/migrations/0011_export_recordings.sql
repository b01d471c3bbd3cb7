-- Exports as jobs: asked for under an access, made in the background, handed out as one file.

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
