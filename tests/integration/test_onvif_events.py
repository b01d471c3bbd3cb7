"""A device's own events over real HTTP: pulled, renewed, ended, and subscribed to anew, on a clock that the test moves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from runtime.errors import VmsError
from streams.onvif.device import OnvifDevice
from streams.onvif.errors import OnvifError
from streams.onvif.events import DeviceEvents
from streams.onvif.settings import OnvifSettings
from streams.onvif.topics import DeviceEvent
from tests.fakes import onvif_ills as ills
from tests.fakes.clock import ManualClock
from tests.fakes.onvif_device import FakeOnvifDevice
from tests.fakes.wait import until

MOTION = "tns1:RuleEngine/CellMotionDetector/Motion"
TAMPER = "tns1:RuleEngine/TamperDetector/Tamper"
DARK = "tns1:VideoSource/ImageTooDark/ImagingService"
SETTINGS = OnvifSettings(
    request_timeout_s=5.0, pull_s=0.05, subscription_s=100.0, backoff_first_s=5.0, backoff_most_s=300.0
)


@dataclass
class Heard:
    events: DeviceEvents
    changes: list[tuple[str, bool]] = field(default_factory=list)
    states: list[tuple[str, str | None]] = field(default_factory=list)
    offsets: list[float | None] = field(default_factory=list)


@asynccontextmanager
async def following(
    device: FakeOnvifDevice,
    clock: ManualClock,
    password: str | None = None,
    *,
    settings: OnvifSettings = SETTINGS,
) -> AsyncIterator[Heard]:
    def opened() -> object:
        given = device.password if password is None else password
        return OnvifDevice.open(
            "127.0.0.1", device.port, device.username, given, clock=clock, settings=settings
        )

    def changed(kind: str, active: bool, _event: DeviceEvent) -> None:
        heard.changes.append((kind, active))

    def state(state: str, error: VmsError | None) -> None:
        heard.states.append((state, error.code if error else None))

    offsets: list[float | None] = []
    heard = Heard(
        DeviceEvents(
            opened,  # type: ignore[arg-type]
            clock=clock,
            settings=settings,
            on_change=changed,
            on_state=state,
            on_clock_offset=offsets.append,
        ),
        offsets=offsets,
    )
    task = asyncio.create_task(heard.events.run())
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def pulled(device: FakeOnvifDevice, clock: ManualClock, times: int = 1) -> None:
    """Until so many more questions were asked and the loop rests."""
    for _ in range(times):
        await until(lambda: clock.sleepers == 1)
        before = device.calls.count("PullMessages")
        await clock.advance(0.5)
        await until(lambda before=before: device.calls.count("PullMessages") > before)  # type: ignore[misc]
    await until(lambda: clock.sleepers == 1)


async def test_what_begins_and_ends_is_told_once_and_the_subscription_is_ended_with_the_task() -> None:
    clock = ManualClock()
    device = FakeOnvifDevice(clock=clock, ahead_s=3600)
    async with device.running():
        async with following(device, clock) as heard:
            await until(lambda: len(device.subscriptions) == 1 and clock.sleepers == 1)
            device.emit(MOTION, "IsMotion", "false", operation="Initialized")
            device.emit(MOTION, "IsMotion", "true")
            device.emit(MOTION, "IsMotion", "true")
            device.emit("tns1:Device/Trigger/DigitalInput", "State", "true")
            device.emit(TAMPER, "IsTamper", "true")
            await pulled(device, clock)
            assert heard.changes == [("motion", False), ("motion", True), ("tamper", True)]
            device.emit(DARK, "State", "true")
            device.emit(TAMPER, "IsTamper", "false")
            await pulled(device, clock)
            assert heard.changes[3:] == []  # another detector still sees it
            device.emit(DARK, "State", "false")
            await pulled(device, clock)
            assert heard.changes[3:] == [("tamper", False)]
            assert heard.states == [("live", None)]
            assert (heard.events.stats.events, heard.events.stats.ignored) == (7, 1)
        assert device.subscriptions == {}
        assert device.calls[-1] == "Unsubscribe"


async def test_a_subscription_is_renewed_at_half_of_its_life() -> None:
    clock = ManualClock()
    device = FakeOnvifDevice(clock=clock)
    async with device.running(), following(device, clock) as heard:
        await until(lambda: clock.sleepers == 1)
        await clock.advance(45)
        await pulled(device, clock)
        assert "Renew" not in device.calls
        for times in (1, 2, 3):
            await clock.advance(49.5)
            await pulled(device, clock)
            assert device.calls.count("Renew") == times
        assert heard.states == [("live", None)]


async def test_a_device_that_grants_less_than_it_was_asked_for_is_renewed_in_time() -> None:
    clock = ManualClock()
    device = FakeOnvifDevice(clock=clock)
    device.grants_s = 4.0
    settings = SETTINGS.model_copy(update={"pull_s": 20.0})
    async with device.running(), following(device, clock, settings=settings) as heard:
        await until(lambda: "PullMessages" in device.calls)
        assert device.asked_to_hold_s == 2.0
        for times in (1, 2):
            device.emit(MOTION, "IsMotion", "true")  # so that it answers
            await until(lambda: clock.sleepers == 1)
            await clock.advance(2.0)
            device.emit(MOTION, "IsMotion", "true")
            await until(lambda times=times: device.calls.count("Renew") == times)  # type: ignore[misc]
        assert heard.states == [("live", None)]


async def test_a_clock_that_is_set_meanwhile_is_asked_for_again() -> None:
    clock = ManualClock()
    device = FakeOnvifDevice(clock=clock, ahead_s=-3600)
    async with device.running(), following(device, clock) as heard:
        await until(lambda: clock.sleepers == 1)
        device.ahead_s = -3597.0  # little enough for what is signed in the old time
        await clock.advance(60)
        await until(lambda: "Renew" in device.calls and clock.sleepers == 1)
        assert heard.offsets == [-3599.5, -3596.5]


async def test_a_device_that_answers_at_once_is_not_asked_all_the_time() -> None:
    clock = ManualClock()
    device = FakeOnvifDevice(clock=clock)
    async with device.running(), following(device, clock) as heard:
        await until(lambda: clock.sleepers == 1)
        device.emit(MOTION, "IsMotion", "true")
        await clock.advance(0.4)
        assert (device.calls.count("PullMessages"), heard.changes) == (1, [])
        await pulled(device, clock)
        assert heard.changes == [("motion", True)]


async def test_a_device_that_forgot_the_subscription_is_subscribed_to_anew() -> None:
    clock = ManualClock()
    device = FakeOnvifDevice(clock=clock)
    async with device.running(), following(device, clock) as heard:
        await until(lambda: clock.sleepers == 1)
        device.subscriptions.clear()  # it restarted
        await pulled(device, clock)
        assert heard.states[-1] == ("backing_off", "onvif_fault")
        await clock.advance(5)
        await until(lambda: heard.states[-1] == ("live", None))
        await until(lambda: clock.sleepers == 1)
        device.emit(MOTION, "IsMotion", "true")
        await pulled(device, clock)
        assert heard.changes == [("motion", True)]


async def test_failures_are_tried_again_ever_more_rarely() -> None:
    clock = ManualClock()
    device = FakeOnvifDevice(clock=clock)
    device.ills["CreatePullPointSubscription"] = ills.says(b"<html>", status=503)
    async with device.running(), following(device, clock) as heard:
        for failures in range(1, 4):
            await until(lambda failures=failures: heard.events.stats.failures == failures)  # type: ignore[misc]
            await until(lambda: clock.sleepers == 1)
            await clock.advance(5 * 2 ** (failures - 1))
        assert heard.states == [("backing_off", "not_an_onvif_device")]
        await until(lambda: heard.events.stats.failures == 4 and clock.sleepers == 1)
        await clock.advance(5)
        assert device.calls.count("CreatePullPointSubscription") == 4
        assert isinstance(heard.events.error, OnvifError)


async def test_a_refused_password_is_tried_rarely_from_the_first_time_on() -> None:
    clock = ManualClock()
    device = FakeOnvifDevice(clock=clock)
    async with device.running(), following(device, clock, password="wrong") as heard:
        await until(lambda: clock.sleepers == 1)
        assert heard.states == [("backing_off", "onvif_unauthorised")]
        asked = len(device.calls)
        await clock.advance(299)
        assert len(device.calls) == asked  # devices lock accounts
        await clock.advance(10)
        await until(lambda: len(device.calls) > asked)
