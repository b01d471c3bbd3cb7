"""The rule `fall` and people who go down onto their hands: who is carried by the arms exercises or looks for something."""

from dataclasses import replace

import pytest

from detectors.posture import Posture
from detectors.rules.fall import is_propped
from detectors.settings import FallSettings
from tests.unit.detectors.figures import (
    KNEELS,
    LIES,
    ON_ALL_FOURS,
    PLANK,
    SQUATS,
    STANDS,
    STOOPS,
    Figure,
    Story,
    detection_of,
    hide,
    scenes_of,
)
from tests.unit.detectors.test_fall import found_in
from tests.unit.detectors.test_posture import posture_of

#: reaches for the ground in a squat, with hands that are there before the feet go back
REACHES_DOWN = replace(SQUATS, hands=0.9)
CHEST_DOWN = replace(PLANK, hips=0.13, lean=80, hands=0.9)
ON_HANDS_AND_KNEES = replace(ON_ALL_FOURS, hips=0.24, lean=76, hands=1.0)
KNEES_AND_CHEST_DOWN = replace(ON_HANDS_AND_KNEES, hips=0.16, lean=84, feet=0.3)
LIES_AN_ARM_OUT = replace(LIES, hands=1.0)
ON_AN_ELBOW = replace(LIES, lean=70, hands=0.6)
SITS_UP_ON_A_HAND = replace(LIES, lean=38, hips=0.08, hands=1.0)
HEAD_TO_THE_CAMERA = replace(LIES, hips=0.36, lean=103, hands=1.0)


def up_and_down(from_s: float, high: Figure, low: Figure, *, every_s: float = 0.6, times: int = 8) -> Story:
    return [(from_s + number * every_s, low if number % 2 else high) for number in range(times)]


STARTS: Story = [(0, STANDS), (2, STANDS)]

ON_THE_HANDS: dict[str, Story] = {
    "drops into push-ups by way of a squat": [*STARTS, (2.35, REACHES_DOWN), *up_and_down(2.75, PLANK, CHEST_DOWN)],
    "throws herself into push-ups": [*STARTS, *up_and_down(2.6, PLANK, CHEST_DOWN, every_s=0.5)],
    "does slow push-ups": [*STARTS, (2.4, REACHES_DOWN), *up_and_down(2.8, PLANK, CHEST_DOWN, every_s=1.2)],
    "holds a plank": [*STARTS, (2.35, REACHES_DOWN), (2.75, PLANK), (9, PLANK)],
    "does push-ups on the knees": [
        *STARTS,
        (2.3, KNEELS),
        *up_and_down(2.7, ON_HANDS_AND_KNEES, KNEES_AND_CHEST_DOWN),
    ],
    "does burpees": [
        *STARTS,
        *(
            (2 + 2.6 * number + after_s, figure)
            for number in range(3)
            for after_s, figure in ((0.3, REACHES_DOWN), (0.7, PLANK), (1.1, CHEST_DOWN), (1.5, PLANK), (1.9, SQUATS), (2.2, STANDS))
        ),
    ],
    "drops onto hands and knees and looks under the bed": [
        *STARTS,
        (2.35, KNEELS),
        (2.65, ON_HANDS_AND_KNEES),
        (5, ON_HANDS_AND_KNEES),
        (6, KNEELS),
        (7, STANDS),
    ],
    "drops onto the hands and crawls away": [
        *STARTS,
        (2.6, ON_HANDS_AND_KNEES),
        (7, replace(ON_HANDS_AND_KNEES, x=420)),
    ],
    "scrubs the floor": [
        *STARTS,
        (2.4, KNEELS),
        *up_and_down(2.7, ON_HANDS_AND_KNEES, replace(ON_HANDS_AND_KNEES, x=312), every_s=0.4, times=12),
    ],
}  # fmt: skip

