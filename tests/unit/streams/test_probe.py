from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from runtime.clock import Clock
from streams import probe as probe_module
from streams.camera import StreamProfile
from streams.errors import CameraRefused, CameraUnreachable, InvalidStreamUrl, NoVideo, StreamStalled
from streams.mask import Mask
from streams.packet import StreamInfo
from streams.probe import probe
from streams.probe_report import ProbeReport
from streams.settings import IngestSettings
from tests.fakes.packets import media_of
from tests.fakes.source import FakeSource
from tests.unit.streams.conftest import FRAMES, GOP, RATE

PROFILE = StreamProfile(name="main", url="rtsp://camera.example/main")


@pytest.fixture
def info(h264: Path) -> StreamInfo:
    return media_of(h264)[0]


async def ask(source: FakeSource, *, thorough: bool = False, mask: Mask | None = None) -> ProbeReport:
    def make(_profile: StreamProfile, _settings: IngestSettings, _clock: Clock) -> FakeSource:
        return source

    try:
        return await probe(
            PROFILE, thorough=thorough, mask=mask, make_source=make, settings=IngestSettings(handover_s=0)
        )
    finally:
        assert source.closed


async def test_a_probe_ends_once_it_has_seen_enough(info: StreamInfo, h264: Path) -> None:
    source = FakeSource(info)
    source.send(*media_of(h264)[1][:60])
    found = await ask(source)
    assert (found.codec, found.width, found.height) == ("h264", 320, 192)
    assert (found.fps, found.declared_fps) == (pytest.approx(RATE), RATE)
    assert found.picture is None, "a short look decodes nothing"


async def looked_at(clip: Path, *, drop: range = range(0), mask: Mask | None = None) -> ProbeReport:
    info, media = media_of(clip)
    source = FakeSource(info)
    source.send(*(each for number, each in enumerate(media) if number not in drop))
    source.end()
    return await ask(source, thorough=True, mask=mask)


async def test_nobody_sees_in_a_picture_what_is_masked(h264: Path) -> None:
    whole = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    light = []
    for mask in (None, Mask((whole,))):
        found = await looked_at(h264, mask=mask)
        assert found.picture is not None
        picture = cv2.imdecode(np.frombuffer(found.picture, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        light.append(int(picture.max()))
    assert light[0] > 25 and light[1] < 10


async def test_a_thorough_look_measures_the_stream_and_takes_a_picture(h264: Path) -> None:
    found = await looked_at(h264)
    assert (found.gop_frames, found.gop_s, found.gop_is_whole) == (GOP, pytest.approx(GOP / RATE), True)
    assert (found.b_frames, found.corrupt, found.gaps) == (False, 0, 0)
    assert found.codec_profile
    _info, media = media_of(h264)
    sent = sum(each.size for each in media) * 8 / 1000 / (FRAMES / RATE)
    assert found.bitrate_kbps == pytest.approx(sent, rel=0.1)
    assert found.first_packet_s is not None
    assert found.first_keyframe_s is not None
    assert found.picture is not None
    picture = cv2.imdecode(np.frombuffer(found.picture, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (192, 320, 3)


async def test_b_frames_and_h265_are_seen(b_frames: Path, hevc: Path) -> None:
    assert (await looked_at(b_frames)).b_frames is True
    found = await looked_at(hevc)
    assert (found.codec, found.b_frames) == ("hevc", False)
    assert found.picture


async def test_what_is_missing_is_counted(h264: Path) -> None:
    found = await looked_at(h264, drop=range(41, 47))
    assert found.gaps == 1


async def test_a_stream_with_one_keyframe_has_a_gop_of_at_least_what_was_seen(h264: Path) -> None:
    found = await looked_at(h264, drop=range(GOP, FRAMES))
    assert (found.gop_frames, found.gop_is_whole) == (GOP - 1, False)


async def test_joining_between_keyframes_is_no_fault(h264: Path) -> None:
    found = await looked_at(h264, drop=range(5))
    assert (found.gop_frames, found.corrupt) == (GOP, 0)
    assert found.picture


async def test_what_cannot_be_decoded_gives_no_picture(info: StreamInfo, h264: Path) -> None:
    source = FakeSource(info)
    for each in media_of(h264)[1][:30]:
        broken = av.Packet(b"\x00" * 50)
        broken.pts, broken.dts, broken.time_base = each.pts, each.dts, each.time_base
        broken.is_keyframe, broken.stream = each.is_keyframe, each.stream
        source.send(broken)
    source.end()
    found = await ask(source, thorough=True)
    assert (found.picture, found.b_frames) == (None, None)
    assert found.corrupt > 0


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
