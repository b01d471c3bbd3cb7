"""What an alert about cameras is about, and the states of a camera that make one. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Final

from alerts.alert import AlertId, DeviceKind, Severity
from streams.camera import CameraId
from streams.condition import ConditionState

#: what is wrong with a camera, by the kind of alert; `degraded` raises none: it can be seen
PROBLEMS: Final[Mapping[DeviceKind, frozenset[ConditionState]]] = {
    "camera_offline": frozenset({"offline", "stalled", "never_connected"}),
    "camera_blind": frozenset({"frozen", "black", "covered", "turned"}),
    "camera_unrecorded": frozenset({"unrecorded"}),
}
ALL_PROBLEMS: Final[tuple[ConditionState, ...]] = tuple(
    sorted(state for states in PROBLEMS.values() for state in states)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """As a room is told of it."""

    #: cameras that are in it now, and at the most
    cameras: int
    most: int
    #: the nearest unit that all of them belong to
    unit_id: int | None
    unit_name: str | None
    #: such as 10.1.2.0/24, where several share one
    network: str | None
    states: tuple[str, ...]
    causes: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Down:
    """A camera that cannot be seen, now."""

    camera_id: CameraId
    kind: DeviceKind
    #: wall time
    since: datetime
    #: it was not seen since its server began to try; `never`: nor before that
    starting: bool
    never: bool
    #: the unit it belongs to, then those above
    units: tuple[int, ...]
    network: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A camera in an outage, as it is now."""

    camera_id: CameraId
    down: bool
    #: switched off or removed: nobody expects it
    gone: bool
    #: wall time since which it is known to be back; None while it is down, or not watched
    up_since: datetime | None
    #: how often it went down of late, this time included
    outages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An outage that is not over."""

    alert_id: AlertId
    kind: DeviceKind
    #: whether its alert is: people may have ended that while cameras are still down
    open: bool
    severity: Severity
    #: wall times: raised, last joined by a camera, last told of
    raised_at: datetime
    grew_at: datetime
    told_at: datetime
    members: Sequence[Member]


def network_of(address: str) -> str | None:
    """The /24 (IPv6: /64) that an address is in: what one switch or one line usually serves. None for a name."""
    try:
        address_ = ip_address(address.strip("[]"))
    except ValueError:
        return None
    return str(ip_network((address_, 24 if address_.version == 4 else 64), strict=False))
