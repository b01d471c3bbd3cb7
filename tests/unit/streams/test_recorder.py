import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from streams import segment_file
from streams.camera import CameraId
from streams.errors import RecordingFailed
from streams.fanout import Fanout
from streams.recorder import Recorder
from streams.recovery import recover
from streams.segment import VolumeId
from streams.settings import RecordingSettings
from tests.fakes.clock import ManualClock
from tests.fakes.packets import run_of
from tests.fakes.segments import FakeSegmentStore
from tests.fakes.wait import until
from tests.unit.streams.conftest import FRAMES, RATE

CAMERA = CameraId(7)
VOLUME = VolumeId(1)


class Bench:
    def __init__(self, folder: Path, clip: Path, **settings: float) -> None:
        self.started, self.packets = run_of(clip)
        self.clock = ManualClock()
        self.fanout = Fanout()
        self.store = FakeSegmentStore()
        self.failures: list[RecordingFailed] = []
        self.folder = folder
        self.recorder = Recorder(
            self.fanout,
            volume_id=VOLUME,
            camera_id=CAMERA,
            profile="main",
            settings=RecordingSettings.model_validate({"folder": folder, "segment_s": 1, **settings}),
            store=self.store,
            clock=self.clock,
            on_failure=self.failures.append,
        )

    async def turn(self) -> None:
        """Let the recorder take what waits, until it sleeps again."""
        await until(lambda: self.clock.sleepers > 0)
        await self.clock.advance(0.5)

    def files(self, pattern: str = "*.mp4") -> list[Path]:
        return sorted(self.folder.rglob(pattern))


@asynccontextmanager
async def running(bench: Bench) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(bench.recorder.run())
    await asyncio.sleep(0)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def bench(tmp_path: Path, h264: Path) -> Bench:
    return Bench(tmp_path / "recordings", h264)


def rows_last_s(bench: Bench) -> float:
    return sum(segment.duration_s for segment in bench.store.rows.values())


async def test_a_row_is_added_for_every_file_that_is_whole(bench: Bench) -> None:
    async with running(bench):
        bench.fanout.publish([bench.started, *bench.packets])
        await until(lambda: len(bench.store.rows) == 3)
        assert [path.name for path in bench.files()] == [Path(row).name for row in sorted(bench.store.rows)]
        assert len(bench.files("*.part")) == 1
    assert len(bench.store.rows) == 4
    assert not bench.files("*.part")
    assert rows_last_s(bench) == pytest.approx(FRAMES / RATE)
    assert bench.recorder.segments == 4
    assert bench.recorder.bytes == sum(path.stat().st_size for path in bench.files())


async def test_a_stream_that_ends_makes_its_last_file_whole(bench: Bench) -> None:
    async with running(bench) as task:
        bench.fanout.publish([bench.started, *bench.packets])
        bench.fanout.close()
        await bench.turn()
        async with asyncio.timeout(10):
            await task
    assert rows_last_s(bench) == pytest.approx(FRAMES / RATE)


async def test_packets_are_taken_in_batches(bench: Bench) -> None:
    async with running(bench):
        bench.fanout.publish([bench.started, *bench.packets[:30]])
        await until(lambda: bench.clock.sleepers > 0)
        bench.fanout.publish(bench.packets[30:60])
        assert not bench.files()
        await bench.turn()
        await until(lambda: len(bench.files()) == 1)


async def test_a_recorder_that_starts_late_begins_at_the_last_keyframe(bench: Bench) -> None:
    bench.fanout.publish([bench.started, *bench.packets[:25]])
    async with running(bench):
        bench.fanout.publish(bench.packets[25:])
        await bench.turn()
        await until(lambda: len(bench.store.rows) == 2)
    first = bench.store.rows[min(bench.store.rows)]
    assert first.start_at == bench.packets[20].wall


async def test_a_database_that_is_away_delays_rows_and_nothing_else(bench: Bench) -> None:
    bench.store.away = True
    async with running(bench):
        bench.fanout.publish([bench.started, *bench.packets])
        await until(lambda: bench.recorder.segments == 3 and bench.store.refusals == 1)
        assert len(bench.files()) == 3
        assert bench.recorder.waiting_rows == 3
        assert bench.failures == []
        bench.store.away = False
        await bench.clock.advance(1)
        await until(lambda: len(bench.store.rows) == 3)
        assert bench.recorder.waiting_rows == 0


async def test_rows_that_never_came_are_added_by_recovery(bench: Bench) -> None:
    bench.store.away = True
    async with running(bench):
        bench.fanout.publish([bench.started, *bench.packets])
        await until(lambda: bench.recorder.segments == 3)
    assert bench.store.rows == {}
    bench.store.away = False
    await recover(bench.folder, bench.store, volume_id=VOLUME)
    assert rows_last_s(bench) == pytest.approx(FRAMES / RATE)


