"""A strip shows the five moments that tell how an event came about, side by side and all of the same place."""

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest

from detectors.detection import Box, Detection
from detectors.event import Curve, Event, EventKind, ZoneId
from detectors.kept_frames import KeptFrames
from detectors.scene import Scene
from detectors.settings import TrackerSettings
from detectors.strip import (
    GAP,
    MOST_BYTES,
    PANEL_WIDTH,
    PANELS,
    WIDE_PANEL_WIDTH,
    draw_strip,
    moments_of,
    strip_of,
)
from detectors.tracker import Tracker
from detectors.zones import Zone
from tests.unit.detectors.clips import START, plain_frame
from tests.unit.detectors.figures import LIES, STANDS, Figure, Story, at, detection_of, figure_at
from tests.unit.detectors.test_drawing import event as event_of

SQUARE = Zone.parse(
    id=ZoneId(3),
    name="square",
    polygon=[(0, 0.4), (0.5, 0.4), (0.5, 1), (0, 1)],
    rules=["crowd"],
    crowd_limit=1,
)
FALLS: Story = [(0, at(200, STANDS)), (3, at(260, STANDS)), (3.5, at(280, LIES)), (7, at(280, LIES))]
HURT = {"took_s": 0.5, "down_s": 1.0}


def luma_at(at_s: float) -> int:
    """Frames tell their time by their grey."""
    return round(40 + 20 * at_s)


def film(
    story: Story, until_s: float, *, size: tuple[int, int] = (640, 360), noise: bool = False
) -> KeptFrames:
    kept, tracker = KeptFrames(), Tracker(TrackerSettings())
    grains = np.random.default_rng(3).integers(0, 255, size[::-1], dtype=np.uint8)
    for number in range(int(until_s * 8) + 1):
        at_s = number / 8
        frame = plain_frame(*size, at_s=at_s, luma=luma_at(at_s))
        if noise:
            frame = replace(frame, y=np.roll(grains, number, axis=0))
        found = detection_of(figure_at(story, at_s))
        scene = Scene(
            camera_id=frame.camera_id,
            media_time_s=at_s,
            wall=START,
            width=frame.width,
            height=frame.height,
            zones=(SQUARE,),
            tracks=tracker.update([found], at_s),
            persons=(found, Detection(box=Box(left=500, top=20, right=540, bottom=120), score=0.6)),
        )
        kept.note(frame, scene, always=at_s == until_s)
    return kept


def event(kind: EventKind, at_s: float, measurements: dict[str, float], **fields: object) -> Event:
    told = event_of(
        kind, track=1 if kind != "crowd" else None, zone_id=ZoneId(3) if kind == "crowd" else None
    )
    return replace(told, media_time_s=at_s, measurements=measurements, **fields)  # type: ignore[arg-type]


def panels_of(jpeg: bytes, width: int = PANEL_WIDTH) -> list[np.ndarray]:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[1] == PANELS * width + (PANELS - 1) * GAP
    return [picture[:, i * (width + GAP) : i * (width + GAP) + width] for i in range(PANELS)]


def time_of(panel: np.ndarray) -> float:
    """Read from the ground in the corner, where nobody is drawn; video's black is 16, and white 235."""
    luma = float(panel[:20, -20:].mean()) * 219 / 255 + 16
    return (luma - 40) / 20


def strip(event: Event, kept: KeptFrames) -> bytes:
    jpeg = strip_of(event, kept)
    assert jpeg is not None
    return jpeg


def test_a_fall_is_shown_upright_about_to_fall_falling_down_and_now() -> None:
    fall = event("fall", 4.5, HURT)
    assert moments_of(fall) == (2.0, 3.0, 3.25, 3.5, 4.5)
    panels = panels_of(strip(fall, film(FALLS, 4.5)))
    assert [time_of(panel) for panel in panels] == pytest.approx(moments_of(fall), abs=0.2)


