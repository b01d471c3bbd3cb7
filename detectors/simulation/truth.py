"""What is truly in a rendered clip, from the JSON beside it: per frame the people, each with 17 keypoints in pixels.

Clips of crowds are left out: there the network's limit of six people shows, and not how it sees one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, TypeAdapter, ValidationError

from detectors.detection import Box
from detectors.simulation.errors import TruthUnreadable
from detectors.simulation.observation import Held
from detectors.simulation.sequence import Actor
from detectors.simulation.sequence import Sequence as Staged
from detectors.simulation.skeleton import Array

_UPRIGHT = frozenset({"walking", "standing", "run", "pass_by", "sweep"})
#: people of a clip above which it is one of a crowd
_MOST_PEOPLE = 3


class _Body(BaseModel):
    id: int
    state: str
    kpts: list[tuple[float, float]]


class _Instant(BaseModel):
    t: float
    people: list[_Body]


_CLIP = TypeAdapter(list[_Instant])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TruePerson:
    """The truth about one person on one frame."""

    number: int
    held: Held
    #: (17, 2) pixels
    keypoints: Array

    @property
    def box(self) -> Box:
        (left, top), (right, bottom) = self.keypoints.min(axis=0), self.keypoints.max(axis=0)
        return Box(left=float(left), top=float(top), right=float(right), bottom=float(bottom))

    @property
    def length(self) -> float:
        return max(1.0, self.box.width, self.box.height)


#: people by media time
Truth = Mapping[float, Sequence[TruePerson]]


def read_truth(clip: Path) -> Truth | None:
    """None where nothing is known, or where it is a crowd. Raises: TruthUnreadable."""
    path = clip.with_suffix(".json")
    if not path.is_file():
        return None
    try:
        instants = _CLIP.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise TruthUnreadable(path=path, reason=str(error).splitlines()[0]) from error
    if not instants or max(len(instant.people) for instant in instants) > _MOST_PEOPLE:
        return None
    return {instant.t: [_person(body) for body in instant.people] for instant in instants}


def nearest(truth: Truth, at_s: float) -> Sequence[TruePerson]:
    return truth[min(truth, key=lambda time_s: abs(time_s - at_s))]


def staged_truth(truth: Truth, fps: float, seed: int) -> Staged:
    """The same bodies before the simulated network; who comes first in the clip comes first."""
    at_s = np.arange(0.0, max(truth), 1 / fps)
    frames = [{person.number: person for person in nearest(truth, time_s)} for time_s in at_s.tolist()]
    numbers = sorted({number for frame in frames for number in frame})
    return Staged(
        seed=seed, at_s=at_s, actors=tuple(_actor(frames, number) for number in numbers), fall_s=None
    )


def _actor(frames: Sequence[Mapping[int, TruePerson]], number: int) -> Actor:
    nowhere = np.full((17, 2), np.nan)
    seen = [frame.get(number) for frame in frames]
    return Actor(
        keypoints=np.array([person.keypoints if person else nowhere for person in seen]),
        # Nobody knows who is nearer; who has the lower number hides the others.
        away_m=np.full(len(frames), 5.0 + number),
        held=[person.held if person else "upright" for person in seen],
    )


def _person(body: _Body) -> TruePerson:
    held: Held = "lying" if body.state == "lying" else "upright" if body.state in _UPRIGHT else "low"
    return TruePerson(number=body.id, held=held, keypoints=np.array(body.kpts, np.float64))
