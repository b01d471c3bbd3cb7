"""A recorder that is killed in mid-file: what was on disk is a recording after recovery, up to the last whole GOP."""

import asyncio
import sys
from pathlib import Path

import pytest

from streams.boxes import read_boxes
from streams.camera import CameraId
from streams.recovery import recover
from streams.sampler import frames_of_file
from streams.segment import VolumeId
from tests.fakes.clips import encode_clip
from tests.fakes.segments import FakeSegmentStore
from tests.fakes.wait import until

GOP, RATE = 10, 25
#: a process that records a file in real time until it is killed
RECORD = """
import asyncio, sys
from pathlib import Path
from runtime.clock import SystemClock
from streams.camera import CameraId, StreamProfile
from streams.ingest import Ingest
from streams.recorder import Recorder
from streams.segment import VolumeId
from streams.settings import RecordingSettings
from tests.fakes.segments import FakeSegmentStore

async def main(clip: str, folder: str) -> None:
    ingest = Ingest(StreamProfile(name="main", url=clip), CameraId(7), SystemClock())
    recorder = Recorder(
        ingest.fanout, camera_id=CameraId(7), profile="main", store=FakeSegmentStore(), clock=SystemClock(),
        volume_id=VolumeId(1),
        settings=RecordingSettings(folder=Path(folder), segment_s=60, poll_s=0.1),
    )
    await asyncio.gather(recorder.run(), ingest.run())

asyncio.run(main(*sys.argv[1:]))
"""


def fragments_in(folder: Path) -> int:
    """Fragments that are on disk."""
    for part in folder.rglob("*.part"):
        with part.open("rb") as file:
            return sum(box.kind == "moof" for box in read_boxes(file))
    return 0


@pytest.mark.parametrize("codec", ["h264", "hevc"])
async def test_a_killed_recorder_loses_at_most_the_last_gop(tmp_path: Path, codec: str) -> None:
    clip = await asyncio.to_thread(
        encode_clip, tmp_path / "clip.mp4", codec=codec, frames=400, gop=GOP, rate=RATE, noise=8
    )
    folder = tmp_path / "recordings"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", RECORD, str(clip), str(folder))
    try:
        await until(lambda: fragments_in(folder) >= 4)
    finally:
        child.kill()
        await child.wait()
    whole = fragments_in(folder)
    store = FakeSegmentStore()
    report = await recover(folder, store, volume_id=VolumeId(1))
    (path,) = report.cut
    numbers = len(list(frames_of_file(str(folder / path), CameraId(7), 1000)))
    # The kill may fall into a write: then the fragment that was being written is cut off too.
    assert numbers in (whole * GOP, (whole - 1) * GOP)
    assert store.rows[path].duration_s == pytest.approx(numbers / RATE, abs=0.001)
    assert (await recover(folder, store, volume_id=VolumeId(1))).cut == ()
