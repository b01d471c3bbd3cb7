from pathlib import Path

import pytest

from runtime.clock import Clock
from streams import probe as probe_module
from streams.camera import StreamProfile
from streams.errors import CameraRefused, CameraUnreachable, InvalidStreamUrl, NoVideo, StreamStalled
from streams.packet import StreamInfo
from streams.probe import ProbeResult, probe
from streams.settings import IngestSettings
from tests.fakes.packets import media_of
from tests.fakes.source import FakeSource
from tests.unit.streams.conftest import RATE

PROFILE = StreamProfile(name="main", url="rtsp://camera.example/main")


@pytest.fixture
def info(h264: Path) -> StreamInfo:
    return media_of(h264)[0]


async def ask(source: FakeSource) -> ProbeResult:
    def make(_profile: StreamProfile, _settings: IngestSettings, _clock: Clock) -> FakeSource:
        return source

    try:
        return await probe(PROFILE, make_source=make, settings=IngestSettings(handover_s=0))
    finally:
        assert source.closed


async def test_a_probe_ends_once_it_has_seen_enough(info: StreamInfo, h264: Path) -> None:
    source = FakeSource(info)
    source.send(*media_of(h264)[1][:60])
    assert await ask(source) == ProbeResult(codec="h264", width=320, height=192, fps=pytest.approx(RATE))


async def test_a_file_may_be_probed(h264: Path) -> None:
    found = await probe(StreamProfile(name="main", url=str(h264)))
    assert (found.codec, found.fps) == ("h264", pytest.approx(RATE))


async def test_a_short_stream_is_still_a_stream(info: StreamInfo, h264: Path) -> None:
    source = FakeSource(info)
    source.send(*media_of(h264)[1][:1])
    source.end()
    assert (await ask(source)).fps == RATE


@pytest.mark.parametrize("error", [CameraRefused(url="x"), NoVideo(url="x")])
async def test_what_is_wrong_is_raised(info: StreamInfo, error: Exception) -> None:
    with pytest.raises(type(error)):
        await ask(FakeSource(info, fails_to_open=error))


async def test_a_bad_address_is_refused_before_anything_is_opened() -> None:
    with pytest.raises(InvalidStreamUrl):
        await probe(StreamProfile(name="main", url="http://camera.example"))


async def test_a_camera_that_opens_and_sends_nothing_stalls(
    info: StreamInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_module, "_PATIENCE_S", 0.1)
    with pytest.raises(StreamStalled):
        await ask(FakeSource(info))


async def test_a_camera_that_does_not_answer_is_unreachable(
    info: StreamInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_module, "_PATIENCE_S", 0.1)
    with pytest.raises(CameraUnreachable):
        await ask(FakeSource(info, hangs_opening=True))
