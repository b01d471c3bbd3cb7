import hashlib
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.camera import CameraId
from streams.errors import VideoUnreadable
from streams.fragment import FragmentReader, index_file, media_hash
from streams.segment import VolumeId
from streams.writer import SegmentWriter
from tests.fakes.packets import run_of
from tests.unit.streams.conftest import FRAMES, GOP


def recorded(folder: Path, clip: Path) -> Path:
    started, packets = run_of(clip)
    writer = SegmentWriter(folder, CameraId(7), "main", volume_id=VolumeId(1), segment_s=60)
    writer.take([started, *packets])
    writer.finish()
    (segment,) = writer.collect()
    return folder / segment.path


@pytest.mark.parametrize("clip", ["h264", "hevc", "b_frames"])
def test_a_fragment_has_the_hash_of_its_pictures(
    tmp_path: Path, clip: str, request: pytest.FixtureRequest
) -> None:
    path = recorded(tmp_path, request.getfixturevalue(clip))
    index = index_file(path)
    with av.open(str(path)) as container:
        samples = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    assert [fragment.samples for fragment in index.fragments] == [GOP] * (FRAMES // GOP)
    for number, fragment in enumerate(index.fragments):
        gop = samples[number * GOP : (number + 1) * GOP]
        assert fragment.sha256 == hashlib.sha256(b"".join(gop)).digest()
        assert fragment.first_sample == len(gop[0])
        assert fragment.keyframe
        assert fragment.decode_time == number * fragment.duration


def test_fragments_lie_where_the_index_says(tmp_path: Path, h264: Path) -> None:
    path = recorded(tmp_path, h264)
    data, index = path.read_bytes(), index_file(path)
    assert data[4:8] == b"ftyp"
    assert index.sha256 == hashlib.sha256(data).digest()
    at = index.head
    for fragment in index.fragments:
        assert fragment.offset == at
        assert data[at + 4 : at + 8] == b"moof"
        assert data[at + fragment.moof_size + 4 : at + fragment.moof_size + 8] == b"mdat"
        at += fragment.size
    assert index.media_sha256 == media_hash(fragment.sha256 for fragment in index.fragments)


@given(sizes=st.lists(st.integers(1, 5000), min_size=1, max_size=30))
def test_however_the_bytes_come_the_fragments_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, h264: Path, sizes: list[int]
) -> None:
    path = tmp_path_factory.getbasetemp() / "once" / "7" / "2026-03-14" / "080000.000Z_main.mp4"
    if not path.exists():
        recorded(tmp_path_factory.getbasetemp() / "once", h264)
    data, whole = path.read_bytes(), index_file(path)
    reader, at = FragmentReader(), 0
    while at < len(data):
        for size in sizes:
            reader.feed(data[at : at + size])
            at += size
    assert tuple(reader.fragments) == whole.fragments
    assert reader.sha256 == whole.sha256


def test_one_flipped_bit_changes_one_fragment(tmp_path: Path, h264: Path) -> None:
    path = recorded(tmp_path, h264)
    before = index_file(path)
    data = bytearray(path.read_bytes())
    third = before.fragments[2]
    data[third.offset + third.moof_size + 20] ^= 1
    path.write_bytes(data)
    after = index_file(path)
    changed = [
        number
        for number, (one, other) in enumerate(zip(before.fragments, after.fragments, strict=True))
        if one.sha256 != other.sha256
    ]
    assert changed == [2]
    assert after.sha256 != before.sha256
    assert after.media_sha256 != before.media_sha256


def test_the_beginning_alone_can_be_read(tmp_path: Path, h264: Path) -> None:
    path = recorded(tmp_path, h264)
    index = index_file(path)
    fourth = index.fragments[3]
    assert index_file(path, until=fourth.offset).fragments == index.fragments[:3]


def test_a_file_that_is_no_recording_is_told(tmp_path: Path, h264: Path) -> None:
    for data in (b"", b"no video at all" * 100, h264.read_bytes()):
        path = tmp_path / "x.mp4"
        path.write_bytes(data)
        with pytest.raises(VideoUnreadable):
            index_file(path)


@given(data=st.binary(max_size=600), at=st.integers(0, 2000))
def test_any_bytes_are_read_without_an_error(
    tmp_path_factory: pytest.TempPathFactory, h264: Path, data: bytes, at: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "any" / "7" / "2026-03-14" / "080000.000Z_main.mp4"
    if not path.exists():
        recorded(tmp_path_factory.getbasetemp() / "any", h264)
    whole = path.read_bytes()
    torn = whole[:at] + data + whole[at + len(data) :]
    reader = FragmentReader()
    reader.feed(torn)
    assert reader.sha256 == hashlib.sha256(torn).digest()
