"""Alerts over HTTP: read one, see its picture, act on it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from alerts import store
from alerts.alert import AlertId, Verb
from alerts.errors import AlertUnknown, SnapshotUnknown
from alerts.notification import alert_as_json
from alerts.outages import store as outage_store
from vms.api.deps import Given
from vms.api.schemas import AlertAction, Id

router = APIRouter(prefix="/api/v1/alerts", tags=["alerts"])

#: of one alert that are shown: the latest
_MOST_EVENTS = 50


@router.get("/{alert_id}")
async def read_alert(alert_id: Id, parts: Given) -> dict[str, object]:
    async with parts.database.connection() as connection:
        alert = await store.alert(connection, AlertId(alert_id))
        if alert is None:
            raise AlertUnknown(alert_id=alert_id)
        history = await store.transitions_of(connection, AlertId(alert_id))
        events = await store.events_of(connection, AlertId(alert_id), limit=_MOST_EVENTS)
    return {**alert_as_json(alert), "history": history, "events": [_event_as_json(event) for event in events]}


def _event_as_json(event: dict[str, object]) -> dict[str, object]:
    has_strip = event.pop("has_strip")
    return {**event, "strip_url": f"/api/v1/events/{event['id']}/strip.jpg" if has_strip else None}


@router.get("/{alert_id}/cameras")
async def list_outage(
    alert_id: Id,
    parts: Given,
    cursor: Annotated[Id, Query(description="`next` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, object]:
    """The cameras of an alert about cameras: when each joined and left it, and how it is now; null: nobody watches it."""
    async with parts.database.connection() as connection:
        if await store.alert(connection, AlertId(alert_id)) is None:
            raise AlertUnknown(alert_id=alert_id)
        cameras = await outage_store.cameras_of(connection, AlertId(alert_id), after=cursor, limit=limit + 1)
    shown = cameras[:limit]
    return {"cameras": shown, "next": shown[-1]["id"] if len(cameras) > limit else None}


@router.get("/{alert_id}/snapshot.jpg", response_class=Response)
async def read_snapshot(alert_id: Id, parts: Given) -> Response:
    async with parts.database.connection() as connection:
        jpeg = await store.snapshot(connection, AlertId(alert_id))
    if jpeg is None:
        raise SnapshotUnknown(alert_id=alert_id)
    # It never changes, but it is not for shared caches.
    return Response(
        jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400, immutable"}
    )


@router.post("/{alert_id}/{verb}")
async def act_on_alert(alert_id: Id, verb: Verb, action: AlertAction, parts: Given) -> dict[str, object]:
    alert = await parts.lifecycle.apply(
        verb, AlertId(alert_id), author=action.author, room_id=action.room_id, note=action.note
    )
    return alert_as_json(alert)
