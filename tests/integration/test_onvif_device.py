"""ONVIF over real HTTP, against a device of our own: what it is, whatever its clock says, and what it is asked beside."""

import pytest

from runtime.clock import Clock, SystemClock
from streams.onvif.device import OnvifDevice
from streams.onvif.errors import (
    ClockUnknown,
    ClockWrong,
    OnvifRefused,
    OnvifUnauthorised,
    OnvifUnsupported,
    PartMissing,
    UriRewritten,
)
from streams.onvif.facts import DeviceFacts
from streams.onvif.settings import OnvifSettings
from tests.fakes import onvif_answers as say
from tests.fakes import onvif_ills as ills
from tests.fakes.clock import ManualClock
from tests.fakes.onvif_answers import FakeProfile
from tests.fakes.onvif_device import JPEG, FakeOnvifDevice

QUICK = OnvifSettings(request_timeout_s=5.0)


async def read(
    device: FakeOnvifDevice, password: str | None = None, *, clock: Clock | None = None
) -> DeviceFacts:
    async with OnvifDevice.open(
        "127.0.0.1",
        device.port,
        device.username,
        device.password if password is None else password,
        clock=clock or SystemClock(),
        settings=QUICK,
    ) as asked:
        return await asked.read()


async def test_a_device_says_what_it_is_and_what_it_offers() -> None:
    device = FakeOnvifDevice()
    async with device.running():
        facts = await read(device)
    assert (facts.make, facts.model, facts.firmware, facts.serial, facts.hardware) == (
        "海康威视",
        "DS-2CD",
        "V5.7.1",
        "SN0001",
        "88",
    )
    assert [service.name for service in facts.services] == [
        "device",
        "media1",
        "media2",
        "ptz",
        "events",
        "imaging",
    ]
    assert (facts.has_ptz, facts.has_events, facts.has_imaging, facts.warnings) == (True, True, True, ())
    main, sub = facts.profiles
    assert (main.codec, main.width, main.height, main.fps, main.bitrate_kbps, main.gop_s) == (
        "h264", 1920, 1080, 25.0, 4096, 2.0,
    )  # fmt: skip
    assert main.stream_url == "rtsp://127.0.0.1:554/main"
    assert sub.snapshot_url == f"http://127.0.0.1:{device.port}/snapshot/sub"
    assert device.connections == 1


@pytest.mark.parametrize("ahead_s", [3600.0, -3600.0, -315360000.0])
async def test_requests_are_signed_in_the_devices_own_time(ahead_s: float) -> None:
    clock = ManualClock()
    device = FakeOnvifDevice(ahead_s=ahead_s, clock=clock)
    async with device.running():
        facts = await read(device, clock=clock)
    assert facts.make and len(facts.profiles) == 2
    assert facts.clock_offset_s == pytest.approx(ahead_s, abs=0.5)
    (warning,) = facts.warnings
    assert isinstance(warning, ClockWrong)
    assert f"相差 {ahead_s:+.0f} 秒" in warning.message("zh")


async def test_a_device_that_hides_its_time_is_signed_to_with_ours() -> None:
    device = FakeOnvifDevice()
    device.ills["GetSystemDateAndTime"] = ills.fault("NotAuthorized")
    async with device.running():
        facts = await read(device)
    assert (facts.make, facts.clock_offset_s) == ("海康威视", None)
    assert [type(warning) for warning in facts.warnings] == [ClockUnknown]


async def test_a_wrong_password_is_named_and_tried_once() -> None:
    device = FakeOnvifDevice(ahead_s=3600)
    async with device.running():
        with pytest.raises(OnvifUnauthorised):
            await read(device, "wrong")
    assert device.calls == ["GetSystemDateAndTime", "GetServices"]  # devices lock accounts


async def test_a_device_of_profile_t_may_want_the_digest_of_http() -> None:
    device = FakeOnvifDevice()
    device.wants_http_digest = True
    async with device.running():
        assert len((await read(device)).profiles) == 2
        with pytest.raises(OnvifUnauthorised):
            await read(device, "wrong")


async def test_a_device_of_profile_s_has_media1_only() -> None:
    device = FakeOnvifDevice(profiles=[FakeProfile(token="only", encoding="JPEG", fps=0, gop=0, ptz=False)])
    device.services = [say.TDS, say.TRT]
    async with device.running():
        facts = await read(device)
    (profile,) = facts.profiles
    assert (profile.codec, profile.fps, profile.gop, profile.gop_s) == ("mjpeg", None, None, None)
    assert (facts.has_ptz, facts.has_events, facts.has_imaging) == (False, False, False)


async def test_h265_is_read_from_media2() -> None:
    device = FakeOnvifDevice(profiles=[FakeProfile(token="main", encoding="H265")])
    device.services = [say.TDS, say.TR2]
    async with device.running():
        assert [profile.codec for profile in (await read(device)).profiles] == ["hevc"]


async def test_an_old_device_is_asked_for_its_capabilities() -> None:
    device = FakeOnvifDevice()
    device.services = [say.TDS, say.TRT, say.TPTZ, say.TEV]
    device.ills["GetServices"] = ills.fault("ActionNotSupported")
    async with device.running():
        facts = await read(device)
    assert [service.name for service in facts.services] == ["device", "media1", "ptz", "events"]
    assert len(facts.profiles) == 2


async def test_behind_nat_the_devices_own_address_takes_the_place_of_its_private_one() -> None:
    device = FakeOnvifDevice()
    device.own_host = "192.168.1.64"
    async with device.running():
        facts = await read(device)
    assert all(service.url.startswith(f"http://127.0.0.1:{device.port}/") for service in facts.services)
    assert [profile.stream_url for profile in facts.profiles] == [
        "rtsp://127.0.0.1:554/main",
        "rtsp://127.0.0.1:554/sub",
    ]
    assert facts.profiles[0].snapshot_url == f"http://127.0.0.1:{device.port}/snapshot/main"
    assert {type(warning) for warning in facts.warnings} == {UriRewritten}
    assert "192.168.1.64" in str(facts.warnings[0])


async def test_a_profile_without_an_address_is_a_warning_and_the_rest_is_read() -> None:
    device = FakeOnvifDevice()
    device.ills["GetStreamUri"] = ills.fault("IncompleteConfiguration")
    async with device.running():
        facts = await read(device)
    assert [profile.stream_url for profile in facts.profiles] == [None, None]
    assert [type(warning) for warning in facts.warnings] == [PartMissing, PartMissing]


async def test_a_picture_is_taken_with_the_digest_of_http() -> None:
    device = FakeOnvifDevice()
    async with (
        device.running(),
        OnvifDevice.open(
            "127.0.0.1", device.port, "admin", device.password, clock=SystemClock(), settings=QUICK
        ) as asked,
    ):
        assert await asked.snapshot("/snapshot/main") == JPEG


async def test_nobody_there_is_named() -> None:
    device = FakeOnvifDevice()
    async with device.running():
        pass
    with pytest.raises(OnvifRefused):
        await read(device)


async def test_a_service_that_is_not_there_is_named() -> None:
    device = FakeOnvifDevice()
    device.services = [say.TDS, say.TRT]
    async with (
        device.running(),
        OnvifDevice.open("127.0.0.1", device.port, "admin", device.password, clock=SystemClock()) as asked,
    ):
        with pytest.raises(OnvifUnsupported, match="ptz"):
            await asked.service_url("ptz")
