"""Looking again: in turn, in several ways, the way that worked first; and a crop that is turned gives places in the frame."""

from collections.abc import Callable

import numpy as np
import pytest

from detectors.detection import Box, Detection
from detectors.event import ModelFact
from detectors.pose import PoseModel, QuarterTurns
from detectors.second_look import SecondLooks
from detectors.settings import DetectorSettings
from detectors.tracker import Track, TrackId
from streams.camera import CameraId
from streams.frame import Frame

SETTINGS = DetectorSettings()
FRAME = Frame.of_picture(np.zeros((360, 640, 3), np.uint8), camera_id=CameraId(1))
Way = tuple[int, QuarterTurns]


def track(number: int, left: float = 200.0) -> Track:
    return Track(
        id=TrackId(number),
        box=Box(left=left, top=200, right=left + 60, bottom=300),
        pose=None,
        score=0.5,
        first_seen_s=0.0,
        seen_s=1.0,
        sightings=9,
    )


class Poses:
    """A network that finds somebody in some ways of looking only, at the place of `found`."""

    fact = ModelFact(name="poses", sha256="0" * 64)
    keypoint_score = 0.2

    def __init__(self, finds: Callable[[Way], bool], found: Box) -> None:
        self._finds = finds
        self._found = found
        self.asked: list[Way] = []
        self.least: list[float | None] = []

    def look(
        self,
        frame: Frame,
        *,
        size: int,
        area: Box | None = None,
        least: float | None = None,
        turned: QuarterTurns = 0,
    ) -> tuple[Detection, ...]:
        self.asked.append((size, turned))
        self.least.append(least)
        return (Detection(box=self._found, score=0.3),) if self._finds((size, turned)) else ()


LOST = track(1)
LYING = Box(left=190, top=250, right=290, bottom=290)


def test_every_way_is_tried_before_one_is_tried_again() -> None:
    looks, poses = SecondLooks(SETTINGS), Poses(lambda way: False, LYING)
    for _ in range(7):
        assert looks.look(FRAME, poses, [LOST], []) == ([], 1)
    assert len(set(poses.asked[:6])) == 6
    assert poses.asked[6] == poses.asked[0]
    assert {turned for _, turned in poses.asked} == {0, 1, 3}


def test_a_turned_crop_must_score_more() -> None:
    looks, poses = SecondLooks(SETTINGS), Poses(lambda way: False, LYING)
    for _ in range(6):
        looks.look(FRAME, poses, [LOST], [])
    for (_, turned), least in zip(poses.asked, poses.least, strict=True):
        assert least == (SETTINGS.turned_look_score if turned else SETTINGS.second_look_score)
    assert SETTINGS.turned_look_score > SETTINGS.second_look_score


def test_the_way_that_found_somebody_is_kept_as_long_as_it_does() -> None:
    works = True
    looks, poses = SecondLooks(SETTINGS), Poses(lambda way: works and way == (160, 3), LYING)
    found = [len(looks.look(FRAME, poses, [LOST], [])[0]) for _ in range(9)]
    first = found.index(1)
    assert found[first:] == [1] * (9 - first)
    assert set(poses.asked[first:]) == {(160, 3)}
    works = False
    for _ in range(6):
        looks.look(FRAME, poses, [LOST], [])
    assert len(set(poses.asked[9:])) > 4


def test_who_is_far_away_or_known_already_is_not_taken_for_the_lost_one() -> None:
    far = Box(left=500, top=200, right=560, bottom=300)
    assert SecondLooks(SETTINGS).look(FRAME, Poses(lambda way: True, far), [LOST], []) == ([], 1)
    known = [Detection(box=LYING, score=0.9)]
    assert SecondLooks(SETTINGS).look(FRAME, Poses(lambda way: True, LYING), [LOST], known) == ([], 1)


def test_several_who_are_lost_take_turns_within_what_a_frame_may_cost() -> None:
    settings = SETTINGS.model_copy(update={"second_looks": 2})
    lost = [track(1, 50.0), track(2, 250.0), track(3, 450.0)]
    looks = SecondLooks(settings)
    runs = [looks.look(FRAME, Poses(lambda way: False, LYING), lost, [])[1] for _ in range(3)]
    assert runs == [2, 2, 2]
    assert SecondLooks(settings).look(FRAME, Poses(lambda way: False, LYING), [], []) == ([], 0)


class Answers:
    """Stands for a session: whatever it is shown, somebody is found at the bright spot of the picture."""

    def __init__(self) -> None:
        from detectors.manifest import find_manifest
        from vms.places import models_folder

        self.manifest = find_manifest(models_folder(), "pose", "movenet_multipose")
        self.fact = ModelFact(name="answers", sha256="0" * 64)

    def run(self, canvas: np.ndarray) -> tuple[np.ndarray, ...]:
        bright = np.argwhere(canvas.min(axis=2) > 180)
        (top, left), (bottom, right) = bright.min(axis=0), bright.max(axis=0) + 1
        height, width = canvas.shape[:2]
        row = np.zeros(56, np.float32)
        row[51:55] = top / height, left / width, bottom / height, right / width
        row[55] = 0.9
        row[:51] = np.tile([top / height, left / width, 0.5], 17)
        return (np.stack([row, *np.zeros((5, 56), np.float32)]),)


@pytest.mark.parametrize("turned", [0, 1, 3])
def test_a_turned_look_gives_boxes_and_keypoints_in_pixels_of_the_frame(turned: QuarterTurns) -> None:
    picture = np.zeros((360, 640, 3), np.uint8)
    picture[100:140, 300:400] = 255
    frame = Frame.of_picture(picture, camera_id=CameraId(1))
    model = PoseModel(Answers())  # type: ignore[arg-type]
    area = Box(left=240, top=60, right=440, bottom=220)
    (found,) = model.look(frame, size=200, area=area, turned=turned)
    box = found.box
    assert (box.left, box.top, box.right, box.bottom) == pytest.approx((300, 100, 400, 140), abs=2)
    # The network's top left corner is another corner of the frame once the crop is turned.
    corner = {0: (300, 100), 1: (400, 100), 3: (300, 140)}[turned]
    assert found.pose is not None
    assert found.pose.keypoints[:, :2] == pytest.approx(np.tile(corner, (17, 1)), abs=2)
