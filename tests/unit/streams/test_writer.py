from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import av
import numpy as np
import pytest

from streams.boxes import read_boxes
from streams.camera import CameraId
from streams.errors import RecordingFailed
from streams.packet import RunEnded, RunId, Skipped
from streams.salvage import read_segment
from streams.sampler import frames_of_file
from streams.segment import Segment, VolumeId, parse_segment_path
from streams.writer import SegmentWriter
from tests.fakes.packets import START, run_of
from tests.unit.streams.conftest import FRAMES, GOP, RATE

CAMERA = CameraId(7)
VOLUME = VolumeId(1)


def writer_in(folder: Path, *, segment_s: float = 1.0) -> SegmentWriter:
    return SegmentWriter(folder, CAMERA, "main", volume_id=VOLUME, segment_s=segment_s)


def recorded_bits(folder: Path, segment: Segment) -> list[bytes]:
    with av.open(str(folder / segment.path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


@pytest.mark.parametrize("clip", ["h264", "hevc", "b_frames"])
def test_a_recording_is_the_cameras_own_bits(
    tmp_path: Path, clip: str, request: pytest.FixtureRequest
) -> None:
    started, packets = run_of(request.getfixturevalue(clip))
    writer = writer_in(tmp_path)
    writer.take([started, *packets])
    writer.finish()
    segments = writer.collect()
    assert [bits for segment in segments for bits in recorded_bits(tmp_path, segment)] == [
        bytes(packet.media) for packet in packets
    ]


@pytest.mark.parametrize("clip", ["h264", "hevc", "b_frames"])
def test_every_file_plays_by_itself(tmp_path: Path, clip: str, request: pytest.FixtureRequest) -> None:
    started, packets = run_of(request.getfixturevalue(clip))
    writer = writer_in(tmp_path)
    writer.take([started, *packets])
    writer.finish()
    counts = [len(list(frames_of_file(str(tmp_path / s.path), CAMERA, 100))) for s in writer.collect()]
    assert sum(counts) == FRAMES
    assert counts[:-1] == [30, 30, 30]  # the first keyframe after a second is the one at 1.2 s


def test_segments_of_a_run_follow_each_other_without_a_gap(tmp_path: Path, h264: Path) -> None:
    started, packets = run_of(h264)
    writer = writer_in(tmp_path)
    writer.take([started, *packets])
    writer.finish()
    segments = writer.collect()
    assert segments[0].start_at == START
    for earlier, later in pairwise(segments):
        assert earlier.end_at == later.start_at
    assert sum(segment.duration_s for segment in segments) == pytest.approx(FRAMES / RATE)
    assert (segments[-1].end_at - START).total_seconds() == pytest.approx(FRAMES / RATE, abs=0.05)


def test_a_late_packet_makes_no_gap(tmp_path: Path, h264: Path) -> None:
    started, packets = run_of(h264)
    late = [
        replace(packet, wall=packet.wall + timedelta(seconds=0.7 if index in (30, 60) else 0))
        for index, packet in enumerate(packets)
    ]
    writer = writer_in(tmp_path)
    writer.take([started, *late])
    writer.finish()
    segments = writer.collect()
    for earlier, later in pairwise(segments):
        assert earlier.end_at == later.start_at
        assert abs((earlier.end_at - earlier.start_at).total_seconds() - earlier.duration_s) < 0.01


def test_the_row_says_what_the_file_says(tmp_path: Path, h264: Path) -> None:
    started, packets = run_of(h264)
    writer = writer_in(tmp_path)
    writer.take([started, *packets])
    writer.finish()
    for segment in writer.collect():
        assert segment.run_id == started.run_id
        assert (segment.codec, segment.width, segment.height) == ("h264", 320, 192)
        assert segment.bytes == (tmp_path / segment.path).stat().st_size
        found = read_segment(tmp_path, VOLUME, segment.path)
        assert found.duration_s == pytest.approx(segment.duration_s)
        assert replace(found, duration_s=0.0, end_at=START, start_at=START) == replace(
            segment, duration_s=0.0, end_at=START, start_at=START
        )
        name = parse_segment_path(segment.path)
        assert name is not None
        assert abs(name.start_at - segment.start_at) < timedelta(milliseconds=1)


def test_each_file_notes_how_far_the_cameras_clock_was_off(tmp_path: Path, h264: Path) -> None:
    started, packets = run_of(h264)
    writer = writer_in(tmp_path)
    writer.take([started, *packets[:40]])
    writer.clock_offset_s = -2.5
    writer.take(packets[40:])
    writer.finish()
    assert [segment.clock_offset_s for segment in writer.collect()] == [None, -2.5, -2.5, -2.5]


def test_packets_before_the_first_keyframe_are_left_out(tmp_path: Path, h264: Path) -> None:
    started, packets = run_of(h264)
    writer = writer_in(tmp_path)
    writer.take([started, *packets[4:30]])
    writer.finish()
    (segment,) = writer.collect()
    assert writer.unusable == GOP - 4
    assert len(recorded_bits(tmp_path, segment)) == 30 - GOP
    assert segment.start_at == packets[GOP].wall


def test_a_file_is_part_until_it_is_whole(tmp_path: Path, h264: Path) -> None:
    started, packets = run_of(h264)
    writer = writer_in(tmp_path, segment_s=60)
    writer.take([started, *packets])
    (part,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert part.name == "080000.000Z_main.mp4.part"
    assert writer.collect() == []
    writer.finish()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [part.with_suffix("")]


def test_every_gop_is_on_disk_when_the_next_begins(tmp_path: Path, h264: Path) -> None:
    started, packets = run_of(h264)
    writer = writer_in(tmp_path, segment_s=60)
    for number in range(FRAMES // GOP):
        writer.take([*([started] if number == 0 else []), *packets[number * GOP : (number + 1) * GOP]])
        with next(tmp_path.rglob("*.part")).open("rb") as file:
            assert sum(box.kind == "moof" for box in read_boxes(file)) == number
    writer.finish()


def test_shared_packets_are_not_changed(tmp_path: Path, h264: Path) -> None:
    started, packets = run_of(h264)

    def state() -> list[tuple[object, ...]]:
        return [
            (each.media.pts, each.media.dts, each.media.duration, each.media.time_base, each.media.stream)
            for each in packets
        ]

    before = state()
    writer = writer_in(tmp_path)
    writer.take([started, *packets])
    writer.finish()
    assert state() == before


def test_a_new_run_begins_a_new_file(tmp_path: Path, h264: Path) -> None:
    started, packets = run_of(h264)
    again = replace(started, run_id=RunId(uuid4()))
    later = [replace(packet, wall=packet.wall + timedelta(seconds=30)) for packet in packets]
    ended = RunEnded(run_id=started.run_id, wall=START, error=None)
    writer = writer_in(tmp_path, segment_s=60)
    writer.take([started, *packets[:20], ended, again, *later[:20]])
    writer.finish()
    first, second = writer.collect()
    assert (first.run_id, second.run_id) == (started.run_id, again.run_id)
    assert second.start_at == START + timedelta(seconds=30)
    assert first.duration_s == pytest.approx(20 / RATE)


def test_no_file_goes_on_across_a_loss(tmp_path: Path, h264: Path) -> None:
    started, packets = run_of(h264)
    writer = writer_in(tmp_path, segment_s=60)
    writer.take([started, *packets[:20], Skipped(packets=40), *packets[60:]])
    writer.finish()
    first, second = writer.collect()
    assert first.end_at == packets[20].wall
    assert second.start_at == packets[60].wall
    assert first.run_id == second.run_id


def test_packets_after_a_run_are_left_out(tmp_path: Path, h264: Path) -> None:
    started, packets = run_of(h264)
    writer = writer_in(tmp_path)
    writer.take([packets[0]])
    writer.take([started, RunEnded(run_id=started.run_id, wall=START, error=None), packets[0]])
    writer.finish()
    assert (writer.collect(), writer.unusable) == ([], 2)


def test_nothing_is_overwritten_when_the_clock_is_set_back(tmp_path: Path, h264: Path) -> None:
    started, packets = run_of(h264)
    for _ in range(3):
        writer = writer_in(tmp_path, segment_s=60)
        writer.take([started, *packets[:20]])
        writer.finish()
    assert sorted(path.name for path in tmp_path.rglob("*.mp4")) == [
        "080000.000Z_main.mp4",
        "080000.001Z_main.mp4",
        "080000.002Z_main.mp4",
    ]


def test_a_single_keyframe_is_a_recording(tmp_path: Path, h264: Path) -> None:
    started, packets = run_of(h264)
    writer = writer_in(tmp_path)
    writer.take([started, packets[0]])
    writer.finish()
    (segment,) = writer.collect()
    assert segment.duration_s == pytest.approx(1 / RATE)


def test_a_folder_that_is_a_file_is_told(tmp_path: Path, h264: Path) -> None:
    started, packets = run_of(h264)
    blocked = tmp_path / "recordings"
    blocked.write_text("in the way")
    writer = writer_in(blocked)
    with pytest.raises(RecordingFailed, match="Not a directory"):
        writer.take([started, *packets[:5]])
    assert not writer.is_writing


def test_a_codec_that_mp4_does_not_take_is_told(tmp_path: Path) -> None:

    path = tmp_path / "wmv.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("wmv2", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(frame.reformat(format="yuv420p")))
        container.mux(stream.encode())
    started, packets = run_of(path)
    writer = writer_in(tmp_path / "recordings")
    with pytest.raises(RecordingFailed, match="codec"):
        writer.take([started, *packets])
    assert not [path for path in (tmp_path / "recordings").rglob("*") if path.is_file()]


def test_a_disk_that_is_nearly_full_is_left_to_others_and_recording_goes_on_when_there_is_room(
    tmp_path: Path, h264: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, packets = run_of(h264)
    writer = SegmentWriter(
        tmp_path, CAMERA, "main", volume_id=VOLUME, segment_s=1.0, keep_free_bytes=200 << 20
    )
    room = [199 << 20]
    monkeypatch.setattr("streams.writer.free_bytes", lambda _folder: room[0])
    with pytest.raises(RecordingFailed, match="199 MB are free"):
        writer.take([started, *packets[: 2 * GOP]])
    assert list(tmp_path.iterdir()) == []

    room[0] = 201 << 20
    writer.take(packets[2 * GOP : 4 * GOP])  # the run that began meanwhile is known
    room[0] = 10 << 20
    with pytest.raises(RecordingFailed):
        writer.take(packets[4 * GOP :])
    (kept,) = writer.collect()  # what was written before is whole
    assert len(recorded_bits(tmp_path, kept)) == 2 * GOP
