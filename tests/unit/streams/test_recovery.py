import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from streams.camera import CameraId
from streams.recovery import RecoveryReport, recover
from streams.salvage import UNKNOWN_RUN
from streams.sampler import frames_of_file
from streams.segment import Segment, SegmentName, VolumeId
from streams.segment_file import SegmentFile
from streams.writer import SegmentWriter
from tests.fakes.packets import START, run_of
from tests.fakes.segments import FakeSegmentStore, StoreAway
from tests.unit.streams.conftest import FRAMES, GOP, RATE

CAMERA = CameraId(7)
VOLUME = VolumeId(1)


def parts_in(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))


@pytest.fixture
def store() -> FakeSegmentStore:
    return FakeSegmentStore()


def record(folder: Path, clip: Path, *, camera: CameraId = CAMERA, whole: bool = True) -> list[Segment]:
    """Four seconds in segments of a bit more than one; or, if not `whole`, one that is never finished."""
    started, packets = run_of(clip)
    writer = SegmentWriter(folder, camera, "main", volume_id=VOLUME, segment_s=1.0 if whole else 60.0)
    writer.take([started, *packets])
    if whole:
        writer.finish()
    else:
        # as a crash leaves it: what is in memory is gone
        kept = {path: path.read_bytes() for path in folder.rglob("*.part")}
        writer.finish()
        shutil.rmtree(folder)
        for path, data in kept.items():
            path.parent.mkdir(parents=True)
            path.write_bytes(data)
    return writer.collect()


async def test_whole_files_without_rows_get_them(tmp_path: Path, h264: Path, store: FakeSegmentStore) -> None:
    segments = record(tmp_path, h264)
    await store.add_segment(segments[0])
    report = await recover(tmp_path, store, volume_id=VOLUME)
    assert report == RecoveryReport(added=tuple(segment.path for segment in segments[1:]))
    for segment in segments[1:]:
        row = store.rows[segment.path]
        assert (row.run_id, row.bytes, row.codec) == (segment.run_id, segment.bytes, segment.codec)
        assert row.duration_s == pytest.approx(segment.duration_s)


async def test_recovery_twice_finds_nothing_to_do(
    tmp_path: Path, h264: Path, store: FakeSegmentStore
) -> None:
    record(tmp_path, h264)
    await recover(tmp_path, store, volume_id=VOLUME)
    before = dict(store.rows)
    assert await recover(tmp_path, store, volume_id=VOLUME) == RecoveryReport()
    assert store.rows == before


async def test_a_file_that_was_being_written_keeps_its_whole_gops(
    tmp_path: Path, h264: Path, store: FakeSegmentStore
) -> None:
    (lost,) = record(tmp_path, h264, whole=False)
    report = await recover(tmp_path, store, volume_id=VOLUME)
    assert report == RecoveryReport(cut=(lost.path,))
    row = store.rows[lost.path]
    assert row.run_id == lost.run_id
    assert row.duration_s == pytest.approx((FRAMES - GOP) / RATE)
    assert len(list(frames_of_file(str(tmp_path / lost.path), CAMERA, 100))) == FRAMES - GOP
    assert not parts_in(tmp_path)


