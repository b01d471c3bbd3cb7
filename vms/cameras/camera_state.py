"""What a list of cameras can be asked for: a camera is as well as its worst stream. No I/O."""

from typing import Final, Literal, get_args

from streams.condition import ConditionState

#: not_watched: nobody looks at it now, so nobody knows; disabled: nobody is to look at it
StreamState = ConditionState | Literal["not_watched"]
CameraState = StreamState | Literal["disabled"]

WORST_FIRST: Final[tuple[StreamState, ...]] = (
    "offline", "never_connected", "stalled", "black", "covered", "frozen", "turned", "unrecorded", "not_watched", "degraded", "live"
)  # fmt: skip
assert {*WORST_FIRST} == {*get_args(ConditionState), "not_watched"}
