"""Events over HTTP: the strip of pictures that shows how one came about. What was measured comes with its alert."""

from uuid import UUID

from fastapi import APIRouter, Response

from alerts import store
from alerts.errors import StripUnknown
from vms.api.deps import Given

router = APIRouter(prefix="/api/v1/events", tags=["alerts"])


@router.get("/{event_id}/strip.jpg", response_class=Response)
async def read_strip(event_id: UUID, parts: Given) -> Response:
    async with parts.database.connection() as connection:
        jpeg = await store.strip(connection, event_id)
    if jpeg is None:
        raise StripUnknown(event_id=event_id)
    # It never changes, but it is not for shared caches.
    return Response(
        jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400, immutable"}
    )
