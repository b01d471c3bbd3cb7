import hashlib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import pytest

from streams.camera import CameraId
from streams.clip import ClipPart, cut_clip, fragments_within, samples_of
from streams.errors import NoVideo, RecordingFailed, VideoUnreadable
from streams.fragment import index_file
from streams.segment import Segment, VolumeId
from streams.writer import SegmentWriter
from tests.fakes.packets import run_of
from tests.unit.streams.conftest import FRAMES, GOP, RATE

GOP_S = GOP / RATE


def recorded(folder: Path, clip: Path) -> list[Segment]:
    """Four seconds: three files of 1.2 s and one of 0.4 s."""
    started, packets = run_of(clip)
    writer = SegmentWriter(folder, CameraId(7), "main", volume_id=VolumeId(1), segment_s=1.0)
    writer.take([started, *packets])
    writer.finish()
    return writer.collect()


def parts_of(folder: Path, segments: list[Segment], from_s: float, to_s: float) -> list[ClipPart]:
    parts, offset = [], 0.0
    for segment in segments:
        index = index_file(folder / segment.path)
        first, last = fragments_within(index, from_s - offset, to_s - offset)
        if last > first:
            parts.append(
                ClipPart(path=folder / segment.path, index=index, first=first, last=last, offset_s=offset)
            )
        offset += segment.duration_s
    return parts


@pytest.mark.parametrize("clip", ["h264", "hevc", "b_frames"])
def test_a_clip_is_the_cameras_own_bits(tmp_path: Path, clip: str, request: pytest.FixtureRequest) -> None:
    source = request.getfixturevalue(clip)
    _, packets = run_of(source)
    parts = parts_of(tmp_path, recorded(tmp_path, source), 1.0, 3.0)
    target = tmp_path / "clip.mp4"
    cut_clip(parts, target, begin_s=1.0, comment="run=x")
    # From the keyframe at 0.8 s to the end of the GOP that 3.0 s falls into.
    wanted = packets[2 * GOP : 8 * GOP]
    assert list(samples_of(target)) == [bytes(packet.media) for packet in wanted]
    hashes = [f.sha256 for part in parts for f in part.index.fragments[part.first : part.last]]
    samples = list(samples_of(target))
    assert hashes == [
        hashlib.sha256(b"".join(samples[at : at + GOP])).digest() for at in range(0, len(samples), GOP)
    ]


@pytest.mark.parametrize("clip", ["h264", "hevc", "b_frames"])
def test_a_player_begins_at_the_moment_that_was_asked_for(
    tmp_path: Path, clip: str, request: pytest.FixtureRequest
) -> None:
    target = tmp_path / "clip.mp4"
    cut_clip(
        parts_of(tmp_path, recorded(tmp_path, request.getfixturevalue(clip)), 1.0, 3.0), target, begin_s=1.0
    )
    with av.open(str(target)) as container:
        shown = [frame.pts * frame.time_base for frame in container.decode(video=0)]
    delay = 2 / RATE if clip == "b_frames" else 0.0
    assert float(shown[0]) == pytest.approx(0.0, abs=delay + 0.021)
    assert len(shown) == pytest.approx((3.2 - 1.0) * RATE, abs=3)
    assert shown == sorted(set(shown))


def test_files_of_a_run_follow_each_other_without_a_seam(tmp_path: Path, h264: Path) -> None:
    target = tmp_path / "clip.mp4"
    cut_clip(parts_of(tmp_path, recorded(tmp_path, h264), 0.0, 4.0), target, begin_s=0.0)
    with av.open(str(target)) as container:
        shown = [frame.pts * frame.time_base for frame in container.decode(video=0)]
    assert len(shown) == FRAMES
    assert {round(float(later - earlier), 4) for earlier, later in pairwise(shown)} == {1 / RATE}


@pytest.mark.parametrize(
    ("from_s", "to_s", "found"),
    [
        (0.0, 4.0, (0, 3)),
        (0.0, 0.1, (0, 1)),
        (0.5, 0.6, (1, 2)),
        (0.4, 0.8, (1, 2)),
        (-5.0, 0.1, (0, 1)),
        (1.1, 9.0, (2, 3)),
        (1.2, 9.0, (0, 0)),
        (-5.0, 0.0, (0, 0)),
        (1.0, 1.0, (0, 0)),
    ],
)
def test_the_fragments_of_a_range(
    tmp_path: Path, h264: Path, from_s: float, to_s: float, found: tuple[int, int]
) -> None:
    index = index_file(tmp_path / recorded(tmp_path, h264)[0].path)
    assert fragments_within(index, from_s, to_s) == found


def test_a_gop_in_several_fragments_is_taken_from_its_keyframe_on(tmp_path: Path, h264: Path) -> None:
    index = index_file(tmp_path / recorded(tmp_path, h264)[0].path)
    long = replace(
        index, fragments=(index.fragments[0], *(replace(f, keyframe=False) for f in index.fragments[1:]))
    )
    assert fragments_within(long, 0.9, 1.0) == (0, 3)


def test_a_source_that_is_cut_short_is_told(tmp_path: Path, h264: Path) -> None:
    segments = recorded(tmp_path, h264)
    parts = parts_of(tmp_path, segments, 0.0, 4.0)
    path = tmp_path / segments[1].path
    path.write_bytes(path.read_bytes()[: parts[1].index.fragments[1].offset])
    with pytest.raises(VideoUnreadable, match="ends before"):
        cut_clip(parts, tmp_path / "clip.mp4", begin_s=0.0)
    path.unlink()
    with pytest.raises(VideoUnreadable):
        cut_clip(parts, tmp_path / "clip.mp4", begin_s=0.0)


def test_a_target_that_cannot_be_written_is_told(tmp_path: Path, h264: Path) -> None:
    parts = parts_of(tmp_path, recorded(tmp_path, h264), 0.0, 1.0)
    with pytest.raises(RecordingFailed):
        cut_clip(parts, tmp_path / "absent" / "clip.mp4", begin_s=0.0)


def test_what_is_no_clip_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.mp4").write_text("mine")
    with pytest.raises((VideoUnreadable, NoVideo)):
        list(samples_of(tmp_path / "x.mp4"))
