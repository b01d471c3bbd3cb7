"""Who watches the cameras."""

from fastapi import APIRouter

from vms.api.deps import Given
from vms.cluster.crew import crew_as_json, crew_of

router = APIRouter(prefix="/api/v1/workers", tags=["workers"])


@router.get("")
async def list_workers(parts: Given) -> dict[str, object]:
    """Every worker, and how many cameras nobody has. `lag`: share of the frames for which it had no time."""
    return crew_as_json(await crew_of(parts.database))
