import io
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.camera import CameraId
from streams.fragment import scan_file
from streams.segment import VolumeId
from streams.shift import patched, patches_of, shifted, timescales_of
from streams.writer import SegmentWriter
from tests.fakes.packets import run_of


def recorded(folder: Path, clip: Path) -> Path:
    started, packets = run_of(clip)
    writer = SegmentWriter(folder, CameraId(7), "main", volume_id=VolumeId(1), segment_s=60.0)
    writer.take([started, *packets])
    writer.finish()
    (segment,) = writer.collect()
    return folder / segment.path


def samples(data: bytes) -> list[tuple[float, bytes]]:
    with av.open(io.BytesIO(data)) as container:
        return [
            (float(packet.pts * packet.time_base), bytes(packet))
            for packet in container.demux(video=0)
            if packet.pts is not None and packet.time_base is not None
        ]


@pytest.mark.parametrize("clip", ["h264", "hevc", "b_frames"])
def test_fragments_come_later_and_are_the_same(
    tmp_path: Path, clip: str, request: pytest.FixtureRequest
) -> None:
    path = recorded(tmp_path, request.getfixturevalue(clip))
    index, data = scan_file(path), path.read_bytes()
    head, media = data[: index.head], data[index.head :]
    later = shifted(media, 3600.5, timescales_of(head))
    assert len(later) == len(media)
    before, after = samples(head + media), samples(head + later)
    assert [sample for _, sample in after] == [sample for _, sample in before] and len(after) == 100
    assert [at for at, _ in after] == pytest.approx([at + 3600.5 for at, _ in before], abs=0.001)


def test_a_block_has_what_of_a_patch_falls_into_it(tmp_path: Path, h264: Path) -> None:
    path = recorded(tmp_path, h264)
    index, data = scan_file(path), path.read_bytes()
    scales = timescales_of(data[: index.head])
    patches = [
        patch
        for each in index.fragments
        for patch in patches_of(data[each.offset : each.offset + each.moof_size], each.offset, 7.0, scales)
    ]
    assert len(patches) == len(index.fragments)
    whole = patched(data, 0, patches)
    assert whole[index.head :] == shifted(data[index.head :], 7.0, scales)
    for size in (1, 3, 7, 1000):
        pieces = [patched(data[at : at + size], at, patches) for at in range(0, 3000, size)]
        assert whole.startswith(b"".join(pieces))


@given(st.binary(max_size=200))
def test_what_is_no_fragment_stays_as_it_is(data: bytes) -> None:
    if b"moof" not in data:
        assert shifted(data, 5.0, {1: 90_000}) == data
