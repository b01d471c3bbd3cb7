"""The SQL of outages: one statement a function; the caller owns the transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from alerts.alert import AlertId, DeviceKind, Severity
from alerts.outages.outage import Outage
from runtime.database import Connection
from streams.camera import CameraId

#: of the advisory lock under which outages are decided on, whichever server does it
_LOCK = 0x0E17A6E


async def lock_outages(connection: Connection) -> None:
    """Whoever decides next sees what is written now."""
    await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)


async def problems(connection: Connection, states: Sequence[str]) -> list[asyncpg.Record]:
    """Streams in one of the states, with where their cameras belong."""
    rows: list[asyncpg.Record] = await connection.fetch(
        """
        select condition.camera_id, condition.state, condition.since, camera.unit_id, camera.address
        from camera_condition condition join camera on camera.id = condition.camera_id
        where condition.until is null and condition.state = any($1::text[]) and camera.enabled
        """,
        list(states),
    )
    return rows


async def tried_since(connection: Connection, camera_ids: Sequence[int]) -> dict[int, tuple[datetime, bool]]:
    """Since when each was tried without success, whatever the causes; and whether it was ever seen before that."""
    rows = await connection.fetch(
        """
        select asked.camera_id, seen.at is not null as seen, (
            select min(since) from camera_condition
            where camera_id = asked.camera_id and since > coalesce(seen.at, '-infinity')
        ) as since
        from unnest($1::bigint[]) as asked (camera_id)
        cross join lateral (
            select max(since) as at from camera_condition
            where camera_id = asked.camera_id and state not in ('never_connected', 'offline')
        ) seen
        """,
        list(camera_ids),
    )
    return {row["camera_id"]: (row["since"], row["seen"]) for row in rows if row["since"] is not None}


async def members(connection: Connection) -> list[asyncpg.Record]:
    """Every camera that is in an outage, with the alert of that."""
    rows: list[asyncpg.Record] = await connection.fetch(
        """
        select member.alert_id, member.camera_id, alert.kind, alert.severity, alert.raised_at, alert.last_event_at,
               alert.state in ('raised', 'acknowledged', 'dispatched') as open,
               max(member.joined_at) over (partition by member.alert_id) as grew_at,
               not camera.enabled as gone
        from outage_camera member
        join alert on alert.id = member.alert_id
        join camera on camera.id = member.camera_id
        where member.left_at is null
        order by member.alert_id, member.camera_id
        """
    )
    return rows


async def back_since(
    connection: Connection, camera_ids: Sequence[int], *, states: Sequence[str], since: datetime
) -> dict[int, tuple[datetime, int]]:
    """Of cameras that are watched and in none of the states: since when, and how often they went down after `since`."""
    rows = await connection.fetch(
        """
        select asked.camera_id, back.at, down.times
        from unnest($1::bigint[]) as asked (camera_id)
        cross join lateral (
            -- the first that was seen after the last that was wrong: what nobody watched between is not known to be good
            select min(since) as at from camera_condition
            where camera_id = asked.camera_id and since >= (
                select max(until) from camera_condition
                where camera_id = asked.camera_id and state = any($2::text[])
            )
        ) back
        cross join lateral (
            select coalesce(max(times), 0) as times from (
                select count(*) filter (where state = any($2::text[]) and not coalesce(before = any($2::text[]), false))
                       as times
                from (
                    select profile, state, lag(state) over (partition by profile order by since) as before
                    from camera_condition where camera_id = asked.camera_id and since > $3
                ) late
                group by profile
            ) profiles
        ) down
        where exists (select from camera_condition where camera_id = asked.camera_id and until is null)
        """,
        list(camera_ids),
        list(states),
        since,
    )
    return {row["camera_id"]: (row["at"], row["times"]) for row in rows if row["at"] is not None}


async def unit_paths(connection: Connection) -> dict[int, tuple[int, ...]]:
    """Each unit, then those above it."""
    rows = await connection.fetch("select id, parent_id from unit")
    above = {row["id"]: row["parent_id"] for row in rows}
    paths = {}
    for unit in above:
        path = [unit]
        while (parent := above[path[-1]]) is not None and parent not in path:
            path.append(parent)
        paths[unit] = tuple(path)
    return paths


async def camera_counts(connection: Connection, paths: dict[int, tuple[int, ...]]) -> dict[int, int]:
    """How many cameras that are switched on each unit has with all below it."""
    counts: defaultdict[int, int] = defaultdict(int)
    for row in await connection.fetch(
        "select unit_id, count(*) as cameras from camera where enabled group by unit_id"
    ):
        for unit in paths[row["unit_id"]]:
            counts[unit] += row["cameras"]
    return dict(counts)


async def whereabouts(connection: Connection, camera_ids: Sequence[int]) -> list[asyncpg.Record]:
    """Unit and address of cameras, with the states and causes of their streams."""
    rows: list[asyncpg.Record] = await connection.fetch(
        """
        select camera.id, camera.unit_id, camera.address, condition.state, condition.causes
        from camera
        left join camera_condition condition on condition.camera_id = camera.id and condition.until is null
        where camera.id = any($1::bigint[])
        """,
        list(camera_ids),
    )
    return rows


async def unit_name(connection: Connection, unit_id: int | None) -> str | None:
    name: str | None = await connection.fetchval("select name from unit where id = $1", unit_id)
    return name


async def raise_alert(
    connection: Connection,
    *,
    camera_id: CameraId,
    kind: DeviceKind,
    outage: Outage,
    at: datetime,
) -> AlertId:
    found: int = await connection.fetchval(
        """
        insert into alert (camera_id, kind, severity, state, raised_at, last_event_at, facts, outage)
        values ($1, $2, 'minor', 'raised', $3, $3, '{}', $4) returning id
        """,
        camera_id,
        kind,
        at,
        outage.as_json(),
    )
    return AlertId(found)


async def change_alert(
    connection: Connection, alert_id: AlertId, *, outage: Outage, severity: Severity, at: datetime
) -> None:
    await connection.execute(
        """
        update alert set outage = $2, severity = $3, event_count = event_count + 1,
            last_event_at = greatest(last_event_at, $4)
        where id = $1
        """,
        alert_id,
        outage.as_json(),
        severity,
        at,
    )


async def join_outage(
    connection: Connection, alert_id: AlertId, kind: DeviceKind, camera_ids: Sequence[int], at: datetime
) -> None:
    """One that has left and is down again is in it anew."""
    await connection.execute(
        """
        insert into outage_camera (alert_id, camera_id, kind, joined_at)
        select $1, camera_id, $2, $3 from unnest($4::bigint[]) as camera_id
        on conflict (alert_id, camera_id) do update set joined_at = excluded.joined_at, left_at = null
        """,
        alert_id,
        kind,
        at,
        list(camera_ids),
    )


async def leave_outage(
    connection: Connection, alert_id: AlertId, camera_ids: Sequence[int], at: datetime
) -> None:
    await connection.execute(
        """
        update outage_camera set left_at = greatest(joined_at, $3)
        where alert_id = $1 and camera_id = any($2::bigint[]) and left_at is null
        """,
        alert_id,
        list(camera_ids),
        at,
    )


async def present(connection: Connection, alert_id: AlertId) -> list[CameraId]:
    """The cameras that are in it now, first come first."""
    rows = await connection.fetch(
        "select camera_id from outage_camera where alert_id = $1 and left_at is null order by joined_at, camera_id",
        alert_id,
    )
    return [CameraId(row["camera_id"]) for row in rows]


async def cameras_of(
    connection: Connection, alert_id: AlertId, *, after: int, limit: int
) -> list[dict[str, object]]:
    """The cameras of an alert in order of their numbers: when each joined and left, and how it is now."""
    rows = await connection.fetch(
        """
        select camera.id, camera.name, unit.name as unit_name, member.joined_at, member.left_at,
               worst.state, worst.causes, worst.error
        from outage_camera member
        join camera on camera.id = member.camera_id
        join unit on unit.id = camera.unit_id
        left join lateral (
            select state, causes, error from camera_condition
            where camera_id = camera.id and until is null
            order by state in ('live', 'degraded'), profile limit 1
        ) worst on true
        where member.alert_id = $1 and member.camera_id > $2
        order by member.camera_id limit $3
        """,
        alert_id,
        after,
        limit,
    )
    return [dict(row) for row in rows]
