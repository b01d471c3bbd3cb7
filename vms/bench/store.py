"""The SQL of benchmarks: what takes a year to come about is written at once."""

from collections.abc import Sequence
from datetime import datetime

from runtime.database import Connection
from streams.camera import CameraId
from vms.timeline.store import LOOK_BACK, RECORDED


async def write_a_year(connection: Connection, now: datetime, *, changes: int) -> int:
    """Of every camera, so many conditions of its main stream until now: seen for long, then not for two hours; spread
    over the year by its number. Returns how many."""
    await connection.execute("update camera set created_at = $1::timestamptz - interval '1 year'", now)
    await connection.execute("delete from camera_condition")
    await connection.execute("insert into watcher (name, seen_at) values ('bench', $1)", now)
    done = await connection.execute(
        """
        insert into camera_condition (camera_id, profile, state, causes, since, until, watcher)
        select camera.id, 'main', kind.state, kind.causes, stretch.since,
               case when number < $2 - 1 or camera.id % 20 > 0 then stretch.until end, 'bench'
        from camera
        cross join generate_series(0, $2 - 1) as number
        cross join lateral (
            select case when number % 2 = 0 then 0 else (camera.id / 20 + number) % 4 + 1 end as nth
        ) drawn
        join (values (0, 'live', '{}'::text[]), (1, 'offline', '{unreachable}'), (2, 'degraded', '{low_fps}'),
                     (3, 'offline', '{refused}'), (4, 'frozen', '{no_change}')
        ) as kind (nth, state, causes) using (nth)
        cross join lateral (
            select $1::timestamptz - interval '1 year' + interval '1 year' * (number / 2) / ($2 / 2)
                   + interval '1 minute' * (camera.id % 997) as began
        ) pair
        cross join lateral (
            select pair.began + case when number % 2 = 1 then interval '1 year' / ($2 / 2) - interval '2 hours'
                                     else interval '0' end as since,
                   pair.began + interval '1 year' / ($2 / 2)
                   - case when number % 2 = 0 then interval '2 hours' else interval '0' end as until
        ) stretch
        where stretch.until <= $1::timestamptz + interval '1 day'
        """,
        now,
        changes,
    )
    await connection.execute("analyze camera_condition")
    return int(done.split()[-1])


async def add_cameras(connection: Connection, count: int, since: datetime) -> list[CameraId]:
    """Switched off, and registered long ago. Returns their ids."""
    rows = await connection.fetch(
        """
        insert into camera (unit_id, name, enabled, created_at)
        select (select min(id) from unit), 'bench ' || n, false, $2 from generate_series(1, $1) n returning id
        """,
        count,
        since,
    )
    return [CameraId(row["id"]) for row in rows]


async def add_volume(connection: Connection) -> int:
    return int(
        await connection.fetchval("insert into volume (host, folder) values ('bench', 'bench') returning id")
    )


async def write_a_day_of_files(
    connection: Connection, camera_ids: Sequence[int], volume_id: int, day: datetime
) -> None:
    """Of each camera, one a minute, with a new run every hour and a gap of ten seconds at its end."""
    await connection.execute("select make_segment_partition($1)", day.date())
    await connection.execute(
        """
        insert into segment (camera_id, profile, start_at, end_at, volume_id, run_id, duration_s, bytes, codec, width,
                             height, sha256, media_sha256, seq, link)
        select camera, 'main', began, began + case when n % 60 = 59 then interval '50 s' else interval '60 s' end, $2,
               md5(camera::text || (n / 60)::text || $3::text)::uuid, 60, 30000000, 'h264', 1920, 1080,
               sha256(n::text::bytea), sha256(n::text::bytea), extract(epoch from began)::bigint / 60, sha256(n::text::bytea)
        from unnest($1::bigint[]) camera
        cross join generate_series(0, 1439) n
        cross join lateral (select $3::timestamptz + n * interval '1 minute' as began) at
        order by began, camera
        """,
        list(camera_ids),
        volume_id,
        day,
    )


async def analyze_files(connection: Connection) -> None:
    """As autovacuum does after a day of new rows."""
    await connection.execute("vacuum analyze segment")


async def explain(
    connection: Connection, camera_id: CameraId, start_at: datetime, end_at: datetime
) -> list[str]:
    """How the database finds the files of a timeline, line by line."""
    rows = await connection.fetch(
        "explain (costs off) " + RECORDED, camera_id, "main", start_at, end_at, start_at - LOOK_BACK
    )
    return [row[0] for row in rows]
