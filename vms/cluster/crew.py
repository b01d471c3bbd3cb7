"""All workers of a house, and the cameras that nobody has, as people and programs are shown them."""

from dataclasses import dataclass

from runtime.database import Database
from vms.cluster import store
from vms.cluster.lease import WorkerFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    workers: tuple[WorkerFacts, ...]
    #: cameras that are switched on and that nobody has
    free: int


async def crew_of(database: Database) -> Crew:
    """Raises: DatabaseUnavailable."""
    async with database.connection() as connection:
        return Crew(workers=tuple(await store.workers(connection)), free=await store.free_count(connection))


def crew_as_json(crew: Crew) -> dict[str, object]:
    return {
        "workers": [
            {
                "name": each.name,
                "host": each.host,
                "version": each.version,
                "live": each.live,
                "seen_at": each.seen_at.isoformat(),
                "cameras": each.cameras,
                "capacity": each.capacity or None,
                "lag": round(each.lag, 4),
            }
            for each in crew.workers
        ],
        "free_cameras": crew.free,
    }