def test_of_whom_is_lost_from_sight_the_way_down_is_shown_as_far_as_it_was_seen() -> None:
    lost = event("fall", 5.0, {"took_s": 0.5, "down_s": 0.0, "unseen_s": 1.5})
    assert moments_of(lost) == (2.0, 3.0, 3.25, 3.5, 5.0)


def test_each_frame_is_shown_once_and_in_order_however_short_the_fall() -> None:
    fall = event("fall", 4.5, {"took_s": 0.12, "down_s": 1.0})
    times = [time_of(panel) for panel in panels_of(strip(fall, film(FALLS, 4.5)))]
    assert all(later - earlier > 0.15 for earlier, later in pairwise(times))


def test_the_pose_moves_through_panels_of_one_place() -> None:
    panels = panels_of(strip(event("fall", 4.5, HURT), film(FALLS, 4.5)))
    red = [(panel[:-26, :, 2].astype(int) - panel[:-26, :, 0]) > 80 for panel in panels]
    spans = [np.ptp(np.argwhere(mask), axis=0) for mask in red]
    assert spans[0][0] > 1.5 * spans[0][1], "upright: taller than wide"
    assert spans[-1][1] > 1.5 * spans[-1][0], "lying: wider than tall"
    assert spans[0][0] > 0.4 * panels[0].shape[0], "the subject fills the picture"


def test_what_lasts_is_shown_evenly_from_before_it_began() -> None:
    crowd = event("crowd", 7.0, {"count": 2.0, "held_s": 3.0})
    assert moments_of(crowd) == (2.0, 3.25, 4.5, 5.75, 7.0)
    curve = Curve(name="height", at_s=(1.0, 6.0), values=(0.3, 0.3))
    assert moments_of(event("person_down", 7.0, {}, curves=(curve,))) == (1.0, 2.5, 4.0, 5.5, 7.0)


def test_a_crowd_is_shown_whole_with_who_counts() -> None:
    kept = film([(0, at(200, STANDS)), (9, at(200, STANDS))], 7.0)
    panels = panels_of(strip(event("crowd", 7.0, {"held_s": 3.0}), kept), WIDE_PANEL_WIDTH)
    panel = panels[-1].astype(int)
    assert panel.shape[0] == 180 + 32
    redness = panel[:180, :, 2] - panel[:180, :, 0]
    assert redness[:, 70:130].max() > 120, "who stands in the zone"
    assert redness[:60, 240:280].max() < 60, "who stands elsewhere"


def test_where_nothing_was_kept_there_is_no_strip() -> None:
    assert strip_of(event("fall", 4.5, HURT), KeptFrames()) is None
    assert draw_strip([], zero_s=0.0, subject=None) is None


def test_fewer_frames_make_a_shorter_strip() -> None:
    kept = film(FALLS, 0.0)
    picture = cv2.imdecode(np.frombuffer(strip(event("fall", 0.0, HURT), kept), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None and picture.shape[1] == WIDE_PANEL_WIDTH


@pytest.mark.parametrize("size", [(640, 360), (360, 640), (64, 48), (321, 241), (1920, 1080)])
@pytest.mark.parametrize("x", [-40.0, 5.0, 635.0, 1900.0])
def test_any_picture_with_anybody_anywhere_makes_a_strip(size: tuple[int, int], x: float) -> None:
    story = [(0.0, at(x, STANDS)), (5.0, at(x, LIES))]
    picture = cv2.imdecode(
        np.frombuffer(strip(event("fall", 4.5, HURT), film(story, 4.5, size=size)), np.uint8), 1
    )
    assert picture is not None and 20 <= picture.shape[0] <= 4 * PANEL_WIDTH


def test_a_strip_stays_light_even_of_noise() -> None:
    far: Figure = replace(STANDS, tall=700.0, ground=800.0)
    kept = film([(0, far), (5, far)], 4.5, size=(1280, 720), noise=True)
    assert len(strip(event("fall", 4.5, HURT), kept)) <= MOST_BYTES
