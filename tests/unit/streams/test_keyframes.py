import io
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from streams.camera import CameraId
from streams.errors import VideoUnreadable
from streams.fragment import FileIndex, index_file, scan_file
from streams.keyframes import keyframes_of, thumbnails_of
from streams.mask import mask_of
from streams.segment import VolumeId
from streams.writer import SegmentWriter
from tests.fakes.clips import number_on
from tests.fakes.packets import run_of
from tests.unit.streams.conftest import GOP, RATE


def recorded(folder: Path, clip: Path) -> Path:
    """One file of 4 s, ten GOPs."""
    started, packets = run_of(clip)
    writer = SegmentWriter(folder, CameraId(7), "main", volume_id=VolumeId(1), segment_s=60.0)
    writer.take([started, *packets])
    writer.finish()
    (segment,) = writer.collect()
    return folder / segment.path


def numbers(data: bytes) -> list[tuple[float, int]]:
    with av.open(io.BytesIO(data)) as container:
        return [(frame.time or 0.0, number_on(frame)) for frame in container.decode(video=0)]


@pytest.mark.parametrize("clip", ["h264", "hevc", "b_frames"])
def test_a_scan_finds_what_a_whole_reading_finds(
    tmp_path: Path, clip: str, request: pytest.FixtureRequest
) -> None:
    path = recorded(tmp_path, request.getfixturevalue(clip))
    whole, scanned = index_file(path), scan_file(path)
    fields = ("offset", "size", "samples", "decode_time", "duration", "keyframe", "moof_size")
    fields += ("first_sample", "first_sample_at")

    def places(index: FileIndex) -> list[tuple[object, ...]]:
        return [tuple(getattr(fragment, field) for field in fields) for fragment in index.fragments]

    assert (scanned.head, scanned.timescale) == (whole.head, whole.timescale)
    assert places(scanned) == places(whole) and len(places(scanned)) == 10


def test_a_scan_of_a_file_that_was_cut_off_tells_of_what_is_whole(tmp_path: Path, h264: Path) -> None:
    path = recorded(tmp_path, h264)
    last = scan_file(path).fragments[4]
    data = path.read_bytes()
    for end in (last.offset + 5, last.offset + 100, last.offset + last.size - 1):
        path.write_bytes(data[:end])
        assert len(scan_file(path).fragments) == 4
    for rubbish in (b"", b"\0" * 5000, data[200:], b"\xff" * 100):
        path.write_bytes(rubbish)
        with pytest.raises(VideoUnreadable):
            scan_file(path)


@pytest.mark.parametrize("clip", ["h264", "hevc", "b_frames"])
def test_keyframes_alone_last_until_the_next(
    tmp_path: Path, clip: str, request: pytest.FixtureRequest
) -> None:
    path = recorded(tmp_path, request.getfixturevalue(clip))
    head, media = keyframes_of(path, scan_file(path), 2, 6)
    assert head[4:8] == b"ftyp" and media[4:8] == b"moof"
    found = numbers(head + media)
    assert [number for _, number in found] == [20, 30, 40, 50]
    assert [at for at, _ in found] == pytest.approx([n * GOP / RATE for n in range(4)], abs=0.01)


@pytest.mark.parametrize("clip", ["h264", "hevc", "b_frames"])
def test_a_strip_decodes_keyframes_and_hides_what_is_masked(
    tmp_path: Path, clip: str, request: pytest.FixtureRequest
) -> None:
    path = recorded(tmp_path, request.getfixturevalue(clip))
    mask = mask_of([((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0))])
    strip = thumbnails_of(path, scan_file(path), [1, 9], height=96, mask=mask)
    assert len(strip) == 2
    for jpeg, number in zip(strip, (10, 90), strict=True):
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert picture.shape == (96, 160)
        bars = np.array_split(picture[20:40], 10, axis=1)
        assert sum(1 << bit for bit, bar in enumerate(bars) if bar.mean() > 128) == number
        assert picture[52:].max() < 24


def test_what_is_no_recording_is_named(tmp_path: Path, h264: Path) -> None:
    path = recorded(tmp_path, h264)
    index = scan_file(path)
    path.write_bytes(b"nothing of a video")
    with pytest.raises(VideoUnreadable):
        keyframes_of(path, index, 0, 1)
    with pytest.raises(VideoUnreadable):
        thumbnails_of(path, index, [0], height=96, mask=None)
