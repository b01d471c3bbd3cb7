"""Devices that are ill or hostile: each a named error, within its deadline, in little memory, and nobody else is called.

Deadlines are short here because settings say so; the tests wait for nothing else.
"""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from runtime.clock import SystemClock
from streams.onvif.device import OnvifDevice
from streams.onvif.errors import (
    NotAnOnvifDevice,
    OnvifError,
    OnvifFault,
    OnvifHungUp,
    OnvifRedirected,
    OnvifTooSlow,
    OnvifUnauthorised,
    OnvifUnreadable,
    PartMissing,
    TooManyProfiles,
    UriRefused,
    UriRewritten,
)
from streams.onvif.facts import DeviceFacts
from streams.onvif.pull_point import PullPoint
from streams.onvif.settings import OnvifSettings
from tests.fakes import onvif_answers as say
from tests.fakes import onvif_ills as ills
from tests.fakes.onvif_answers import FakeProfile
from tests.fakes.onvif_device import FakeOnvifDevice, Ill

SETTINGS = OnvifSettings(request_timeout_s=2.0, read_timeout_s=4.0, pull_s=0.05)
HASTY = OnvifSettings(request_timeout_s=0.2, read_timeout_s=0.5, pull_s=0.05)
MB = 1_000_000


@pytest.fixture
async def device() -> AsyncIterator[FakeOnvifDevice]:
    device = FakeOnvifDevice()
    async with device.running():
        yield device


async def read(device: FakeOnvifDevice, settings: OnvifSettings = SETTINGS) -> DeviceFacts:
    async with OnvifDevice.open(
        "127.0.0.1", device.port, "admin", device.password, clock=SystemClock(), settings=settings
    ) as asked:
        return await asked.read()


#: as many empty elements as fit
FOREST = b"<s>" + b"<a/>" * 249_000 + b"</s>"

