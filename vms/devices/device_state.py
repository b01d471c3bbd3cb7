"""What a camera last said of its own picture, and whether it is listened to. No I/O."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runtime.errors import VmsError
from streams.onvif.topics import DeviceEventKind

#: `off`: nobody listens: no port is known, the camera or the setting is off, or several cameras share the device
Listening = Literal["off", "connecting", "live", "backing_off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    kind: DeviceEventKind
    active: bool
    #: by this server's clock
    since: datetime
    #: when it last changed or was said again after a new subscription
    told_at: datetime
    #: by the camera's own clock, which may be wrong
    said_at: datetime | None
    detector: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStates:
    listening: Listening
    #: why it is not live
    error: VmsError | None
    #: seconds by which the camera's clock is ahead, as it was last asked
    clock_offset_s: float | None
    states: tuple[DeviceState, ...]
