"""PTZ and imaging over real HTTP; above all that a camera which nobody steers any more stands still."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from streams.onvif.device import OnvifDevice
from streams.onvif.errors import OnvifError, OnvifUnsupported, PresetUnknown
from streams.onvif.imaging import read_imaging
from streams.onvif.ptz import Mover, Preset, Ptz, Velocity
from streams.onvif.settings import OnvifSettings
from tests.fakes import onvif_answers as say
from tests.fakes import onvif_ills as ills
from tests.fakes.clock import ManualClock
from tests.fakes.onvif_answers import FakeProfile
from tests.fakes.onvif_device import FakeOnvifDevice
from tests.fakes.wait import until


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def device(clock: ManualClock) -> AsyncIterator[FakeOnvifDevice]:
    device = FakeOnvifDevice(clock=clock)
    async with device.running():
        yield device


@asynccontextmanager
async def opened(device: FakeOnvifDevice, clock: ManualClock) -> AsyncIterator[OnvifDevice]:
    async with OnvifDevice.open(
        "127.0.0.1",
        device.port,
        "admin",
        device.password,
        clock=clock,
        settings=OnvifSettings(request_timeout_s=5.0),
    ) as found:
        yield found


@asynccontextmanager
async def moved(
    device: FakeOnvifDevice, clock: ManualClock, failures: list[OnvifError] | None = None
) -> AsyncIterator[Mover]:
    async with opened(device, clock) as found, asyncio.TaskGroup() as group:
        told = [] if failures is None else failures
        yield Mover(await Ptz.of(found), hold_s=1.0, clock=clock, group=group, on_failure=told.append)


async def test_a_camera_moves_as_it_is_told_and_stops(device: FakeOnvifDevice, clock: ManualClock) -> None:
    async with moved(device, clock) as mover:
        await mover.move(Velocity(pan=-0.5, tilt=1.0, zoom=0.25))
        assert device.move is not None
        assert (device.move.pan, device.move.tilt, device.move.zoom) == (-0.5, 1.0, 0.25)
        await mover.stop()
        assert device.move is None
        await clock.advance(1)
    assert device.calls.count("Stop") == 1


async def test_a_move_that_nobody_asks_to_go_on_is_stopped_by_us(
    device: FakeOnvifDevice, clock: ManualClock
) -> None:
    async with moved(device, clock) as mover:
        await mover.move(Velocity(pan=1.0))
        await clock.advance(0.9)
        await mover.move(Velocity(pan=1.0))
        await clock.advance(0.9)
        assert "Stop" not in device.calls  # it was asked to go on
        await clock.advance(0.1)
        await until(lambda: "Stop" in device.calls)
        await mover.move(Velocity(pan=1.0))  # and the switch is armed anew
        await clock.advance(1.0)
        await until(lambda: device.calls.count("Stop") == 2)


async def test_a_move_whose_server_is_gone_is_ended_by_the_device(
    device: FakeOnvifDevice, clock: ManualClock
) -> None:
    async with opened(device, clock) as found:
        await (await Ptz.of(found)).move(Velocity(tilt=1.0), for_s=1.0)
    assert device.moving
    await clock.advance(1.0)
    assert not device.moving
    assert "Stop" not in device.calls


async def test_a_move_that_failed_is_stopped_for_the_device_may_have_heard_it(
    device: FakeOnvifDevice, clock: ManualClock
) -> None:
    device.ills["ContinuousMove"] = ills.hangs_up_half_way
    async with moved(device, clock) as mover:
        with pytest.raises(OnvifError):
            await mover.move(Velocity(pan=1.0))
        await clock.advance(1.0)
        await until(lambda: "Stop" in device.calls)


async def test_a_stop_that_fails_is_told(device: FakeOnvifDevice, clock: ManualClock) -> None:
    device.ills["Stop"] = ills.says(b"", status=500)
    failures: list[OnvifError] = []
    async with moved(device, clock, failures) as mover:
        await mover.move(Velocity(pan=1.0))
        await clock.advance(1.0)
        await until(lambda: len(failures) == 1)
        with pytest.raises(OnvifError):
            await mover.stop()


async def test_presets_are_listed_and_gone_to(device: FakeOnvifDevice, clock: ManualClock) -> None:
    device.presets["3"] = "a&b"
    async with moved(device, clock) as mover:
        assert await mover.presets() == (
            Preset(token="1", name="东门"),
            Preset(token="2", name="West gate"),
            Preset(token="3", name="a&b"),
        )
        await mover.go_to("2")
        assert device.at_preset == "2"
        with pytest.raises(PresetUnknown, match="9"):
            await mover.go_to("9")


async def test_a_camera_that_cannot_be_steered_says_so(device: FakeOnvifDevice, clock: ManualClock) -> None:
    device.profiles = [FakeProfile(token="main", ptz=False)]
    async with opened(device, clock) as found:
        with pytest.raises(OnvifUnsupported, match="PTZ"):
            await Ptz.of(found)
    device.services.remove(say.TPTZ)
    async with opened(device, clock) as found:
        with pytest.raises(OnvifUnsupported):
            await Ptz.of(found)


@pytest.mark.parametrize("pan", [1.01, -2.0, float("nan"), float("inf")])
def test_a_speed_beyond_the_greatest_is_refused(pan: float) -> None:
    with pytest.raises(ValueError, match="share from -1 to 1"):
        Velocity(pan=pan)


async def test_imaging_settings_are_read_of_each_imager(device: FakeOnvifDevice, clock: ManualClock) -> None:
    device.profiles = [
        FakeProfile(token=token, source=source) for token, source in (("a", "1"), ("b", "2"), ("c", "1"))
    ]
    async with opened(device, clock) as found:
        one, two = await read_imaging(found)
    assert (one.source_token, two.source_token) == ("1", "2")
    assert (one.brightness, one.contrast, one.saturation, one.sharpness) == (50.0, 40.0, 60.5, 30.0)
    assert (one.ir_cut_filter, one.exposure, one.focus, one.white_balance) == (
        "auto",
        "auto",
        "manual",
        "auto",
    )
    assert (one.wide_dynamic_range, one.backlight_compensation) == ("on", "off")
