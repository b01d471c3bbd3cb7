"""What is for choosing thresholds and what for judging them. No body, kind of motion or camera is on both sides.

The families are on both, so that the sides can be compared: who trips walking is one kind, who trips hurrying another.
The numbers of the motions differ too, for they are counted from different beginnings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from detectors.simulation.body import sample_body
from detectors.simulation.camera import SimulatedCamera

SplitName = Literal["train", "test"]
SPLITS: tuple[SplitName, ...] = ("train", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    name: SplitName
    #: numbers of bodies
    bodies: range
    #: kind to family
    falls: Mapping[str, str]
    ordinary: Mapping[str, str]
    cameras: tuple[SimulatedCamera, ...]
    #: mixed into every seed
    salt: int


TRAIN = Split(
    name="train",
    bodies=range(0, 48),
    falls={
        "trip_walking": "forward",
        "backward_standing": "backward",
        "sideways_walking": "sideways",
        "faint_standing": "collapse",
        "sinks_walking": "slow collapse",
        "off_chair_sideways": "off a chair",
        "off_bed_sitting": "off a bed",
    },
    ordinary={
        "sits_down": "chair",
        "drops_onto_sofa": "chair",
        "sits_on_the_ground": "sits on the ground",
        "lies_down_slowly": "lies down",
        "push_ups": "push-ups",
        "throws_into_push_ups": "push-ups",
        "squats": "squat",
        "jumps": "jump",
        "ties_a_shoe": "stoops",
        "lifts_a_box": "stoops",
        "kneels_and_crawls": "kneels",
        "sweeps": "works",
        "runs": "runs",
        "walks_and_waits": "goes by",
        "hurries_out": "leaves the picture",
    },
    cameras=(
        SimulatedCamera(name="room corner 2.5 m", height_m=2.5, aim_m=3.6, fov_deg=78, near_m=2.3, far_m=4.6),
        SimulatedCamera(name="corridor 2.9 m", height_m=2.9, aim_m=4.6, fov_deg=62, near_m=3.0, far_m=7.0),
        SimulatedCamera(name="street pole 4 m", height_m=4.0, aim_m=6.5, fov_deg=60, near_m=4.4, far_m=9.0),
        SimulatedCamera(name="high pole 6 m", height_m=6.0, aim_m=8.5, fov_deg=46, near_m=5.5, far_m=10.5),
    ),
    salt=1,
)

TEST = Split(
    name="test",
    bodies=range(1000, 1048),
    falls={
        "trip_hurrying": "forward",
        "slip_walking": "backward",
        "sideways_standing": "sideways",
        "knees_give_way": "collapse",
        "sinks_down": "slow collapse",
        "off_chair_forward": "off a chair",
        "rising_from_bed": "off a bed",
        "rolling_off_bed": "off a bed",
    },
    ordinary={
        "drops_onto_stool": "chair",
        "sits_and_stands": "chair",
        "drops_onto_the_ground": "sits on the ground",
        "lies_down_on_the_side": "lies down",
        "lies_back_on_bed": "lies down",
        "burpees": "push-ups",
        "drops_into_a_squat": "squat",
        "hops": "jump",
        "picks_up": "stoops",
        "drops_to_the_knees": "kneels",
        "looks_under_a_bed": "kneels",
        "child_runs": "runs",
        "passes_by": "goes by",
        "leaves_the_picture": "leaves the picture",
    },
    cameras=(
        SimulatedCamera(name="ward 2.7 m", height_m=2.7, aim_m=3.9, fov_deg=84, near_m=2.4, far_m=4.8),
        SimulatedCamera(name="lobby 3.3 m", height_m=3.3, aim_m=5.2, fov_deg=66, near_m=3.2, far_m=7.5),
        SimulatedCamera(name="gate 4.6 m", height_m=4.6, aim_m=7.0, fov_deg=56, near_m=4.8, far_m=9.5),
        SimulatedCamera(name="mast 5.5 m", height_m=5.5, aim_m=8.5, fov_deg=44, near_m=5.5, far_m=11.0),
    ),
    salt=2,
)

BY_NAME: dict[SplitName, Split] = {"train": TRAIN, "test": TEST}


def builds_of(split: Split) -> dict[str, list[int]]:
    """The numbers of a split's bodies by build."""
    found: dict[str, list[int]] = {}
    for number in split.bodies:
        found.setdefault(sample_body(number).build, []).append(number)
    return found
