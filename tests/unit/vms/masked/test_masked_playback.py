"""Fragments with black masks: in the place and at the times of those that were recorded, made once, kept within bounds."""

import asyncio
from pathlib import Path

import av
import numpy as np
import pytest

from streams.camera import CameraId
from streams.errors import VideoUnreadable
from streams.fragment import Fragment, index_file
from streams.mask import Mask
from streams.remade_fragment import remake_fragment
from streams.remake import Pictures
from streams.segment import VolumeId
from streams.writer import SegmentWriter
from tests.fakes.clips import encode_clip
from tests.fakes.packets import run_of
from vms.masked.playback import MaskedFragments
from vms.masked.wish import MaskedSettings

MASK = Mask((((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)),))


def recorded(folder: Path, codec: str = "h264") -> Path:
    clip = encode_clip(folder / f"{codec}.mp4", codec=codec, frames=40, rate=10, gop=10)
    started, packets = run_of(clip)
    writer = SegmentWriter(folder / codec, CameraId(1), "main", volume_id=VolumeId(1), segment_s=60.0)
    writer.take([started, *packets])
    writer.finish()
    (segment,) = writer.collect()
    return folder / codec / segment.path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recorded(tmp_path_factory.mktemp("masked"))


def _damaged(file: Path, at: int, folder: Path) -> Path:
    """A copy of which there is nothing but zeros from there on."""
    data = file.read_bytes()
    (folder / "damaged.mp4").write_bytes(data[:at] + bytes(len(data) - at))
    return folder / "damaged.mp4"


def _place(fragment: Fragment) -> tuple[int, int, int, bool]:
    return fragment.decode_time, fragment.duration, fragment.samples, fragment.keyframe


def _times(path: Path) -> list[int | None]:
    with av.open(str(path), options={"ignore_editlist": "1"}) as container:
        return [picture.pts for picture in container.decode(video=0)]


@pytest.mark.parametrize("codec", ["h264", "hevc"])
async def test_masked_fragments_stand_where_the_recorded_ones_stand(codec: str, tmp_path: Path) -> None:
    path = recorded(tmp_path, codec)
    index = index_file(path)
    masked = MaskedFragments(MaskedSettings())
    head = await masked.head(path, index, 2, MASK)
    numbers = range(len(index.fragments))
    fragments = [await masked.fragment(path, index, number, MASK) for number in numbers]
    (tmp_path / "masked.mp4").write_bytes(head + b"".join(fragments))

    found = index_file(tmp_path / "masked.mp4")
    assert len(index.fragments) == 4
    assert found.timescale == index.timescale
    assert [_place(each) for each in found.fragments] == [_place(each) for each in index.fragments]
    assert _times(tmp_path / "masked.mp4") == _times(path)
    assert masked.made == 4, "the head was made of a fragment that was kept"
    with av.open(str(tmp_path / "masked.mp4")) as container:
        assert container.streams.video[0].codec_context.name == "h264"


async def test_the_mask_is_black_and_the_rest_is_what_was_recorded(file: Path, tmp_path: Path) -> None:
    index, masked = index_file(file), MaskedFragments(MaskedSettings())
    head = await masked.head(file, index, 0, MASK)
    (tmp_path / "masked.mp4").write_bytes(head + await masked.fragment(file, index, 0, MASK))

    for before, after in zip(Pictures(file), Pictures(tmp_path / "masked.mp4"), strict=False):
        height, width = after.frame.y.shape
        assert after.frame.y[:, width // 2 + 8 : width - 4].max() <= 24
        left = (slice(0, height), slice(0, width // 2 - 16))
        assert np.abs(before.frame.y[left].astype(int) - after.frame.y[left].astype(int)).mean() < 4


async def test_who_asks_again_gets_what_was_kept_and_no_more_is_kept_than_said(file: Path) -> None:
    index, masked = index_file(file), MaskedFragments(MaskedSettings(playback_at_once=1))
    first, again = await asyncio.gather(*(masked.fragment(file, index, 1, MASK) for _ in range(2)))
    assert (first == again, masked.made) == (True, 1)
    masked._most_bytes = masked.kept_bytes
    await masked.fragment(file, index, 2, MASK)
    await masked.fragment(file, index, 1, MASK)
    assert masked.made == 3, "the first was forgotten for the second"
    assert masked.kept_bytes == len(first)


async def test_another_mask_is_another_fragment(file: Path) -> None:
    index, masked = index_file(file), MaskedFragments(MaskedSettings())
    other = Mask((((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)),))
    assert await masked.fragment(file, index, 0, MASK) != await masked.fragment(file, index, 0, other)


async def test_a_file_that_went_or_was_damaged_is_named(file: Path, tmp_path: Path) -> None:
    index, masked = index_file(file), MaskedFragments(MaskedSettings())
    with pytest.raises(VideoUnreadable):
        await masked.fragment(tmp_path / "gone.mp4", index, 0, MASK)
    damaged = _damaged(file, index.fragments[1].first_sample_at, tmp_path)
    with pytest.raises(VideoUnreadable):
        await masked.fragment(damaged, index, 1, MASK)
    assert (await masked.fragment(file, index, 1, MASK))[4:8] == b"moof", "and the next is made again"


def test_a_number_beyond_the_file_is_refused(file: Path) -> None:
    with pytest.raises(IndexError):
        remake_fragment(file, index_file(file), 4, lambda shown: shown)
