"""One device's own events, for ever: subscribe, pull, renew; end the subscription when this ends, and come back when it breaks.

It knows nothing of video and is run beside it: a device that is sick here is still watched.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Final, Literal

from runtime.clock import Clock
from runtime.errors import VmsError
from runtime.tasks import Backoff, finish, supervise
from streams.onvif.device import OnvifDevice
from streams.onvif.errors import OnvifError, OnvifUnauthorised
from streams.onvif.pull_point import PullPoint
from streams.onvif.settings import OnvifSettings
from streams.onvif.topics import DeviceEvent, DeviceEventKind

#: seconds between the beginnings of two pulls, at least: some devices answer at once though there is nothing
_PAUSE_S: Final = 0.5
#: seconds for which a subscription must have stood to count as well
_STABLE_S: Final = 60.0
#: seconds that the end of a subscription may take: whoever switches the server off is waiting
_END_WITHIN_S: Final = 2.0
#: detectors of one kind that are told apart; what others say is counted and not followed
_MOST_DETECTORS: Final = 64

SubscriptionState = Literal["connecting", "live", "backing_off"]


@dataclass(slots=True, kw_only=True)
class EventStats:
    #: that were understood
    events: int = 0
    #: notifications of what is not looked at
    ignored: int = 0
    subscriptions: int = 0
    failures: int = 0

    def add(self, other: "EventStats") -> None:
        self.events += other.events
        self.ignored += other.ignored
        self.subscriptions += other.subscriptions
        self.failures += other.failures


OpenDevice = Callable[[], AbstractAsyncContextManager[OnvifDevice]]


class DeviceEvents:
    def __init__(
        self,
        open_device: OpenDevice,
        *,
        clock: Clock,
        settings: OnvifSettings,
        on_change: Callable[[DeviceEventKind, bool, DeviceEvent], None],
        on_state: Callable[[SubscriptionState, VmsError | None], None] = lambda _state, _error: None,
        on_clock_offset: Callable[[float | None], None] = lambda _offset_s: None,
        at_once: asyncio.Semaphore | None = None,
    ) -> None:
        """`on_change` is told what a kind has come to, once: it is active while any of the device's detectors says so.

        `on_clock_offset`: by how many seconds the device's clock is ahead; None where that is not known any more. `at_once`
        bounds how many devices are subscribed to at the same time.
        """
        self._open_device = open_device
        self._clock = clock
        self._settings = settings
        self._on_change = on_change
        self._on_state = on_state
        self._on_clock_offset = on_clock_offset
        self._at_once = at_once or asyncio.Semaphore()
        self._detectors: dict[DeviceEventKind, dict[str, bool]] = {}
        self._told: dict[DeviceEventKind, bool] = {}
        self.state: SubscriptionState = "connecting"
        self.error: VmsError | None = None
        self.stats = EventStats()

    async def run(self) -> None:
        """Until cancelled. A device that has no events is asked again now and then: firmware is changed."""
        await supervise(
            self._run_once,
            retry_on=(OnvifError,),
            backoff=Backoff(first_s=self._settings.backoff_first_s, most_s=self._settings.backoff_most_s),
            clock=self._clock,
            stable_after_s=_STABLE_S,
            on_failure=self._failed,
        )

    def _failed(self, error: VmsError, _delay_s: float) -> None:
        self.stats.failures += 1
        self._become("backing_off", error)

    async def _run_once(self) -> None:
        async with self._open_device() as device:
            try:
                point = await self._subscribe(device)
            except OnvifUnauthorised as error:
                # Devices lock accounts after some refusals: a wrong password is not tried every few seconds.
                self._become("backing_off", error)
                await self._clock.sleep(self._settings.backoff_most_s)
                raise
            self._on_clock_offset(device.clock_offset_s)
            self.stats.subscriptions += 1
            # What was true of the last subscription the device says again, if it still is.
            self._detectors.clear()
            self._become("live", None)
            try:
                await self._follow(device, point)
            finally:
                self._on_clock_offset(None)
                await finish(_end(point))

    async def _subscribe(self, device: OnvifDevice) -> PullPoint:
        async with self._at_once:
            return await PullPoint.subscribe(device)

    async def _follow(self, device: OnvifDevice, point: PullPoint) -> None:
        renewed_at = self._clock.monotonic()
        while True:
            began_at = self._clock.monotonic()
            for event in await point.pull():
                self._take(event)
            if self._clock.monotonic() - renewed_at >= point.lasts_s / 2:
                renewed_at = self._clock.monotonic()
                # Its clock may have been set meanwhile: then what is signed for the old time would be refused.
                self._on_clock_offset(await device.ask_time_again())
                await point.renew()
            left_s = began_at + _PAUSE_S - self._clock.monotonic()
            if left_s > 0:
                await self._clock.sleep(left_s)

    def _take(self, event: DeviceEvent | None) -> None:
        if event is None:
            self.stats.ignored += 1
            return
        self.stats.events += 1
        detectors = self._detectors.setdefault(event.kind, {})
        if event.detector in detectors or len(detectors) < _MOST_DETECTORS:
            detectors[event.detector] = event.active
        active = any(detectors.values())
        if self._told.get(event.kind) is not active:
            self._told[event.kind] = active
            self._on_change(event.kind, active, event)

    def _become(self, state: SubscriptionState, error: VmsError | None) -> None:
        changed = (state, type(error)) != (self.state, type(self.error))
        self.state, self.error = state, error
        if changed:
            self._on_state(state, error)


async def _end(point: PullPoint) -> None:
    """Devices hold few subscriptions: one that is left behind blocks the next. What cannot be ended runs out."""
    with suppress(OnvifError, TimeoutError):
        async with asyncio.timeout(_END_WITHIN_S):
            await point.unsubscribe()