FALLS_ALL_THE_SAME: dict[str, Story] = {
    "catches himself on the hands, and his arms give way": [
        *STARTS,
        (2.5, PLANK),
        (2.9, PLANK),
        (3.2, LIES),
        (8, LIES),
    ],
    "falls and comes up on an elbow": [*STARTS, (2.6, LIES), (3.2, ON_AN_ELBOW), (8, ON_AN_ELBOW)],
    "falls and sits up on a hand": [*STARTS, (2.6, LIES), (3.2, SITS_UP_ON_A_HAND), (8, SITS_UP_ON_A_HAND)],
    "collapses and stays sitting on a hand": [*STARTS, (2.6, SITS_UP_ON_A_HAND), (8, SITS_UP_ON_A_HAND)],
    "lies with an arm towards the camera": [*STARTS, (2.6, LIES_AN_ARM_OUT), (8, LIES_AN_ARM_OUT)],
    "lies with the head towards the camera and the arms stretched out": [
        *STARTS,
        (2.6, HEAD_TO_THE_CAMERA),
        (8, HEAD_TO_THE_CAMERA),
    ],
    "stoops to the ground with hanging arms, then goes over": [
        *STARTS,
        (2.6, replace(STOOPS, hands=0.8)),
        (3.2, replace(STOOPS, hands=0.8)),
        (3.6, LIES),
        (8, LIES),
    ],
}


@pytest.mark.parametrize("fps", [6.0, 8.0, 12.5])
@pytest.mark.parametrize("name", ON_THE_HANDS)
def test_states_nothing_of_somebody_who(name: str, fps: float) -> None:
    assert found_in(ON_THE_HANDS[name], fps=fps) == []


@pytest.mark.parametrize("fps", [6.0, 8.0, 12.5])
@pytest.mark.parametrize("name", FALLS_ALL_THE_SAME)
def test_states_the_fall_of_somebody_who(name: str, fps: float) -> None:
    (finding,) = found_in(FALLS_ALL_THE_SAME[name], fps=fps)
    assert finding.measurements["propped"] < FallSettings().most_propped


def test_one_arm_that_is_seen_is_enough() -> None:
    story = ON_THE_HANDS["drops into push-ups by way of a squat"]
    assert found_in(story, as_seen=lambda detection: hide(detection, (8, 10))) == []


def test_arms_that_are_not_seen_carry_nobody() -> None:
    """Then speed and shape decide alone."""
    story = ON_THE_HANDS["throws herself into push-ups"]
    (finding,) = found_in(story, as_seen=lambda detection: hide(detection, (7, 8, 9, 10)))
    assert finding.measurements["propped"] == 0


def test_exercises_and_then_falls() -> None:
    story: Story = [
        *ON_THE_HANDS["holds a plank"],
        (10, SQUATS),
        (11, STANDS),
        (13, STANDS),
        (13.6, LIES),
        (18, LIES),
    ]
    (finding,) = found_in(story)
    assert 0.9 <= finding.measurements["down_s"] <= 1.3


@pytest.mark.parametrize(
    ("figure", "carried"),
    [
        (PLANK, True),
        (ON_HANDS_AND_KNEES, True),
        (LIES, False),
        (LIES_AN_ARM_OUT, False),
        (SITS_UP_ON_A_HAND, False),
        (HEAD_TO_THE_CAMERA, False),
        (replace(PLANK, hands=0.0), False),
    ],
)
def test_is_carried_by_the_arms(figure: Figure, carried: bool) -> None:
    assert is_propped(posture_of(figure), figure.tall, FallSettings()) is carried


@pytest.mark.parametrize(("trunk_deg", "carried"), [(None, False), (60.0, True), (120.0, False)])
def test_arms_below_a_trunk_that_points_down_the_picture_carry_nothing(
    trunk_deg: float | None, carried: bool
) -> None:
    posture = Posture(
        at_s=0,
        top=0,
        height=40,
        width=90,
        shoulder_y=10,
        hip_height=20,
        trunk_deg=trunk_deg,
        trunk=40,
        arm=30,
    )
    assert is_propped(posture, 100, FallSettings()) is carried
    assert not is_propped(replace(posture, arm=10), 100, FallSettings())


def test_the_hands_of_a_figure_are_where_they_are_said_to_be() -> None:
    """Of the drawn figures themselves."""
    pose = detection_of(PLANK).pose
    assert pose is not None
    shoulder, wrist = pose.keypoints[5], pose.keypoints[9]
    assert wrist[:2] == pytest.approx((shoulder[0], PLANK.ground), abs=0.01)
    assert list(scenes_of(ON_THE_HANDS["holds a plank"]))
