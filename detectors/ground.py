"""The ground of a zone in metres: four points of the picture and their distances give the area that people stand on.

Whoever measures puts four marks on the ground, in order around a figure, and measures either the two sides of a rectangle
(point 1 to 2, 2 to 3) or all four sides (1 to 2, 2 to 3, 3 to 4, 4 to 1) and the diagonal from 1 to 3. The ground is taken
as flat and the lens as straight: a homography (Hartley and Zisserman 2004, chapter 4) then leads from the picture to metres.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import numpy.typing as npt

from detectors.ground_errors import (
    GroundBeyondHorizon,
    GroundDistanceImpossible,
    GroundDistancesDisagree,
    GroundPointOutside,
    GroundPointsInLine,
    GroundPointsOutOfOrder,
    GroundUnreadable,
)

Point = tuple[float, float]

#: metres; what no camera sees across
MOST_M = 1000.0
#: twice the least area of a triangle of marks, in shares of the picture: narrower ones say nothing about depth
_FLAT = 0.002
#: the least share of a triangle's longest side by which the other two must exceed it
_SLACK = 0.005
#: how much farther from the camera than the farthest mark the ground is still believed
_FARTHEST = 20.0
#: metres of somebody who stands
_BODY_M = 1.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Cannot be made of marks that make no ground."""

    #: of the zone, for what is said about it
    zone: str
    #: the four marks, 0 to 1 of the picture's width and height
    points: tuple[Point, ...]
    #: two sides of a rectangle, or four sides and the diagonal from 1 to 3
    metres: tuple[float, ...]
    #: (3, 3): from the picture to metres, positive in front of the camera
    _matrix: npt.NDArray[np.float64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_points(self.zone, self.points)
        _check_distances(self.zone, self.metres)
        matrix = _homography(self.points, _figure(self.zone, self.metres))
        object.__setattr__(self, "_matrix", matrix)

    @classmethod
    def parse(cls, value: object, *, zone: str) -> "Ground":
        """From `{"points": [[x, y], …], "metres": [a, b]}`. Raises: GroundError, named for what is wrong."""
        try:
            if not isinstance(value, Mapping) or set(value) != {"points", "metres"}:
                raise TypeError("points and metres are wanted")
            points = tuple((float(x), float(y)) for x, y in value["points"])
            metres = tuple(float(distance) for distance in value["metres"])
        except (TypeError, ValueError) as error:
            raise GroundUnreadable(zone=zone, reason=str(error)) from error
        return cls(zone=zone, points=points, metres=metres)

    def as_json(self) -> dict[str, object]:
        """What `parse` reads."""
        return {"points": [list(point) for point in self.points], "metres": list(self.metres)}

    def metres_at(self, point: Point) -> Point:
        """Where a point of the picture lies on the ground, metres from mark 1; its axes are those of the figure."""
        x, y, depth = self._matrix @ np.array([*point, 1.0])
        return float(x / depth), float(y / depth)

    def point_at(self, metres: Point) -> Point:
        """The point of the picture at a place on the ground: the way back."""
        x, y, depth = np.linalg.inv(self._matrix) @ np.array([*metres, 1.0])
        return float(x / depth), float(y / depth)

    def area_m2(self, polygon: Sequence[Point]) -> float:
        """Square metres of ground. Raises: GroundBeyondHorizon."""
        self.check_horizon(polygon)
        return _area([self.metres_at(point) for point in polygon])

    def check_horizon(self, polygon: Sequence[Point]) -> None:
        """Raises: GroundBeyondHorizon, if part of it is no ground in front of the camera, or hardly."""
        nearest = min(self._depth(point) for point in self.points)
        for number, point in enumerate(polygon, 1):
            if self._depth(point) <= nearest / _FARTHEST:
                raise GroundBeyondHorizon(zone=self.zone, number=number)

    def body_px(self, point: Point, width: int) -> float:
        """About how tall somebody would look who stands there, pixels of a frame so many wide.

        A metre across and a metre upright look alike to a camera that looks about level; from above people look smaller.
        """
        step = 0.5 / width
        left, right = self.metres_at((point[0] - step, point[1])), self.metres_at((point[0] + step, point[1]))
        metres_a_pixel = math.dist(left, right)
        return _BODY_M / metres_a_pixel if metres_a_pixel > 0 else 0.0

    def _depth(self, point: Point) -> float:
        """Falls with the distance from the camera, to 0 at the horizon and below 0 beyond."""
        return float(self._matrix[2] @ np.array([*point, 1.0]))


def _check_points(zone: str, points: Sequence[Point]) -> None:
    if len(points) != 4:
        raise GroundUnreadable(zone=zone, reason=f"{len(points)} points")
    for number, (x, y) in enumerate(points, 1):
        if not (0.0 <= x <= 1.0 and 0.0 <= y <= 1.0):  # also refuses NaN
            raise GroundPointOutside(zone=zone, number=number, x=x, y=y)
    for numbers in combinations(range(4), 3):
        if abs(_turn(*(points[number] for number in numbers))) < _FLAT:
            first, second, third = (number + 1 for number in numbers)
            raise GroundPointsInLine(zone=zone, first=first, second=second, third=third)
    turns = [_turn(points[i], points[(i + 1) % 4], points[(i + 2) % 4]) > 0 for i in range(4)]
    if len(set(turns)) > 1:
        raise GroundPointsOutOfOrder(zone=zone)


def _check_distances(zone: str, metres: Sequence[float]) -> None:
    if len(metres) not in (2, 5):
        raise GroundUnreadable(zone=zone, reason=f"{len(metres)} distances")
    for number, distance in enumerate(metres, 1):
        if not 0.0 < distance <= MOST_M:
            raise GroundDistanceImpossible(zone=zone, number=number, metres=distance, most=f"{MOST_M:.0f}")


def _figure(zone: str, metres: Sequence[float]) -> list[Point]:
    """The marks on the ground, metres: 1 at the origin, 2 on the first axis."""
    if len(metres) == 2:
        along, across = metres
        return [(0.0, 0.0), (along, 0.0), (along, across), (0.0, across)]
    one_two, two_three, three_four, four_one, diagonal = metres
    for sides, names in (
        ((one_two, two_three, diagonal), "1-2, 2-3, 1-3"),
        ((three_four, four_one, diagonal), "3-4, 4-1, 1-3"),
    ):
        longest = max(sides)
        if sum(sides) - longest < (1 + _SLACK) * longest:
            raise GroundDistancesDisagree(zone=zone, reason=names)
    # The corners beside the diagonal lie on either side of it.
    third = _apex(one_two, diagonal, two_three)
    turn = math.atan2(third[1], third[0])
    beside = math.acos(_cosine(diagonal, four_one, three_four))
    fourth = four_one * math.cos(turn + beside), four_one * math.sin(turn + beside)
    figure = [(0.0, 0.0), (one_two, 0.0), third, fourth]
    if any(_turn(figure[i], figure[(i + 1) % 4], figure[(i + 2) % 4]) <= 0 for i in range(4)):
        raise GroundDistancesDisagree(zone=zone, reason="a corner points inward")
    return figure


def _apex(base: float, left: float, right: float) -> Point:
    """The corner over a base that lies on the first axis, `left` from the origin and `right` from its other end."""
    x = left * _cosine(base, left, right)
    return x, math.sqrt(max(0.0, left * left - x * x))


def _cosine(one: float, other: float, opposite: float) -> float:
    """Of the angle between two sides, by the law of cosines."""
    return (one * one + other * other - opposite * opposite) / (2 * one * other)


def _homography(points: Sequence[Point], figure: Sequence[Point]) -> npt.NDArray[np.float64]:
    rows = []
    for (x, y), (u, v) in zip(points, figure, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y, -u], [0, 0, 0, x, y, 1, -v * x, -v * y, -v]]
    matrix: npt.NDArray[np.float64] = np.linalg.svd(np.array(rows, np.float64))[2][-1].reshape(3, 3)
    # Convex in the picture and on the ground: the marks all lie on one side of the horizon.
    return matrix if matrix[2] @ np.array([*points[0], 1.0]) > 0 else -matrix


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _area(polygon: Sequence[Point]) -> float:
    joined = zip(polygon, [*polygon[1:], polygon[0]], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in joined)) / 2
