"""A zone: a polygon on a channel in normalised coordinates, with the rules that it carries. A bad one cannot be made."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from detectors.errors import (
    ZoneCrossesItself,
    ZoneLimitMissing,
    ZoneNameDoubled,
    ZonePointOutside,
    ZonePointRepeated,
    ZonePointsTooMany,
    ZonesTooMany,
    ZoneTooFewPoints,
    ZoneTooSmall,
    ZoneUnreadable,
    ZoneWithoutArea,
    ZoneWithoutRule,
)
from detectors.event import EVENT_KINDS, EventKind, ZoneId
from detectors.ground import Ground
from detectors.hours import Hours

__all__ = ["Point", "Zone", "ZoneId"]

Point = tuple[float, float]
#: of one camera; and corners of one zone
MOST_ZONES = 16
MOST_POINTS = 32
#: least share of the picture: a square of a fiftieth of its sides
LEAST_AREA = 0.0004
#: a millionth of the picture; a thousandth of a pixel on a 4K camera
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    id: ZoneId
    name: str
    #: corners (x, y), 0 to 1 of the picture's width and height, x rightward, y downward; the last joins the first
    polygon: tuple[Point, ...]
    rules: frozenset[EventKind]
    #: `crowd` is raised above this many persons; unused (0) where the zone does not carry it
    crowd_limit: int = 0
    #: measured in metres: then it is persons per square metre that count, not the limit
    ground: Ground | None = None
    #: when its rules are on; None is always
    hours: Hours | None = None

    def __post_init__(self) -> None:
        check_polygon(self.name, self.polygon)
        if not self.rules or not self.rules <= set(EVENT_KINDS):
            raise ZoneWithoutRule(zone=self.name, rules=", ".join(sorted(self.rules)) or "-")
        if "crowd" in self.rules and self.crowd_limit < 1:
            raise ZoneLimitMissing(zone=self.name, limit=self.crowd_limit)
        if self.ground is not None:
            self.ground.check_horizon(self.polygon)

    @classmethod
    def parse(
        cls,
        *,
        id: ZoneId,
        name: str,
        polygon: Sequence[Sequence[float]],
        rules: Iterable[str],
        crowd_limit: int | None = None,
        ground: object | None = None,
        hours: str | None = None,
    ) -> "Zone":
        """A zone from what a person or a file says; a ZoneError says which point is wrong, counted from 1.

        `ground`: as `Ground.parse` reads it; `hours`: as `Hours.parse` does.
        """
        try:
            points = tuple((float(x), float(y)) for x, y in polygon)
        except (TypeError, ValueError) as error:
            raise ZoneUnreadable(zone=name, reason=str(error)) from error
        kinds = frozenset(cast(Iterable[EventKind], rules))
        return cls(
            id=id,
            name=name,
            polygon=points,
            rules=kinds,
            crowd_limit=crowd_limit or 0,
            ground=None if ground is None else Ground.parse(ground, zone=name),
            hours=Hours.parse(hours) if hours else None,
        )

    def as_json(self) -> dict[str, object]:
        """What `parse` reads, but for the id."""
        return {
            "name": self.name,
            "polygon": [list(point) for point in self.polygon],
            "rules": sorted(self.rules),
            "crowd_limit": self.crowd_limit or None,
            "ground": self.ground.as_json() if self.ground else None,
            "hours": str(self.hours) if self.hours else None,
        }

    @property
    def area_m2(self) -> float | None:
        """Square metres of ground; None where nobody measured."""
        return None if self.ground is None else self.ground.area_m2(self.polygon)

    def contains(self, x: float, y: float) -> bool:
        """Whether the normalised point lies inside or on the border (even-odd rule)."""
        inside = False
        for (ax, ay), (bx, by) in _sides(self.polygon):
            if _on_side((ax, ay), (bx, by), (x, y)):
                return True
            if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                inside = not inside
        return inside


def check_polygon(name: str, polygon: Sequence[Point]) -> None:
    """Raises: ZoneError, where it is no simple polygon within the picture."""
    _check_points(name, polygon)
    _check_border(name, polygon)


def check_drawn(zones: Sequence[Zone]) -> None:
    """What people may draw, beyond what a zone can be. Raises: ZoneError."""
    if len(zones) > MOST_ZONES:
        raise ZonesTooMany(count=len(zones), most=MOST_ZONES)
    names = set()
    for zone in zones:
        check_drawn_polygon(zone.name, zone.polygon, least=LEAST_AREA)
        if zone.name in names:
            raise ZoneNameDoubled(zone=zone.name)
        names.add(zone.name)


def check_drawn_polygon(name: str, polygon: Sequence[Point], *, least: float) -> None:
    """`least`: share of the picture that it must cover. Raises: ZonePointsTooMany, ZoneTooSmall."""
    if len(polygon) > MOST_POINTS:
        raise ZonePointsTooMany(zone=name, count=len(polygon), most=MOST_POINTS)
    if (area := area_of(polygon)) < least:
        raise ZoneTooSmall(zone=name, share=f"{100 * area:.3f}", least=f"{100 * least:g}")


def area_of(polygon: Sequence[Point]) -> float:
    """Share of the picture that a simple polygon covers."""
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in _sides(polygon))) / 2


def _sides(polygon: Sequence[Point]) -> list[tuple[Point, Point]]:
    return [(point, polygon[(i + 1) % len(polygon)]) for i, point in enumerate(polygon)]


def _check_points(name: str, polygon: Sequence[Point]) -> None:
    if len(polygon) < 3:
        raise ZoneTooFewPoints(zone=name, count=len(polygon))
    for number, (x, y) in enumerate(polygon, 1):
        if not (0.0 <= x <= 1.0 and 0.0 <= y <= 1.0):  # also refuses NaN
            raise ZonePointOutside(zone=name, number=number, x=x, y=y)
        for earlier, point in enumerate(polygon[: number - 1], 1):
            if math.dist(point, (x, y)) <= _NOTHING:
                raise ZonePointRepeated(zone=name, number=number, earlier=earlier)


def _check_border(name: str, polygon: Sequence[Point]) -> None:
    if all(abs(_turn(polygon[0], polygon[1], point)) <= _NOTHING for point in polygon[2:]):
        raise ZoneWithoutArea(zone=name, number=len(polygon))
    sides = _sides(polygon)
    for i, first in enumerate(sides):
        for j in range(i + 1, len(sides)):
            neighbours = j == i + 1 or (i == 0 and j == len(sides) - 1)
            if _turns_back(first, sides[j]) if neighbours else _meet(first, sides[j]):
                raise ZoneCrossesItself(zone=name, first=i + 1, second=j + 1)


def _turn(a: Point, b: Point, c: Point) -> float:
    """Twice the signed area of the triangle abc: positive, negative or nothing as c lies left, right or on ab."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _on_side(a: Point, b: Point, point: Point) -> bool:
    if abs(_turn(a, b, point)) > 1e-12:
        return False
    return min(a[0], b[0]) <= point[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= point[1] <= max(a[1], b[1])


def _meet(first: tuple[Point, Point], second: tuple[Point, Point]) -> bool:
    """Whether two sides that share no corner touch or cross."""
    (a, b), (c, d) = first, second
    if _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0:
        return True
    return _on_side(a, b, c) or _on_side(a, b, d) or _on_side(c, d, a) or _on_side(c, d, b)


def _turns_back(first: tuple[Point, Point], second: tuple[Point, Point]) -> bool:
    """Whether two sides that share one corner run over each other."""
    (corner,) = set(first) & set(second)
    a = first[0] if first[1] == corner else first[1]
    b = second[0] if second[1] == corner else second[1]
    along = (a[0] - corner[0]) * (b[0] - corner[0]) + (a[1] - corner[1]) * (b[1] - corner[1])
    return abs(_turn(corner, a, b)) <= 1e-12 and along > 0