async def test_a_torn_tail_is_cut_off(tmp_path: Path, h264: Path, store: FakeSegmentStore) -> None:
    record(tmp_path, h264, whole=False)
    part = parts_in(tmp_path)[0]
    whole = part.read_bytes()
    for torn in (len(whole) - 1, len(whole) // 2, len(whole) // 3):
        part.write_bytes(whole[:torn])
        rows = FakeSegmentStore()
        (path,) = (await recover(tmp_path, rows, volume_id=VOLUME)).cut
        frames = len(list(frames_of_file(str(tmp_path / path), CAMERA, 100)))
        assert frames % GOP == 0
        assert frames / RATE == pytest.approx(rows.rows[path].duration_s)
        (tmp_path / path).unlink()


async def test_a_file_without_one_whole_gop_is_removed(
    tmp_path: Path, h264: Path, store: FakeSegmentStore
) -> None:
    record(tmp_path, h264, whole=False)
    part = parts_in(tmp_path)[0]
    for content in (b"", part.read_bytes()[:900], b"\x00" * 4096):
        part.write_bytes(content)
        report = await recover(tmp_path, store, volume_id=VOLUME)
        assert report.removed == (part.relative_to(tmp_path).as_posix(),)
        assert not part.exists()
    assert store.rows == {}


async def test_nothing_is_overwritten(tmp_path: Path, h264: Path, store: FakeSegmentStore) -> None:
    segments = record(tmp_path, h264)
    whole = tmp_path / segments[0].path
    content = whole.read_bytes()
    part = whole.with_name(whole.name + ".part")
    part.write_bytes(content)
    report = await recover(tmp_path, store, volume_id=VOLUME)
    assert report.left == (part.relative_to(tmp_path).as_posix(),)
    assert whole.read_bytes() == content
    assert part.exists()


async def test_an_unreadable_file_is_left_and_told(
    tmp_path: Path, h264: Path, store: FakeSegmentStore
) -> None:
    segments = record(tmp_path, h264)
    (tmp_path / segments[1].path).write_bytes(b"no video at all")
    report = await recover(tmp_path, store, volume_id=VOLUME)
    assert report.left == (segments[1].path,)
    assert len(report.added) == len(segments) - 1


async def test_only_the_cameras_asked_for_are_touched(
    tmp_path: Path, h264: Path, store: FakeSegmentStore
) -> None:
    record(tmp_path, h264)
    other = record(tmp_path, h264, camera=CameraId(8))
    report = await recover(tmp_path, store, volume_id=VOLUME, cameras={CameraId(8)})
    assert report.added == tuple(segment.path for segment in other)


async def test_foreign_files_are_left_alone(tmp_path: Path, store: FakeSegmentStore) -> None:
    day = tmp_path / "7" / "2026-03-14"
    day.mkdir(parents=True)
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "7" / "note.mp4").write_text("mine")
    for name in ("holiday.mp4", "x.mp4.part", "080000.000Z_main.jpg"):
        (day / name).write_text("mine")
    assert await recover(tmp_path, store, volume_id=VOLUME) == RecoveryReport()
    assert all(path.read_text() == "mine" for path in (tmp_path / "7" / "note.mp4", *day.iterdir()))


async def test_a_folder_that_does_not_exist_yet_is_empty(tmp_path: Path, store: FakeSegmentStore) -> None:
    assert await recover(tmp_path / "new", store, volume_id=VOLUME) == RecoveryReport()


async def test_a_database_that_is_away_stops_recovery_and_loses_nothing(
    tmp_path: Path, h264: Path, store: FakeSegmentStore
) -> None:
    (lost,) = record(tmp_path, h264, whole=False)
    store.away = True
    with pytest.raises(StoreAway):
        await recover(tmp_path, store, volume_id=VOLUME)
    store.away = False
    await recover(tmp_path, store, volume_id=VOLUME)
    assert set(store.rows) == {lost.path}


async def test_a_file_that_does_not_name_its_run_is_of_an_unknown_one(
    tmp_path: Path, h264: Path, store: FakeSegmentStore
) -> None:
    started, packets = run_of(h264)
    file = SegmentFile(
        tmp_path, VOLUME, SegmentName(camera_id=CAMERA, profile="main", start_at=START), started
    )
    file._output.metadata.clear()
    for packet in packets:
        file.add(packet)
    file.finish(next_pts_s=None, arrived_at=START)
    await recover(tmp_path, store, volume_id=VOLUME)
    (row,) = store.rows.values()
    assert row.run_id == UNKNOWN_RUN
    assert replace(row, bytes=0).duration_s == pytest.approx(FRAMES / RATE)