WHOLE: dict[str, tuple[Ill, type[OnvifError], OnvifSettings]] = {
    "not XML": (ills.says(b"hello"), NotAnOnvifDevice, SETTINGS),
    "nothing": (ills.says(b""), NotAnOnvifDevice, SETTINGS),
    "a web page": (ills.says(b"<html><body>Login</body></html>"), NotAnOnvifDevice, SETTINGS),
    "an empty envelope": (ills.says(say.envelope("")), NotAnOnvifDevice, SETTINGS),
    "not found": (ills.says(b"404", status=404), NotAnOnvifDevice, SETTINGS),
    "another protocol": (ills.speaks_something_else, OnvifHungUp, SETTINGS),
    "a billion laughs": (ills.says(ills.BILLION_LAUGHS), OnvifUnreadable, SETTINGS),
    "an external entity": (ills.says(ills.EXTERNAL_ENTITY), OnvifUnreadable, SETTINGS),
    "an endless answer": (ills.endless(piece=b"<x>" + b"y" * 60_000), OnvifUnreadable, SETTINGS),
    "endless headers": (ills.endless_headers, OnvifHungUp, SETTINGS),
    "an endless refusal": (ills.endless(401), OnvifUnauthorised, SETTINGS),
    "an endless challenge": (
        ills.endless(401, headers='WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"\r\n'),
        OnvifUnauthorised,
        SETTINGS,
    ),
    "a challenge of nonsense": (
        ills.says(b"", status=401, headers={"WWW-Authenticate": "Digest nonsense"}),
        OnvifUnreadable,
        SETTINGS,
    ),
    "a challenge without its parts": (
        ills.says(b"", status=401, headers={"WWW-Authenticate": 'Digest qop="auth"'}),
        OnvifUnreadable,
        SETTINGS,
    ),
    "a challenge of an unknown algorithm": (
        ills.says(
            b"", status=401, headers={"WWW-Authenticate": 'Digest realm="r", nonce="n", algorithm=WHIRLPOOL'}
        ),
        OnvifUnreadable,
        SETTINGS,
    ),
    "a challenge to sign the body": (
        ills.says(
            b"", status=401, headers={"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth-int"'}
        ),
        OnvifUnreadable,
        SETTINGS,
    ),
    "compressed": (ills.says(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}), OnvifUnreadable, SETTINGS),
    "another encoding": (
        ills.says('<?xml version="1.0" encoding="gb2312"?><a>设备</a>'.encode("gb2312")),
        NotAnOnvifDevice,
        SETTINGS,
    ),
    "as many elements as fit": (ills.says(FOREST), OnvifUnreadable, SETTINGS),
    "as deep as fits": (ills.says(b"<a>" * 20_000 + b"</a>" * 20_000), NotAnOnvifDevice, SETTINGS),
    "a byte at a time": (ills.drips, OnvifTooSlow, HASTY),
    "silence": (ills.silent, OnvifTooSlow, HASTY),
    "hangs up half-way": (ills.hangs_up_half_way, OnvifHungUp, SETTINGS),
    "hangs up at once": (ills.hangs_up_at_once, OnvifHungUp, SETTINGS),
    "redirects": (
        ills.says(b"", status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"}),
        OnvifRedirected,
        SETTINGS,
    ),
    "a fault": (ills.fault("InvalidArgVal", "x\u202e" * 1000), OnvifFault, SETTINGS),
}


@pytest.mark.parametrize("name", WHOLE)
async def test_a_device_that_is_ill_is_named_for_it_in_little_memory(
    device: FakeOnvifDevice, name: str
) -> None:
    ill, error, settings = WHOLE[name]
    for operation in ("GetServices", "GetCapabilities"):
        device.ills[operation] = ill
    await read_once_for_imports()
    tracemalloc.start()
    try:
        with pytest.raises(error) as refused:
            await read(device, settings)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert type(refused.value) is error or error is OnvifError
    assert peak < 15 * MB
    for language in ("en", "zh"):
        text = refused.value.message(language)  # type: ignore[arg-type]
        assert text.isprintable() and len(text) < 700
        assert device.password not in text


async def read_once_for_imports() -> None:
    """What the first request of a process costs is not what an answer costs."""
    healthy = FakeOnvifDevice()
    async with healthy.running():
        await read(healthy)


@pytest.mark.parametrize(
    "operation", ["GetDeviceInformation", "GetProfiles", "GetStreamUri", "GetSnapshotUri"]
)
@pytest.mark.parametrize(
    "ill", [ills.says(b"hello"), ills.says(ills.BILLION_LAUGHS), ills.endless(), ills.fault("Receiver")]
)
async def test_what_is_ill_in_one_part_leaves_the_rest(
    device: FakeOnvifDevice, operation: str, ill: Ill
) -> None:
    device.ills[operation] = ill
    facts = await read(device)
    assert facts.services
    assert any(isinstance(warning, PartMissing) for warning in facts.warnings)
    assert bool(facts.make) == (operation != "GetDeviceInformation")
    assert len(facts.profiles) == (0 if operation == "GetProfiles" else 2)


async def test_a_device_that_is_slow_in_every_answer_does_not_take_longer_than_all_may_take() -> None:
    slow = FakeOnvifDevice(profiles=[FakeProfile(token=f"p{number}") for number in range(100)])
    asked = asyncio.Event()

    async def never(_writer: asyncio.StreamWriter) -> None:
        asked.set()
        await asyncio.Event().wait()

    slow.ills["GetStreamUri"] = never
    async with slow.running():
        settings = OnvifSettings(request_timeout_s=60.0, read_timeout_s=0.3)
        with pytest.raises(OnvifTooSlow, match=r"0\.3"):
            await read(slow, settings)
    assert asked.is_set()


@pytest.mark.parametrize(
    ("uri", "stream_url", "warning"),
    [
        ("rtsp://169.254.169.254/latest", "rtsp://127.0.0.1/latest", UriRewritten),
        ("rtsp://10.9.9.9:8554/main", "rtsp://127.0.0.1:8554/main", UriRewritten),
        ("/relative", "rtsp://127.0.0.1/relative", None),
        ("file:///etc/passwd", None, UriRefused),
        ("rtsp://127.0.0.1/" + "x" * 5000, None, UriRefused),
        ("rtsp://127.0.0.1/\nHost: evil", None, UriRefused),
    ],
)
async def test_addresses_of_streams_stay_on_the_device(
    uri: str, stream_url: str | None, warning: type | None
) -> None:
    device = FakeOnvifDevice(profiles=[FakeProfile(token="main", stream_uri=uri)])
    async with device.running():
        facts = await read(device)
    assert [profile.stream_url for profile in facts.profiles] == [stream_url]
    assert [type(each) for each in facts.warnings] == ([warning] if warning else [])


async def test_another_devices_address_is_never_called(device: FakeOnvifDevice) -> None:
    other = FakeOnvifDevice()
    async with other.running():
        # The same address, so that a call would arrive; the name makes it another host.
        for namespace in (say.TRT, say.TR2, say.TEV):
            device.xaddrs[namespace] = f"http://localhost:{other.port}/onvif/2"
        facts = await read(device)
        assert other.calls == []
    assert len(facts.profiles) == 2  # asked at the device itself
    assert [type(warning) for warning in facts.warnings] == [UriRewritten] * 3


async def test_services_that_cannot_be_called_are_left_out(device: FakeOnvifDevice) -> None:
    device.xaddrs[say.TPTZ] = "file:///dev/zero"
    device.xaddrs[say.TRT] = "/onvif/relative"
    facts = await read(device)
    assert facts.service("ptz") is None and not facts.has_ptz
    media = facts.service("media1")
    assert media is not None and media.url == f"http://127.0.0.1:{device.port}/onvif/relative"
    assert [type(warning) for warning in facts.warnings] == [UriRefused]


async def test_as_many_profiles_are_read_as_were_allowed() -> None:
    device = FakeOnvifDevice(profiles=[FakeProfile(token=f"p{number}") for number in range(9)])
    async with device.running():
        facts = await read(device, OnvifSettings(most_profiles=4))
    assert len(facts.profiles) == 4
    assert [type(warning) for warning in facts.warnings] == [TooManyProfiles]
    assert device.calls.count("GetStreamUri") == 4


@pytest.mark.parametrize("nonsense", ["0", "-5", "nan", "inf", "1e400", "many", ""])
async def test_figures_of_nonsense_are_none(nonsense: str) -> None:
    device = FakeOnvifDevice()
    healthy = say.media1_profiles([FakeProfile(token="main", width=1280, fps=25.0)])
    sick = healthy.replace(b"25<", f"{nonsense}<".encode()).replace(b">1280<", f">{nonsense}<".encode())
    device.services = [say.TDS, say.TRT]
    device.ills["GetProfiles"] = ills.says(sick)
    async with device.running():
        (profile,) = (await read(device)).profiles
    assert (profile.fps, profile.width, profile.height) == (None, 0, 1080)


async def test_a_time_that_is_none_is_as_good_as_no_answer(device: FakeOnvifDevice) -> None:
    healthy = say.date_and_time(SystemClock().now())
    device.ills["GetSystemDateAndTime"] = ills.says(healthy.replace(b"<tt:Month>", b"<tt:Month>99"))
    facts = await read(device)
    assert (facts.clock_offset_s, len(facts.profiles)) == (None, 2)


async def test_a_snapshot_is_bounded(device: FakeOnvifDevice) -> None:
    device.ills["GET"] = ills.endless()
    settings = OnvifSettings(most_snapshot_bytes=100_000)
    async with OnvifDevice.open(
        "127.0.0.1", device.port, "admin", device.password, clock=SystemClock(), settings=settings
    ) as asked:
        with pytest.raises(OnvifUnreadable, match="100000"):
            await asked.snapshot("/snapshot/main")


@pytest.mark.parametrize(
    ("operation", "ill", "error"),
    [
        ("CreatePullPointSubscription", ills.says(say.envelope("<tev:X/>")), OnvifUnreadable),
        (
            "CreatePullPointSubscription",
            ills.says(
                say.envelope(
                    "<tev:R><tev:SubscriptionReference><a:Address>/s</a:Address><a:ReferenceParameters>"
                    f"<x>{'y' * 5000}</x></a:ReferenceParameters></tev:SubscriptionReference></tev:R>"
                )
            ),
            OnvifUnreadable,
        ),
        ("PullMessages", ills.endless(), OnvifUnreadable),
        ("PullMessages", ills.says(ills.BILLION_LAUGHS), OnvifUnreadable),
        ("PullMessages", ills.hangs_up_half_way, OnvifHungUp),
    ],
)
async def test_a_device_that_is_ill_in_its_events_is_named_for_it(
    device: FakeOnvifDevice, operation: str, ill: Ill, error: type[OnvifError]
) -> None:
    device.ills[operation] = ill
    async with OnvifDevice.open(
        "127.0.0.1", device.port, "admin", device.password, clock=SystemClock(), settings=SETTINGS
    ) as asked:
        with pytest.raises(error):
            await (await PullPoint.subscribe(asked)).pull()


async def test_one_sick_device_blocks_no_other(device: FakeOnvifDevice) -> None:
    sick = FakeOnvifDevice()
    sick.ills["GetServices"] = ills.silent
    async with sick.running(), asyncio.TaskGroup() as group:
        waiting = group.create_task(read(sick, OnvifSettings(request_timeout_s=60.0)))
        assert len((await read(device)).profiles) == 2
        assert not waiting.done()
        waiting.cancel()
