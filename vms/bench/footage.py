"""The footage that the house and the naive loop are compared on: what somebody gives, or else what is shipped.

The parts of it are kept apart in the report, since what a camera costs is a matter of what is before it. One part is
always there: a quiet street, as long as all the others together, for that is what a camera sees most of the time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from detectors.event import EVENT_KINDS, EventKind
from detectors.labels import LabelledClip, read_labels
from streams.duration import declared_duration_s
from vms.bench.clip import kept_clip, repeat
from vms.bench.errors import FootageUnusable
from vms.bench.scenes import scene_clip
from vms.demo.cameras import FOOTAGE
from vms.evaluate import rules_for

SHIPPED: Final = FOOTAGE / "labels.csv"
QUIET: Final = "quiet"
#: of the quiet part, where only a look at whether all works is wanted
_QUICK_S: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Footage:
    """One clip of one part."""

    #: the name of the part: the folder of the file that was given, or its stem
    part: str
    clip: LabelledClip
    #: that are applied to it, by both
    rules: frozenset[EventKind]
    #: whether anything is said about events in it
    judged: bool


def find_footage(given: Sequence[Path], *, quick: bool = False) -> tuple[Footage, ...]:
    """The clips of the labels and videos that are given, then the quiet part.

    Raises: FootageUnusable, and LabelError if a row of labels is bad.
    """
    found = [footage for path in given or (SHIPPED,) for footage in _of(path)]
    if quick:
        found = found[:1]
    others_s = sum(declared_duration_s(str(footage.clip.path)) or 0.0 for footage in found)
    quiet = _quiet(min(others_s, _QUICK_S) if quick else others_s, quick=quick)
    return (*found, _silent(quiet, QUIET))


def _of(path: Path) -> tuple[Footage, ...]:
    if not path.is_file():
        raise FootageUnusable(path=path, reason="there is no such file")
    if path.suffix.lower() != ".csv":
        if declared_duration_s(str(path)) is None:
            raise FootageUnusable(path=path, reason="it is no video, or does not say how long it is")
        return (_silent(path, path.stem, judged=False),)
    labels = read_labels(path)
    return tuple(
        Footage(
            part=path.parent.name or path.stem,
            clip=clip,
            rules=rules_for(labels),
            judged=labels.about_events,
        )
        for clip in labels.clips
    )


def _silent(path: Path, part: str, *, judged: bool = True) -> Footage:
    """A clip without labels; where it is judged, nothing may fire."""
    clip = LabelledClip(name=path.name, path=path, line=0, events=(), counts=(), tags={})
    return Footage(part=part, clip=clip, rules=frozenset(EVENT_KINDS), judged=judged)


def _quiet(seconds: float, *, quick: bool) -> Path:
    scene = scene_clip("quiet", quick=quick)
    target = kept_clip(f"{scene.stem}-{seconds:.0f}s")
    if not target.exists():
        repeat(scene, target, seconds)
    return target
