"""What is played from our simulated camera is played from GStreamer's too: neither is made to fit the other."""

import asyncio
from pathlib import Path

import av
import av.error
import pytest

from tests.fakes.clips import encode_clip, number_on
from tests.fakes.gst_camera import GstCamera, available

pytestmark = pytest.mark.skipif(bool(available()), reason=available() or "installed")


def play(url: str, count: int, transport: str = "tcp") -> list[int]:
    """The numbers on the first `count` pictures from a keyframe on."""
    options = {
        "rtsp_transport": transport,
        "timeout": "5000000",
        "analyzeduration": "0",
        "probesize": "32768",
    }
    with av.open(url, options=options) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        numbers: list[int] = []
        for packet in container.demux(stream):
            if numbers or packet.is_keyframe:
                numbers += [number_on(frame) for frame in packet.decode()]
            if len(numbers) >= count:
                break
        return numbers


@pytest.mark.parametrize(("codec", "transport"), [("h264", "tcp"), ("hevc", "tcp"), ("h264", "udp")])
async def test_a_foreign_camera_is_played_over_its_loop(tmp_path: Path, codec: str, transport: str) -> None:
    clip = encode_clip(tmp_path / "clip.mp4", codec=codec, frames=20, gop=10)
    async with GstCamera({"street": clip}) as camera:
        numbers = await asyncio.to_thread(play, camera.url("street"), 30, transport)
    assert numbers == [(numbers[0] + index) % 20 for index in range(30)]


async def test_a_foreign_camera_asks_for_its_password(tmp_path: Path) -> None:
    clip = encode_clip(tmp_path / "clip.mp4", frames=20, gop=10)
    async with GstCamera({"street": clip}, username="admin", password="p4ss") as camera:
        right = camera.url("street").replace("rtsp://", "rtsp://admin:p4ss@")
        assert len(await asyncio.to_thread(play, right, 5)) == 5
        for wrong in (right.replace("p4ss", "pass"), camera.url("street")):
            with pytest.raises(av.error.HTTPUnauthorizedError):
                await asyncio.to_thread(play, wrong, 5)
