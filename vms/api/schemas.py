"""What programs send. What they are sent is written by `alerts.notification` and by the routes."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from detectors.event import EventKind
from detectors.zones import Zone
from vms.cameras.drawn import zones_from

#: an id or a sequence number as the database holds it
Id = Annotated[int, Field(ge=0, lt=2**63)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class AlertAction(BaseModel):
    """Who does something about an alert, in which room. There are no accounts yet: the name is what they typed."""

    model_config = ConfigDict(extra="forbid")

    room_id: Id
    author: Name
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class NewGround(BaseModel):
    """What somebody measured on the ground of a zone: persons per square metre count from then on."""

    model_config = ConfigDict(extra="forbid")

    #: four marks of the picture in order around a figure, each 0 to 1
    points: list[tuple[float, float]]
    #: two sides of a rectangle (1 to 2, 2 to 3), or four sides and the diagonal from 1 to 3
    metres: list[float]


class NewZone(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    #: [[x, y], …] of the picture, each 0 to 1
    polygon: list[tuple[float, float]]
    rules: list[EventKind] = ["crowd"]
    #: persons; more than this many is too full
    crowd_limit: int | None = Field(default=None, gt=0)
    ground: NewGround | None = None
    #: when its rules are on, such as `mon-fri 07:00-22:00; sat 09:00-12:00`; null is always
    hours: str | None = None


def zones_given(zones: Sequence[NewZone]) -> tuple[Zone, ...]:
    """Raises: ZoneError, GroundError, HoursUnreadable, TextInvalid."""
    return zones_from([zone.model_dump() for zone in zones])
