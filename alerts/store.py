"""The SQL of alerts: one statement a function; the caller owns the transaction.

The guard of a transition stands in the `where`: whoever comes second gets None.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import asyncpg

from alerts.alert import Alert, AlertId, NotificationKind, Severity, State
from alerts.notification import Notification
from alerts.room import Room
from detectors.event import Event
from runtime.database import Connection

_ALERT = """
    select alert.id, alert.camera_id, camera.name as camera_name, alert.zone_id, zone.name as zone_name,
           alert.kind, alert.level, alert.severity, alert.state, alert.raised_at, alert.last_event_at, alert.event_count,
           alert.facts, alert.taken_by, alert.taken_at, alert.ended_at, alert.note, alert.outage
    from alert
    join camera on camera.id = alert.camera_id
    left join zone on zone.id = alert.zone_id
"""


def _alert(row: asyncpg.Record) -> Alert:
    return Alert(**dict(row))


async def event_exists(connection: Connection, event_id: UUID) -> bool:
    return bool(await connection.fetchval("select true from event where id = $1", event_id))


async def raise_or_repeat_alert(
    connection: Connection, event: Event, *, severity: Severity, facts: Mapping[str, float]
) -> tuple[AlertId, bool]:
    """The open alert that the event belongs to, and whether the event raised it."""
    row = await connection.fetchrow(
        """
        insert into alert (camera_id, zone_id, kind, level, severity, state, raised_at, last_event_at, facts)
        values ($1, $2, $3, coalesce($4, case when $3 = 'crowd' then 'crowded' end), $5, 'raised', $6, $6, $7)
        on conflict (camera_id, zone_id, kind) where state in ('raised', 'acknowledged', 'dispatched') and outage is null
        do update set
            event_count = alert.event_count + 1,
            last_event_at = greatest(alert.last_event_at, excluded.last_event_at),
            level = excluded.level,
            severity = excluded.severity,
            facts = excluded.facts
        returning id, event_count = 1 as raised
        """,
        event.camera_id,
        event.zone_id,
        event.kind,
        event.level,
        severity,
        event.occurred_at,
        dict(facts),
    )
    assert row is not None  # an upsert always returns its row
    return AlertId(row["id"]), row["raised"]


async def ease_alert(
    connection: Connection, event: Event, *, severity: Severity, facts: Mapping[str, float]
) -> tuple[AlertId, bool] | None:
    """The latest alert of the event's camera, zone and kind, and whether it is open: then it now says what the event says.

    An alert that ended stays as it ended. None where there never was one.
    """
    row = await connection.fetchrow(
        """
        with latest as (
            select id, state in ('raised', 'acknowledged', 'dispatched') as open from alert
            where camera_id = $1 and zone_id is not distinct from $2 and kind = $3
            order by id desc limit 1 for update
        ), eased as (
            update alert set
                event_count = event_count + 1,
                last_event_at = greatest(last_event_at, $6),
                level = $4,
                severity = $5,
                facts = $7
            where id = (select id from latest where open)
        )
        select id, open from latest
        """,
        event.camera_id,
        event.zone_id,
        event.kind,
        event.level,
        severity,
        event.occurred_at,
        dict(facts),
    )
    return (AlertId(row["id"]), row["open"]) if row else None


async def add_event(connection: Connection, event: Event, *, alert_id: AlertId, now: datetime) -> None:
    await connection.execute(
        """
        insert into event (id, alert_id, camera_id, zone_id, kind, track, score, media_time_s, occurred_at,
                           recorded_at, rule_version, models, measurements, level, rising, curves)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        """,
        event.id,
        alert_id,
        event.camera_id,
        event.zone_id,
        event.kind,
        event.track,
        event.score,
        event.media_time_s,
        event.occurred_at,
        now,
        event.rule_version,
        [{"name": model.name, "sha256": model.sha256} for model in event.models],
        dict(event.measurements),
        event.level,
        event.rising,
        [asdict(curve) for curve in event.curves],
    )


async def add_strip(connection: Connection, event_id: UUID, jpeg: bytes) -> None:
    await connection.execute("insert into event_strip (event_id, jpeg) values ($1, $2)", event_id, jpeg)


async def strip(connection: Connection, event_id: UUID) -> bytes | None:
    found: bytes | None = await connection.fetchval(
        "select jpeg from event_strip where event_id = $1", event_id
    )
    return found


async def events_of(connection: Connection, alert_id: AlertId, *, limit: int) -> list[dict[str, object]]:
    """The latest events of an alert, newest first, each with why it was stated and whether it has a strip."""
    rows = await connection.fetch(
        """
        select id, kind, zone_id, track, level, rising, score, media_time_s, occurred_at, recorded_at, rule_version,
               models, measurements, curves, exists (select from event_strip where event_id = event.id) as has_strip
        from event where alert_id = $1 order by occurred_at desc, id limit $2
        """,
        alert_id,
        limit,
    )
    return [dict(row) for row in rows]


async def add_snapshot(connection: Connection, *, alert_id: AlertId, event_id: UUID, jpeg: bytes) -> None:
    await connection.execute(
        "insert into snapshot (alert_id, event_id, jpeg) values ($1, $2, $3)", alert_id, event_id, jpeg
    )


async def snapshot(connection: Connection, alert_id: AlertId) -> bytes | None:
    found: bytes | None = await connection.fetchval("select jpeg from snapshot where alert_id = $1", alert_id)
    return found


async def add_transition(
    connection: Connection,
    *,
    alert_id: AlertId,
    from_state: str,
    verb: str,
    to_state: str,
    author: str,
    room_id: int | None,
    at: datetime,
    note: str,
) -> None:
    await connection.execute(
        """
        insert into transition (alert_id, from_state, verb, to_state, author, room_id, at, note)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        alert_id,
        from_state,
        verb,
        to_state,
        author,
        room_id,
        at,
        note,
    )


