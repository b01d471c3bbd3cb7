"""The measuring processes do what they measure. Their figures are not judged here: a test run has company."""

from pathlib import Path

import pytest

from runtime.clock import SystemClock
from tests.fakes.clips import encode_clip
from vms.bench.children import ffmpeg_program, record_with_ffmpeg, record_with_ours, run_module
from vms.demo.process import SimulatorProcess
from vms.demo.rtsp_server import SimulatedCamera

#: of `clip`, in the second and a half that both record for certain
SENT_BYTES = 5_000


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return encode_clip(tmp_path / "clip.mp4", frames=50, gop=10)


async def test_both_recorders_record_what_was_sent(clip: Path) -> None:
    async with SimulatorProcess([SimulatedCamera(path="bench", clip=clip)]) as simulator:
        url = simulator.urls["bench"]
        found = await record_with_ours(url, 2, warm_s=1.5, window_s=1.5)
        assert found["bytes"] > 2 * SENT_BYTES
        assert 0 < found["cpu_s"] < found["wall_s"]
        program = ffmpeg_program()
        if program is None:
            pytest.skip("FFmpeg's program is not installed: imageio-ffmpeg")
        clock = SystemClock()
        found = await record_with_ffmpeg(program, url, 2, warm_s=1.5, window_s=1.5, clock=clock)
        assert found["bytes"] > SENT_BYTES
        assert 0 < found["cpu_s"] < found["wall_s"]


async def test_analysis_and_its_bare_parts_look_at_as_many_frames(clip: Path) -> None:
    async with SimulatorProcess([SimulatedCamera(path="bench", clip=clip)]) as simulator:
        found = await run_module("vms.bench.analysis", simulator.urls["bench"], 4.0, 2.0)
    assert 10 <= float(str(found["frames"])) <= 24
    bare = await run_module("vms.bench.bare", clip, 0.5, 2.0, 8.0, '[["movenet", 192, 320, 1.0]]')
    assert 14 <= float(str(bare["frames"])) <= 18
