"""The SQL of workers and leases: one statement a function; the caller owns the transaction.

Every moment here is the database's own, so that the clocks of machines need not agree. Rows that another transaction
holds are passed over (`skip locked`): nobody waits in a circle, and the next round finds them.
"""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from runtime.database import Connection
from streams.camera import CameraId
from vms.cluster.lease import WorkerFacts

#: any number will do, as long as every process of this house takes the same one
_TURN = 0x766D74


async def join(
    connection: Connection,
    *,
    name: str,
    host: str,
    folder: str,
    capacity: int,
    version: str,
    session: UUID,
    lease_s: float,
) -> bool:
    """Begin a life; whether the name is ours. Who was on the same host and folder was this worker: it keeps its cameras."""
    found = await connection.fetchval(
        """
        insert into worker (name, host, folder, capacity, version, session, seen_at, until)
        values ($1, $2, $3, $4, $5, $6, now(), now() + make_interval(secs => $7))
        on conflict (name) do update set host = excluded.host, folder = excluded.folder, capacity = excluded.capacity,
            version = excluded.version, session = excluded.session, seen_at = excluded.seen_at, until = excluded.until,
            analysed = 0, skipped = 0
        where (worker.host, worker.folder) = (excluded.host, excluded.folder)
           or worker.session is null or worker.until < now()
        returning true
        """,
        name, host, folder, capacity, version, session, lease_s,
    )  # fmt: skip
    return bool(found)


async def holder(connection: Connection, name: str) -> asyncpg.Record | None:
    """Who has the name now: host and folder."""
    return await connection.fetchrow("select host, folder from worker where name = $1", name)


async def renew(
    connection: Connection, *, name: str, session: UUID, lease_s: float, analysed: int, skipped: int
) -> bool:
    """Whether this life still counts. A lease that ran out and was taken by nobody is renewed like any other."""
    found = await connection.fetchval(
        """
        update worker set seen_at = now(), until = now() + make_interval(secs => $3), analysed = $4, skipped = $5
        where name = $1 and session = $2 returning true
        """,
        name, session, lease_s, analysed, skipped,
    )  # fmt: skip
    return bool(found)


async def end_silent(connection: Connection) -> list[str]:
    """End the lives of workers whose leases ran out; their names."""
    rows = await connection.fetch(
        """
        update worker set session = null, cameras = 0
        where name in (select name from worker where session is not null and until < now()
                       for no key update skip locked)
        returning name
        """
    )
    return [row["name"] for row in rows]


async def free_the_left(connection: Connection) -> int:
    """Free the cameras of workers that have no life; how many."""
    return len(
        await connection.fetch(
            """
            update camera_lease set worker = null
            where camera_id in (
                select camera_id from camera_lease join worker on worker.name = camera_lease.worker
                where worker.session is null for no key update of camera_lease, worker skip locked)
            returning camera_id
            """
        )
    )


async def rivals(connection: Connection, name: str) -> list[asyncpg.Record]:
    """The other workers whose leases hold: capacity and cameras."""
    rows: list[asyncpg.Record] = await connection.fetch(
        "select capacity, cameras from worker where name <> $1 and session is not null and until >= now()",
        name,
    )
    return rows


async def free_count(connection: Connection) -> int:
    found = await connection.fetchval("select count(*) from camera_lease where worker is null")
    return int(found)


TAKE = """
    update camera_lease set worker = $1
    where camera_id = any(array(
        select camera_id from camera_lease where worker is null order by camera_id limit $2
        for no key update skip locked))
"""


async def take(connection: Connection, name: str, most: int) -> None:
    """Cameras that are free."""
    await connection.execute(TAKE, name, most)


OWNED = "select camera_id from camera_lease where worker = $1"


async def owned(connection: Connection, name: str) -> frozenset[CameraId]:
    return frozenset(CameraId(row["camera_id"]) for row in await connection.fetch(OWNED, name))


async def note_cameras(connection: Connection, name: str, cameras: int) -> None:
    await connection.execute("update worker set cameras = $2 where name = $1", name, cameras)


async def give_back(connection: Connection, name: str, camera_ids: Sequence[int]) -> None:
    await connection.execute(
        """
        update camera_lease set worker = null
        where camera_id in (select camera_id from camera_lease where worker = $1 and camera_id = any($2)
                            for no key update skip locked)
        """,
        name,
        list(camera_ids),
    )


async def leave(connection: Connection, name: str, session: UUID) -> None:
    """End this life: what it has is for others, by `free_the_left`."""
    await connection.execute(
        "update worker set session = null, cameras = 0, seen_at = now() where name = $1 and session = $2",
        name,
        session,
    )


async def ring_leases(connection: Connection) -> None:
    """NOTIFY, heard when the transaction commits: cameras are free."""
    await connection.execute("select pg_notify('lease', 'free')")


async def workers(connection: Connection) -> list[WorkerFacts]:
    """All that ever were, by name."""
    rows = await connection.fetch(
        """
        select name, host, version, capacity, cameras, analysed, skipped, seen_at,
               session is not null and until >= now() as live,
               greatest(0, extract(epoch from now() - seen_at))::double precision as silent_s
        from worker order by name
        """
    )
    return [WorkerFacts(**dict(row)) for row in rows]


async def take_turn(connection: Connection) -> bool:
    """Whether this connection has what only one process of the house may do, as long as it lives."""
    return bool(await connection.fetchval("select pg_try_advisory_lock($1)", _TURN))


async def ping(connection: Connection) -> None:
    await connection.execute("select 1")
