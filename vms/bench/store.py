"""The SQL of benchmarks: what takes a year to come about is written at once."""

from datetime import datetime

from runtime.database import Connection


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
