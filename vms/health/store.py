"""The SQL of conditions: what is written of them. One statement a function; the caller owns the transaction."""

import json
from collections.abc import Sequence
from datetime import datetime

from runtime.database import Connection
from streams.condition import Condition
from vms.health.condition_change import Change, StreamKey, Stretch


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
    """End what the streams were in before their changes. What another watcher left open lasted until that was last seen."""
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
    error = condition.error
    if error is None:
        return None
    return json.dumps(
        {"code": error.code, "message": {"en": error.message("en"), "zh": error.message("zh")}},
        ensure_ascii=False,
    )
