"""What a masked copy may be asked for, where people are covered when, and how large blocks are."""

from pathlib import Path

import numpy as np
import pytest

from detectors.detection import Box
from streams.camera import CameraId
from streams.frame import Frame
from vms.masked.blur import BLOCKS_A_BOX, block_of, blur
from vms.masked.cover import Cover
from vms.masked.errors import LabelsInvalid, RegionInvalid, WatermarkInvalid
from vms.masked.evaluation import read_boxes
from vms.masked.watermark import Watermark
from vms.masked.wish import MOST_LETTERS, MaskedWish, polygon_of

BOX = Box(left=100, top=100, right=140, bottom=200)


def _noise(width: int, height: int) -> Frame:
    values = np.random.default_rng(1)
    return Frame.of_picture(values.integers(0, 256, (height, width, 3), np.uint8), camera_id=CameraId(1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0,0 1,1",
        "0,0 1,0 2,1",
        "a,b c,d e,f",
        "0,0 1,1 0.5",
        "0,0 0.5,0.5 1,1",
        "nan,0 1,0 1,1",
        "0,0,0 1,0 1,1",
    ],
)
def test_what_is_no_polygon_is_refused(text: str) -> None:
    with pytest.raises(RegionInvalid):
        polygon_of(text)


def test_a_region_reads_as_it_is_written() -> None:
    assert polygon_of("0,0 1,0  0.5,1") == ((0.0, 0.0), (1.0, 0.0), (0.5, 1.0))


def test_a_watermark_has_an_end_and_something_to_read() -> None:
    with pytest.raises(WatermarkInvalid):
        MaskedWish(watermark="x" * (MOST_LETTERS + 1))
    with pytest.raises(WatermarkInvalid):
        Watermark("\x00\n ", width=64, height=64)


def test_a_place_is_covered_from_before_the_first_sight_until_after_the_last() -> None:
    cover = Cover(before_s=1.0, after_s=2.0, margin=0.1)
    for at_s in (0.0, 5.0, 6.0):
        cover.add(at_s, [BOX] if at_s == 5.0 else [])

    assert [len(cover.at(at_s)) for at_s in (3.9, 4.0, 5.0, 7.0, 7.1)] == [0, 1, 1, 1, 0]
    assert cover.at(5.0).tolist() == [[90, 90, 150, 210]]
    assert (cover.looks, cover.sights) == (3, 1)


@pytest.mark.parametrize("longer", [10, 80, 200, 500, 1000])
def test_a_person_never_has_more_blocks_than_said(longer: float) -> None:
    assert longer / block_of(longer, 1080) <= BLOCKS_A_BOX
    assert block_of(longer, 1080) >= 30


@pytest.mark.parametrize("size", [(64, 48), (65, 49), (320, 240), (7, 5)])
def test_boxes_beyond_the_picture_and_odd_sizes_are_covered(size: tuple[int, int]) -> None:
    frame = _noise(*size)
    before = frame.y.std()
    blur(frame, np.array([(-50, -50, 5000, 5000)], np.float32))
    assert frame.y.std() < 0.3 * before


def test_what_is_outside_of_the_box_is_not_touched() -> None:
    frame, same = _noise(320, 240), _noise(320, 240)
    blur(frame, np.array([(100, 100, 140, 200)], np.float32))
    changed = frame.y != same.y
    assert changed[100:200, 100:140].mean() > 0.9
    changed[100:200, 100:140] = False
    assert not changed.any()


def test_nobody_covers_nothing() -> None:
    frame, same = _noise(64, 48), _noise(64, 48)
    blur(frame, Cover(before_s=1, after_s=1, margin=0).at(0.0))
    assert (frame.y == same.y).all()


@pytest.mark.parametrize(
    "text", ["", "frame,id\n1,2\n", "frame,id,x,y,w,h\n", "frame,id,x,y,w,h\n1,1,a,2,3,4\n"]
)
def test_labels_that_are_none_are_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "boxes.csv"
    path.write_text(text)
    with pytest.raises(LabelsInvalid, match=r"boxes\.csv"):
        read_boxes(path)
