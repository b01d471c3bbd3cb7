"""Beside every camera that has an ONVIF port, one task that follows the device's own events; never in the way of its video.

What a device says is kept as its last state of each kind: in memory until the database has it, the newest of each, so it
is bounded by the cameras. A camera whose task meets a bug of ours is listened to no longer, loudly; its neighbours go on.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args

import structlog

from runtime.clock import Clock
from runtime.database import Database, DatabaseUnavailable
from runtime.errors import VmsError
from runtime.tasks import Backoff, supervise
from streams.camera import CameraId
from streams.onvif.account import OnvifAccount
from streams.onvif.device import OnvifDevice
from streams.onvif.events import DeviceEvents, EventStats, SubscriptionState
from streams.onvif.settings import OnvifSettings
from streams.onvif.topics import DeviceEvent, DeviceEventKind
from vms.devices import store
from vms.devices.device_state import DeviceState, DeviceStates, Listening

log = structlog.get_logger(__name__)

#: devices that are subscribed to at the same time: a start must not call thousands in one instant
_AT_ONCE: Final = 32
#: seconds between two rounds of writing: a device that flickers costs a row a second
_ROUND_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Followed:
    account: OnvifAccount
    events: DeviceEvents
    task: asyncio.Task[None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    active: bool
    at: datetime
    event: DeviceEvent


class EventWatch:
    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        settings: OnvifSettings,
        on_clock_offset: Callable[[CameraId, float | None], None] = lambda _camera_id, _offset_s: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._on_clock_offset = on_clock_offset
        self._wanted: dict[CameraId, OnvifAccount] = {}
        self._wanted_changed = asyncio.Event()
        self._followed: dict[CameraId, _Followed] = {}
        self._failed: dict[CameraId, OnvifAccount] = {}
        self._offsets: dict[CameraId, float | None] = {}
        self._unwritten: dict[tuple[CameraId, DeviceEventKind], _Told] = {}
        self._told = asyncio.Event()
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        #: of devices that are followed no more, so that counters never fall
        self._past = EventStats()
        self.changes: Counter[DeviceEventKind] = Counter()

    def follow(self, accounts: Mapping[CameraId, OnvifAccount]) -> None:
        """Follow these and no others. Cameras that share a device are left out: whose event it is nobody could tell."""
        holders = Counter((account.address, account.port) for account in accounts.values())
        self._wanted = {
            camera_id: account
            for camera_id, account in accounts.items()
            if self._settings.events and holders[account.address, account.port] == 1
        }
        self._wanted_changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write_for_ever())
            while True:
                await self._wanted_changed.wait()
                self._wanted_changed.clear()
                await self._settle(group)

    async def _settle(self, group: asyncio.TaskGroup) -> None:
        wanted = self._wanted
        gone = [id for id, followed in self._followed.items() if wanted.get(id) != followed.account]
        ending = [self._forget(camera_id) for camera_id in gone]
        for followed in ending:
            followed.task.cancel()
        await asyncio.gather(*(followed.task for followed in ending), return_exceptions=True)
        self._failed = {id: account for id, account in self._failed.items() if wanted.get(id) == account}
        for camera_id, account in wanted.items():
            if camera_id not in self._followed and camera_id not in self._failed:
                events = self._events_of(camera_id, account)
                task = group.create_task(self._run(camera_id, account, events), name=f"device {camera_id}")
                self._followed[camera_id] = _Followed(account=account, events=events, task=task)

    def _events_of(self, camera_id: CameraId, account: OnvifAccount) -> DeviceEvents:
        def opened() -> AbstractAsyncContextManager[OnvifDevice]:
            return OnvifDevice.open(
                account.address,
                account.port,
                account.username,
                account.password,
                clock=self._clock,
                settings=self._settings,
            )

        def changed(kind: DeviceEventKind, active: bool, event: DeviceEvent) -> None:
            self.changes[kind] += 1
            self._unwritten[camera_id, kind] = _Told(active=active, at=self._clock.now(), event=event)
            self._told.set()

        def state(state: SubscriptionState, error: VmsError | None) -> None:
            log.info("device", camera=camera_id, state=state, error=str(error) if error else None)

        def clock_offset(offset_s: float | None) -> None:
            self._offsets[camera_id] = offset_s
            self._on_clock_offset(camera_id, offset_s)

        return DeviceEvents(
            opened,
            clock=self._clock,
            settings=self._settings,
            on_change=changed,
            on_state=state,
            on_clock_offset=clock_offset,
            at_once=self._at_once,
        )

    async def _run(self, camera_id: CameraId, account: OnvifAccount, events: DeviceEvents) -> None:
        try:
            await events.run()
        except Exception as error:  # a bug in one must not take its neighbours down, and never the video
            log.error("device failed", camera=camera_id, exc_info=error)
            self._failed[camera_id] = account
            self._forget(camera_id)

    def _forget(self, camera_id: CameraId) -> _Followed:
        followed = self._followed.pop(camera_id)
        self._offsets.pop(camera_id, None)
        self._past.add(followed.events.stats)
        return followed

    # What was said, into the database.

    async def _write_for_ever(self) -> None:
        while True:
            await self._told.wait()
            self._told.clear()
            await supervise(
                self._write,
                retry_on=(DatabaseUnavailable,),
                backoff=Backoff(first_s=0.5, most_s=10.0),
                clock=self._clock,
            )
            await self._clock.sleep(_ROUND_S)

    async def _write(self) -> None:
        while self._unwritten:
            key = next(iter(self._unwritten))
            told = self._unwritten[key]
            camera_id, kind = key
            async with self._database.connection() as connection:
                await store.put_state(
                    connection,
                    camera_id,
                    kind,
                    active=told.active,
                    at=told.at,
                    said_at=told.event.said_at,
                    detector=told.event.detector,
                )
            log.info("device event", camera=camera_id, kind=kind, active=told.active)
            if self._unwritten.get(key) is told:
                del self._unwritten[key]

    # What others read.

    async def states(self, camera_id: CameraId) -> DeviceStates:
        """Raises: DatabaseUnavailable."""
        async with self._database.connection() as connection:
            rows = await store.states(connection, camera_id)
        followed = self._followed.get(camera_id)
        listening: Listening = followed.events.state if followed is not None else "off"
        return DeviceStates(
            listening=listening,
            error=followed.events.error if followed is not None else None,
            clock_offset_s=self._offsets.get(camera_id),
            states=tuple(DeviceState(**dict(row)) for row in rows),
        )

    def subscriptions(self) -> dict[str, int]:
        """How many devices are in which state."""
        counts = Counter(followed.events.state for followed in self._followed.values())
        return {state: counts[state] for state in get_args(SubscriptionState)} | {"failed": len(self._failed)}

    def stats(self) -> EventStats:
        """Of all devices together."""
        total = EventStats()
        total.add(self._past)
        for followed in self._followed.values():
            total.add(followed.events.stats)
        return total
