import logging
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from runtime.clock import SystemClock
from streams.errors import NoVideo, StreamError, VideoUnreadable
from streams.file import FileSource
from streams.packet import MediaPacket, StreamInfo
from tests.fakes.clips import encode_clip
from tests.unit.streams.conftest import FRAMES


def read(path: Path) -> tuple[StreamInfo, list[MediaPacket]]:
    source = FileSource(str(path))
    try:
        info = source.open()
        return info, list(source.packets())
    finally:
        source.close()


def encode(path: Path, codec: str, width: int, height: int, pix_fmt: str, *, frames: int = 3) -> Path:
    """Any codec and shape; grey pictures."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(
                np.full((height, width, 3), 40 * number, np.uint8), format="rgb24"
            )
            container.mux(stream.encode(frame.reformat(format=pix_fmt)))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="session")
def audio_only(clips: Path) -> Path:
    path = clips / "audio.m4a"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_a_file_says_what_it_is(h264: Path, hevc: Path) -> None:
    info, packets = read(h264)
    assert (info.codec, info.width, info.height, info.fps) == ("h264", 320, 192, 25.0)
    assert info.extradata
    assert len(packets) == FRAMES
    assert packets[0].is_keyframe
    assert read(hevc)[0].codec == "hevc"


def test_what_a_source_said_outlives_it(h264: Path) -> None:
    info, packets = read(h264)
    assert info.template.codec_context.extradata == info.extradata
    assert sum(packet.size for packet in packets) > 0


@pytest.mark.parametrize(
    ("codec", "width", "height", "pix_fmt"),
    [
        ("ffv1", 1, 1, "yuv420p"),
        ("libx264", 641, 361, "yuv444p"),
        ("mpeg4", 17, 33, "yuv420p"),
        ("mjpeg", 7680, 4320, "yuvj420p"),
    ],
)
def test_odd_sizes_are_read(tmp_path: Path, codec: str, width: int, height: int, pix_fmt: str) -> None:
    info, packets = read(encode(tmp_path / "odd.mkv", codec, width, height, pix_fmt))
    assert (info.width, info.height, len(packets)) == (width, height, 3)


def test_a_file_with_audio_only_has_no_video(audio_only: Path) -> None:
    with pytest.raises(NoVideo):
        read(audio_only)


@pytest.mark.parametrize("content", [b"", b"\x00" * 5000, b"not a video\n" * 300, bytes(range(256)) * 64])
def test_what_is_no_video_is_unreadable(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(content)
    with pytest.raises((VideoUnreadable, NoVideo)):
        read(path)


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(VideoUnreadable, match="No such file"):
        read(tmp_path / "missing.mp4")


def test_a_name_like_an_address_is_still_a_file(tmp_path: Path, h264: Path) -> None:
    path = tmp_path / "rtsp:camera-7.mp4"
    path.write_bytes(h264.read_bytes())
    assert len(read(path)[1]) == FRAMES


@pytest.mark.parametrize("suffix", ["ts", "mkv"])
def test_a_truncated_file_is_read_as_far_as_it_goes(tmp_path: Path, suffix: str) -> None:
    whole = encode_clip(tmp_path / f"whole.{suffix}", frames=FRAMES, noise=30)
    path = tmp_path / f"torn.{suffix}"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    _, packets = read(path)
    assert FRAMES // 4 < len(packets) < FRAMES


def test_an_mp4_whose_data_is_cut_off_is_read_as_far_as_it_goes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = tmp_path / "whole.mp4"
    clip = encode_clip(tmp_path / "clip.mp4", frames=FRAMES, noise=30)
    with av.open(str(clip)) as source, av.open(str(whole), "w", options={"movflags": "faststart"}) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with caplog.at_level(logging.WARNING, logger="streams.file"):
        _, packets = read(torn)
    assert FRAMES // 4 < len(packets) < FRAMES


def test_an_mp4_without_its_index_is_unreadable(tmp_path: Path, h264: Path) -> None:
    path = tmp_path / "torn.mp4"
    path.write_bytes(h264.read_bytes()[:2000])
    with pytest.raises(StreamError):
        read(path)


def test_a_cancelled_file_ends_without_an_error(h264: Path) -> None:
    source = FileSource(str(h264))
    source.open()
    packets = source.packets()
    next(packets)
    source.cancel()
    assert list(packets) == []
    source.close()
    source.close()


def test_real_time_holds_packets_back(tmp_path: Path) -> None:
    clip = encode_clip(tmp_path / "short.mp4", frames=6, rate=25)
    source = FileSource(str(clip), real_time=True)
    source.open()
    clock = SystemClock()
    at = [clock.monotonic() for _ in source.packets()]
    source.close()
    assert at[-1] - at[0] >= 0.19
    assert all(later >= earlier for earlier, later in pairwise(at))
