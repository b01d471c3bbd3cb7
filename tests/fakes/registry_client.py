"""The HTTP edge with nothing behind it but the registry on a real database: no sockets, no cameras.

Every answer and every refusal is held to what the OpenAPI document says of it.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC
from typing import Any, cast

import httpx
from starlette.types import ASGIApp

from alerts.lifecycle import Lifecycle
from runtime.clock import Clock, SystemClock
from runtime.database import Database
from streams.onvif.settings import OnvifSettings
from tests.fakes.documented import hold_to_the_document
from vms.api.app import create_app
from vms.api.deps import Parts
from vms.cameras.registry import Registry
from vms.devices.device_desk import DeviceDesk
from vms.devices.event_watch import EventWatch
from vms.evidence.desk import EvidenceDesk
from vms.health.history import HealthHistory
from vms.health.readiness import Health


@asynccontextmanager
async def registry_client(
    database: Database,
    registry: Registry,
    *,
    clock: Clock | None = None,
    lifecycle: Lifecycle | None = None,
    desk: DeviceDesk | None = None,
    event_watch: EventWatch | None = None,
    evidence: EvidenceDesk | None = None,
    on_app: Callable[[ASGIApp], None] = lambda _app: None,
) -> AsyncIterator[httpx.AsyncClient]:
    """`on_app` is given the application, for who wants it behind a real socket too."""
    clock = clock or SystemClock()
    health = Health(
        database=database,
        models=(),
        uses=(),
        streams=dict,
        analyses=dict,
        recorders=dict,
        failed_cameras=lambda: 0,
    )
    nobody = cast(Any, None)  # asked of by other routes only
    parts = Parts(
        database=database,
        registry=registry,
        history=HealthHistory(database=database, clock=clock, time_zone=UTC),
        lifecycle=lifecycle or nobody,
        outbox=nobody,
        hub=nobody,
        health=health,
        metrics=nobody,
        event_watch=event_watch or EventWatch(database=database, clock=clock, settings=OnvifSettings()),
        desk=desk or nobody,
        evidence=evidence or nobody,
        clock=clock,
    )
    app = create_app(parts)
    on_app(app)
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    hooks: dict[str, list[Any]] = {"response": [hold_to_the_document]}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1", event_hooks=hooks
    ) as client:
        yield client
