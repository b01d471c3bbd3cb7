"""One change of a stream's condition, and the stretches of time that changes bound. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from streams.camera import CameraId, ProfileName
from streams.condition import Condition

StreamKey = tuple[CameraId, ProfileName]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    #: wall time from which it is so
    at: datetime
    #: None: not watched from then on
    condition: Condition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    condition: Condition
    since: datetime
    #: None while it lasts
    until: datetime | None


def stretches(changes: Sequence[Change]) -> list[Stretch]:
    """What the changes of one stream, in order, say of the time from the first on; nothing that lasted no time."""
    ends = [change.at for change in changes[1:]]
    return [
        Stretch(condition=change.condition, since=change.at, until=until)
        for change, until in zip(changes, [*ends, None], strict=True)
        if change.condition is not None and change.at != until
    ]