class FullDisk(segment_file.FileIO):
    """Takes so many bytes in all, as a disk that fills up."""

    left = 0

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        if len(data) > type(self).left:
            raise OSError(28, "No space left on device")
        type(self).left -= len(data)
        return super().write(data) or 0


async def test_a_full_disk_stops_recording_until_there_is_space(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_file, "FileIO", FullDisk)
    monkeypatch.setattr(FullDisk, "left", 12_000)
    async with running(bench):
        bench.fanout.publish([bench.started, *bench.packets[:90]])
        await until(lambda: bench.recorder.failures == 1)
        assert "No space left" in str(bench.failures[0])
        monkeypatch.setattr(FullDisk, "left", 10**9)
        bench.fanout.publish(bench.packets[90:])
        await bench.clock.advance(1)
        await until(lambda: len(bench.files("*.part")) == 1)
    # What was whole when the disk was full is kept and has its row, and what came after is recorded.
    assert rows_last_s(bench) >= 1.2
    assert max(row.start_at for row in bench.store.rows.values()) == bench.packets[90].wall
    assert not bench.files("*.part")
    assert {str(path.relative_to(bench.folder)) for path in bench.files()} == set(bench.store.rows)


async def test_a_folder_that_is_in_the_way_is_tried_again(bench: Bench) -> None:
    bench.folder.write_text("in the way")
    async with running(bench):
        bench.fanout.publish([bench.started, *bench.packets[:20]])
        await until(lambda: bench.recorder.failures == 1)
        bench.folder.unlink()
        bench.fanout.publish(bench.packets[20:])
        await bench.clock.advance(1)
        await until(lambda: len(bench.store.rows) == 2)


async def test_a_failing_disk_slows_no_other_subscriber(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_file, "FileIO", FullDisk)
    monkeypatch.setattr(FullDisk, "left", 0)
    other = bench.fanout.subscribe(1000)
    async with running(bench):
        bench.fanout.publish([bench.started, *bench.packets])
        await until(lambda: bench.recorder.failures == 1)
        assert len(await other.get_all()) == FRAMES + 1
        assert other.dropped == 0


async def test_a_disk_that_hangs_blocks_neither_the_loop_nor_the_stream(tmp_path: Path, h264: Path) -> None:
    bench = Bench(tmp_path, h264, buffered_packets=50)
    hung = asyncio.Event()
    release = asyncio.Event()
    loop = asyncio.get_running_loop()

    class HungDisk(ThreadPoolExecutor):
        """One thread that a test lets go on."""

    with HungDisk(max_workers=1) as files:
        bench.recorder._files = files

        def hang() -> None:
            loop.call_soon_threadsafe(hung.set)
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result(timeout=30)

        files.submit(hang)
        await hung.wait()
        async with running(bench):
            bench.fanout.publish([bench.started, *bench.packets[:10]])
            await asyncio.sleep(0)
            bench.fanout.publish(bench.packets[10:])
            assert bench.fanout.dropped == 40
            release.set()
        starts = sorted(row.start_at for row in bench.store.rows.values())
        assert starts[0] == bench.packets[0].wall
        assert bench.packets[50].wall in starts


async def test_a_recorder_that_is_stopped_writes_what_has_come(bench: Bench) -> None:
    async with running(bench):
        bench.fanout.publish([bench.started, *bench.packets[:30]])
        await until(lambda: bench.clock.sleepers > 0)
        bench.fanout.publish(bench.packets[30:])
    assert rows_last_s(bench) == pytest.approx(FRAMES / RATE)


async def test_a_turn_that_writes_nothing_tells_nothing_of_the_disk(tmp_path: Path, h264: Path) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    (folder / "7").write_bytes(b"")  # where the camera's folder should be
    bench = Bench(folder, h264)
    told: list[str] = []
    bench.recorder._on_failure = lambda _error: told.append("failed")
    bench.recorder._on_recovered = lambda: told.append("recovered")
    async with running(bench):
        bench.fanout.publish([bench.started, *bench.packets[:5]])
        await until(lambda: told == ["failed"])
        for first in (5, 15, 25):  # without a keyframe: nothing is opened
            bench.fanout.publish(bench.packets[first : first + 5])

        async def are_taken() -> bool:
            await bench.clock.advance(61)
            return bench.recorder.unusable >= 15

        await until(are_taken, within_s=20)
        assert told == ["failed"] and bench.recorder.error is not None
        (folder / "7").unlink()
        bench.fanout.publish(bench.packets[30:40])

        async def is_told() -> bool:
            await bench.clock.advance(61)
            return told == ["failed", "recovered"]

        await until(is_told, within_s=20)