async def lock_alert(connection: Connection, alert_id: AlertId) -> State | None:
    """The alert's state, which nobody else can change before this transaction ends."""
    found: State | None = await connection.fetchval(
        "select state from alert where id = $1 for update", alert_id
    )
    return found


async def move_alert(
    connection: Connection,
    alert_id: AlertId,
    *,
    from_state: State,
    to_state: State,
    ended: bool,
    author: str,
    at: datetime,
    note: str,
) -> bool:
    """Whether the alert was in `from_state` and now is in `to_state`."""
    moved = await connection.fetchval(
        """
        update alert set
            state = $3,
            taken_by = coalesce(taken_by, $4),
            taken_at = coalesce(taken_at, $5),
            ended_at = case when $6 then $5 end,
            note = case when $7 = '' then note else $7 end
        where id = $1 and state = $2
        returning true
        """,
        alert_id,
        from_state,
        to_state,
        author,
        at,
        ended,
        note,
    )
    return bool(moved)


async def alert(connection: Connection, alert_id: AlertId) -> Alert | None:
    row = await connection.fetchrow(f"{_ALERT} where alert.id = $1", alert_id)
    return _alert(row) if row else None


async def wall_alerts(connection: Connection, room_id: int, *, ended_since: datetime) -> list[Alert]:
    """What a room's wall shows: open alerts it was told of, and those that ended since; newest first."""
    rows = await connection.fetch(
        f"""{_ALERT}
        where (alert.state in ('raised', 'acknowledged', 'dispatched') or alert.ended_at >= $2)
          and exists (select from notification where alert_id = alert.id and room_id = $1)
        order by alert.raised_at desc, alert.id desc
        """,
        room_id,
        ended_since,
    )
    return [_alert(row) for row in rows]


