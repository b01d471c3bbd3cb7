"""What condition a camera's stream is in, judged from what arrives: what history, alerts and people are told.

`StreamHealth` says how the connection is; this says whether somebody who looks at the stream would see anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runtime.errors import VmsError
from streams.camera import CameraId, ProfileName

#: never_connected: no packet since it is watched. live: as it should be. degraded: it can be watched, but not well.
#: stalled: the connection stands, nothing comes. frozen: packets come, the picture stays the same to the bit.
#: black: the picture is dark and empty. covered: nothing can be made out (by the cause: covered, or out of focus).
#: turned: it shows another view than its reference picture. offline: no connection; the causes say why.
#: unrecorded: it is seen, and cannot be recorded; the error says why.
ConditionState = Literal[
    "never_connected",
    "live",
    "degraded",
    "stalled",
    "frozen",
    "black",
    "covered",
    "turned",
    "offline",
    "unrecorded",
]

ConditionCause = Literal[
    # never_connected, offline
    "refused",
    "unauthorised",
    "unreachable",
    "no_video",
    "hung_up",
    # stalled
    "no_packets",
    # degraded; several at a time
    "packet_loss",
    "low_fps",
    "long_gop",
    "clock_drift",
    # frozen, black, covered, turned
    "no_change",
    "dark",
    "covered",
    "defocused",
    "turned",
    # unrecorded
    "disk",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    state: ConditionState
    #: wall time at which `state` or `causes` last changed
    since: datetime
    #: why; empty where it is live, or was not tried yet. Sorted, so that equal ones compare as equal.
    causes: tuple[ConditionCause, ...] = ()
    #: what the connection failed with, where it did
    error: VmsError | None = None

    @property
    def can_be_seen(self) -> bool:
        """Whether somebody who looks at the stream sees what the camera is there for."""
        return self.state in ("live", "degraded", "unrecorded")


#: called in the loop, on a change of the state or of the causes only; first with the first packet, or when none has come for
#: seconds: at a start nothing is said of a camera that is about to answer. Pictures are judged on one profile of a camera.
OnCondition = Callable[[CameraId, ProfileName, Condition], None]
