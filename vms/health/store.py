"""The SQL of conditions: one statement a function; the caller owns the transaction."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from runtime.database import Connection
from streams.condition import Condition
from vms.health.availability import CameraSeconds, Downtime, Month, Seconds, Tally
from vms.health.condition_change import Change, StreamKey, Stretch

#: any number will do, as long as every process of this house takes the same one
_WRITING = 0x766D75


async def lock_writing(connection: Connection) -> None:
    """One process writes conditions at a time: two that watch one camera, for as long as that lasts, do not collide."""
    await connection.execute("select pg_advisory_xact_lock($1)", _WRITING)


async def note_watcher(connection: Connection, watcher: str, at: datetime) -> None:
    """It watches at this moment."""
    await connection.execute(
        """
        insert into watcher (name, seen_at) values ($1, $2)
        on conflict (name) do update set seen_at = greatest(watcher.seen_at, excluded.seen_at)
        """,
        watcher,
        at,
    )


async def end_what_was_left_open(connection: Connection, watcher: str) -> int:
    """Of an earlier process: what it left open lasted until it was last seen, and nobody knows what came then."""
    done = await connection.execute(
        """
        update camera_condition set until = greatest(since, seen_at)
        from watcher where name = $1 and watcher = name and until is null
        """,
        watcher,
    )
    return int(done.split()[-1])


async def end_open(
    connection: Connection, watcher: str, streams: Sequence[tuple[StreamKey, Sequence[Change]]]
) -> None:
    """End what the streams were in before their changes. What another watcher left open lasted until that was last seen;
    who only says that it watches no more does not end what another sees meanwhile."""
    last = [changes[-1] for _stream, changes in streams]
    await connection.execute(
        """
        update camera_condition condition set until = greatest(
            condition.since,
            least(change.at, (select seen_at from watcher where name = condition.watcher and name <> $1))
        )
        from unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[]) as change (camera_id, profile, at, last)
        where condition.camera_id = change.camera_id and condition.profile = change.profile and until is null
          -- written before, by a transaction whose end was not heard of
          and condition.since is distinct from change.last
          and (change.last is not null or condition.watcher = $1)
        """,
        watcher,
        [camera_id for (camera_id, _profile), _changes in streams],
        [profile for (_camera_id, profile), _changes in streams],
        [changes[0].at for _stream, changes in streams],
        [change.at if change.condition is not None else None for change in last],
    )


async def add_stretches(
    connection: Connection, watcher: str, rows: Sequence[tuple[StreamKey, Stretch]]
) -> None:
    """Writing one a second time changes nothing."""
    await connection.execute(
        """
        insert into camera_condition (camera_id, profile, state, causes, error, since, until, watcher)
        select row.camera_id, profile, state, string_to_array(causes, ','), error::jsonb, since, until, $1
        from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[])
            as row (camera_id, profile, state, causes, error, since, until)
        join camera on camera.id = row.camera_id
        on conflict (camera_id, since, profile) do update set state = excluded.state, causes = excluded.causes,
            error = excluded.error, until = excluded.until, watcher = excluded.watcher
        """,
        watcher,
        [camera_id for (camera_id, _profile), _stretch in rows],
        [profile for (_camera_id, profile), _stretch in rows],
        [stretch.condition.state for _stream, stretch in rows],
        [",".join(stretch.condition.causes) for _stream, stretch in rows],
        [_error_as_json(stretch.condition) for _stream, stretch in rows],
        [stretch.since for _stream, stretch in rows],
        [stretch.until for _stream, stretch in rows],
    )


async def end_all(connection: Connection, watcher: str, at: datetime) -> None:
    """The watcher stops: from now on nobody knows."""
    await connection.execute(
        "update camera_condition set until = greatest(since, $2) where watcher = $1 and until is null",
        watcher,
        at,
    )


def _error_as_json(condition: Condition) -> str | None:
    return None if condition.error is None else json.dumps(condition.error.as_json(), ensure_ascii=False)


async def camera_name(connection: Connection, camera_id: int) -> str | None:
    """Of one that was removed, too."""
    name: str | None = await connection.fetchval("select name from camera where id = $1", camera_id)
    return name


async def conditions_of(
    connection: Connection, camera_id: int, *, before: tuple[datetime, str] | None, limit: int
) -> list[asyncpg.Record]:
    """Newest first."""
    since, profile = before or (None, None)
    rows: list[asyncpg.Record] = await connection.fetch(
        """
        select profile, state, causes, error, since, until from camera_condition
        where camera_id = $1 and ($2::timestamptz is null or (since, profile) < ($2, $3::text))
        order by since desc, profile desc limit $4
        """,
        camera_id,
        since,
        profile,
        limit,
    )
    return rows


async def tally(
    connection: Connection,
    month: Month,
    *,
    now: datetime,
    unit_ids: Sequence[int] | None,
    camera_id: int | None,
    worst: int,
) -> Tally:
    """Of the cameras of the units, or of all; or of one camera. What lasts, lasts until its watcher was last seen."""
    row = await connection.fetchrow(
        """
        with asked as (
            select camera.id, unit_id, camera.name, unit.name as unit_name,
                   extract(epoch from least($2, coalesce(removed_at, $2)) - greatest($1, created_at))::float8 as there_s
            from camera join unit on unit.id = unit_id
            where ($4::bigint[] is null or unit_id = any($4)) and ($5::bigint is null or camera.id = $5)
              and created_at < $2 and (removed_at is null or removed_at > $1)
        ), seconds as materialized (
            select asked.*, coalesce(watched_s, 0) as watched_s, coalesce(down_s, 0) as down_s,
                   coalesce(degraded_s, 0) as degraded_s, greatest(0, there_s - coalesce(watched_s, 0)) as unwatched_s
            from asked cross join lateral (
                select seconds_of(watched) as watched_s, seconds_of(down) as down_s,
                       seconds_of(degraded - down) as degraded_s
                from (
                    select range_agg(time) as watched,
                           coalesce(range_agg(time) filter (where state not in ('live', 'degraded', 'unrecorded')), '{}') as down,
                           coalesce(range_agg(time) filter (where state = 'degraded'), '{}') as degraded
                    from conditions_within(asked.id, $1, $2, $3)
                ) times
            ) own
        ), cause as (
            select asked.id, own.* from asked cross join lateral (
                select state, cause, seconds_of(range_agg(time)) as seconds
                from conditions_within(asked.id, $1, $2, $3) left join lateral unnest(causes) as cause on true
                where state not in ('live', 'degraded', 'unrecorded') group by state, cause
            ) own
        )
        select
            (select coalesce(jsonb_agg(unit), '[]') from (
                select unit_id, count(*) as cameras, sum(watched_s) as watched_s, sum(down_s) as down_s,
                       sum(degraded_s) as degraded_s, sum(unwatched_s) as unwatched_s
                from seconds group by unit_id
            ) unit) as units,
            (select coalesce(jsonb_agg(line order by seconds desc, state, cause), '[]') from (
                select state, cause, count(*) as cameras, sum(seconds) as seconds from cause group by state, cause
            ) line) as downtime,
            (select coalesce(jsonb_agg(camera order by down_s desc, id), '[]') from (
                select id, name, unit_id, unit_name, watched_s, down_s, degraded_s, unwatched_s
                from seconds where down_s > 0 or $5 is not null order by down_s desc, id limit $6
            ) camera) as worst
        """,
        month.since,
        month.until,
        now,
        None if unit_ids is None else list(unit_ids),
        camera_id,
        worst,
    )
    assert row is not None  # a select of aggregates always returns its row
    return Tally(
        units=[(unit.pop("unit_id"), Seconds(**unit)) for unit in row["units"]],
        downtime=[Downtime(**cause) for cause in row["downtime"]],
        worst=[_camera_seconds(camera) for camera in row["worst"]],
    )


def _camera_seconds(row: dict[str, Any]) -> CameraSeconds:
    camera = {name: row.pop(name) for name in ("id", "name", "unit_id", "unit_name")}
    return CameraSeconds(**camera, seconds=Seconds(cameras=1, **row))
