from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import cv2
import numpy as np
import pytest

from detectors import drawing
from detectors.detection import Box, Detection
from detectors.drawing import WIDEST, draw_snapshot
from detectors.event import Event, EventId, EventKind
from detectors.scene import Scene
from detectors.settings import TrackerSettings
from detectors.tracker import Tracker
from detectors.zones import Zone, ZoneId
from streams.camera import CameraId
from streams.frame import Frame
from tests.unit.detectors.clips import START, plain_frame
from tests.unit.detectors.figures import LIES, STANDS, at, detection_of

ZONE = Zone.parse(
    id=ZoneId(3),
    name="北门广场",
    polygon=[(0.1, 0.2), (0.9, 0.2), (0.9, 0.95), (0.1, 0.95)],
    rules=["fall", "crowd"],
    crowd_limit=1,
)
LYING, STANDING = detection_of(at(200, LIES)), detection_of(at(500, STANDS))


def event(kind: EventKind, *, track: int | None = None, zone_id: ZoneId | None = None) -> Event:
    return Event(
        id=EventId(UUID(int=1)),
        camera_id=CameraId(1),
        kind=kind,
        zone_id=zone_id,
        zone_name=ZONE.name if zone_id else None,
        track=track,
        score=0.8,
        media_time_s=5.0,
        occurred_at=START + timedelta(seconds=5),
        rule_version="x-1",
        models=(),
        measurements={"count": 2.0, "limit": 1.0},
    )


def scene_of(frame: Frame, persons: tuple[Detection, ...] | None = None) -> Scene:
    tracker = Tracker(TrackerSettings())
    for number in range(5):
        tracks = tracker.update([LYING, STANDING], number / 8)
    return Scene(
        camera_id=CameraId(1),
        media_time_s=5.0,
        wall=START,
        width=frame.width,
        height=frame.height,
        zones=(ZONE,),
        tracks=tracks,
        persons=persons,
    )


def decoded(jpeg: bytes) -> np.ndarray:
    assert jpeg[:2] == b"\xff\xd8"
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


def redness(picture: np.ndarray, box: Box) -> float:
    """How red the surroundings of a box are, against the grey of the picture."""
    part = picture[int(box.top) - 4 : int(box.bottom) + 4, int(box.left) - 4 : int(box.right) + 4].astype(
        float
    )
    return float((part[:, :, 2] - part[:, :, 0]).clip(0).mean())


def test_who_fell_stands_out() -> None:
    frame = plain_frame(640, 360)
    scene = scene_of(frame)
    subject = next(track for track in scene.tracks if track.box == LYING.box)
    picture = decoded(draw_snapshot(frame, scene, [], event("fall", track=subject.id)))
    picture = picture[-360:]
    assert redness(picture, LYING.box) > 5 * redness(picture, STANDING.box)


def test_who_is_counted_stands_out_and_the_zone_is_drawn() -> None:
    frame = plain_frame(640, 360)
    outside = Detection(box=Box(left=5, top=20, right=35, bottom=60), score=0.6)
    scene = scene_of(frame, persons=(STANDING, outside))
    picture = decoded(draw_snapshot(frame, scene, [ZONE], event("crowd", zone_id=ZoneId(3))))[-360:]
    assert redness(picture, STANDING.box) > 2 * redness(picture, outside.box)
    border = picture[int(0.2 * 359), 100:200].astype(int)
    assert (border[:, 2] - border[:, 0]).mean() > 60


@pytest.mark.parametrize("size", [(64, 48), (321, 241), (1280, 720), (1920, 1080), (2560, 1440), (360, 640)])
def test_any_picture_becomes_a_jpeg_no_wider_than_1280(size: tuple[int, int]) -> None:
    frame = plain_frame(*size)
    picture = decoded(draw_snapshot(frame, scene_of(frame), [ZONE], event("fall", track=1)))
    assert picture.shape[1] == min(WIDEST, size[0])
    assert 10 <= picture.shape[0] - size[1] * min(1.0, WIDEST / size[0]) <= 30


def test_the_frame_itself_is_left_as_it_was() -> None:
    frame = plain_frame(640, 360)
    draw_snapshot(frame, scene_of(frame), [ZONE], event("fall", track=1))
    assert (frame.y == 128).all()


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        ({"count": 14.0, "limit": 8.0}, "crowded: 14 persons, limit 8"),
        ({"count": 34.0, "limit": 8.0, "at_least": 1.0}, "crowded: at least 34 persons, limit 8"),
        (
            {"count": 34.0, "persons_per_m2": 3.78, "at_least": 1.0},
            "crowded: at least 34 persons, 3.8 per m2",
        ),
    ],
)
def test_the_caption_of_a_crowd_says_its_level_and_that_there_may_be_more(
    monkeypatch: pytest.MonkeyPatch, measured: dict[str, float], words: str
) -> None:
    written: list[str] = []
    monkeypatch.setattr(drawing, "captioned", lambda picture, text: (written.append(text), picture)[1])
    frame = plain_frame(640, 360)
    crowd = replace(event("crowd", zone_id=ZoneId(3)), level="crowded", measurements=measured)
    draw_snapshot(frame, scene_of(frame, ()), [ZONE], crowd)
    assert written[0].startswith(words + "  camera 1")