async def rooms_to_tell(
    connection: Connection, camera_ids: Sequence[int], *, unit_ids: Sequence[int] = ()
) -> list[int]:
    """Of each camera's unit, and of each of the units: its rooms or, where it has none, those of the nearest unit above
    that has one; in order of id."""
    rows = await connection.fetch(
        """
        with recursive above (start, unit_id, parent_id, distance) as (
            select id, id, parent_id, 0 from unit
            where id in (select unit_id from camera where id = any($1::bigint[])) or id = any($2::bigint[])
            union all
            select start, unit.id, unit.parent_id, above.distance + 1
            from unit join above on unit.id = above.parent_id
        ), candidate as (
            select room.id, distance, min(distance) over (partition by start) as nearest
            from room join above using (unit_id)
        )
        select distinct id from candidate where distance = nearest order by id
        """,
        list(camera_ids),
        list(unit_ids),
    )
    return [row["id"] for row in rows]


async def rooms_told(connection: Connection, alert_id: AlertId) -> list[int]:
    rows = await connection.fetch(
        "select distinct room_id from notification where alert_id = $1 order by room_id", alert_id
    )
    return [row["room_id"] for row in rows]


async def add_notification(
    connection: Connection,
    *,
    room_id: int,
    alert_id: AlertId,
    kind: NotificationKind,
    at: datetime,
    alert: object,
) -> int:
    """Write the next notification of a room; the room's row stays locked until the transaction ends.

    `alert` is the alert as JSON. Returns the sequence number.
    """
    seq: int = await connection.fetchval(
        """
        with next as (update room set last_seq = last_seq + 1 where id = $1 returning last_seq)
        insert into notification (room_id, seq, alert_id, kind, at, alert)
        select $1, last_seq, $2, $3, $4, $5 from next
        returning seq
        """,
        room_id,
        alert_id,
        kind,
        at,
        alert,
    )
    return seq


async def ring(connection: Connection, room_ids: Sequence[int]) -> None:
    """NOTIFY, heard when the transaction commits: these rooms have news."""
    await connection.execute("select pg_notify('notification', $1)", json.dumps(list(room_ids)))


async def notifications_after(
    connection: Connection, room_id: int, seq: int, *, limit: int
) -> list[Notification]:
    rows = await connection.fetch(
        """
        select room_id, seq, alert_id, kind, at, alert from notification
        where room_id = $1 and seq > $2 order by seq limit $3
        """,
        room_id,
        seq,
        limit,
    )
    return [Notification(**dict(row)) for row in rows]


async def rooms(connection: Connection) -> list[Room]:
    rows = await connection.fetch(
        """
        select room.id, room.name, room.unit_id, unit.name as unit_name, room.last_seq
        from room join unit on unit.id = room.unit_id order by room.id
        """
    )
    return [Room(**dict(row)) for row in rows]


async def room(connection: Connection, room_id: int) -> Room | None:
    row = await connection.fetchrow(
        """
        select room.id, room.name, room.unit_id, unit.name as unit_name, room.last_seq
        from room join unit on unit.id = room.unit_id where room.id = $1
        """,
        room_id,
    )
    return Room(**dict(row)) if row else None


async def counts(connection: Connection) -> dict[str, int]:
    """How many events, alerts and notifications are stored."""
    row = await connection.fetchrow(
        """
        select (select count(*) from event) as events, (select count(*) from alert) as alerts,
               (select count(*) from notification) as notifications
        """
    )
    assert row is not None
    return dict(row)


async def transitions_of(connection: Connection, alert_id: AlertId) -> list[dict[str, object]]:
    """What happened to an alert, oldest first."""
    rows = await connection.fetch(
        """
        select from_state, verb, to_state, author, room_id, at, note
        from transition where alert_id = $1 order by id
        """,
        alert_id,
    )
    return [{**dict(row), "at": row["at"].isoformat()} for row in rows]


async def ping(connection: Connection) -> None:
    await connection.execute("select 1")


async def alerts_by_kind(connection: Connection) -> dict[str, int]:
    rows = await connection.fetch("select kind, count(*) as alerts from alert group by kind order by kind")
    return {row["kind"]: row["alerts"] for row in rows}
