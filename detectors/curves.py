"""What a rule measured over time, as the curves that a chart of an event draws, each with the mark that the rule set.

Pure functions of what the rule remembers. Values are rounded and a curve has at most MOST_POINTS points: an event is
stored for years and sent to every wall that asks for it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from detectors.event import Curve
from detectors.posture import Posture
from detectors.settings import FallSettings

MOST_POINTS = 100
#: seconds of counts that are remembered per zone
TRAIL_S = 30.0

#: (media time, value), oldest first; None where it could not be measured
Points = Iterable[tuple[float, float | None]]


def curve_of(name: str, points: Points, *, limit: float | None, digits: int = 3) -> Curve:
    """The latest point is always among those that stay."""
    kept = _thinned(list(points))
    return Curve(
        name=name,
        at_s=tuple(round(at_s, 3) for at_s, _ in kept),
        values=tuple(None if value is None else round(value, digits) for _, value in kept),
        limit=None if limit is None else round(limit, digits),
    )


def fall_curves(postures: Sequence[Posture], standing: float, settings: FallSettings) -> tuple[Curve, ...]:
    """How somebody `standing` pixels tall went down: body height, trunk, speed of the fall, width, hips."""
    return (
        curve_of("height", _of(postures, lambda p: p.height / standing), limit=settings.down_height),
        curve_of("trunk_deg", _of(postures, lambda p: p.trunk_deg), limit=settings.upright_deg, digits=1),
        curve_of("fast_drop", _fast_drops(postures, standing, settings), limit=settings.least_fast_drop),
        curve_of("aspect", _of(postures, lambda p: p.aspect), limit=settings.down_aspect, digits=2),
        curve_of("hips", _of(postures, lambda p: _share(p.hip_height, standing)), limit=settings.most_hips),
    )


class Trail:
    """The values of the last seconds, for a rule that remembers none itself."""

    def __init__(self, longest_s: float = TRAIL_S) -> None:
        self._longest_s = longest_s
        self._points: deque[tuple[float, float]] = deque()

    def restart(self) -> None:
        """A new run: media time begins again."""
        self._points.clear()

    def note(self, at_s: float, value: float) -> None:
        self._points.append((at_s, value))
        while at_s - self._points[0][0] > self._longest_s:
            self._points.popleft()

    def curve(self, name: str, *, limit: float | None, digits: int = 2) -> Curve:
        return curve_of(name, self._points, limit=limit, digits=digits)


def _of(
    postures: Sequence[Posture], measure: Callable[[Posture], float | None]
) -> list[tuple[float, float | None]]:
    return [(posture.at_s, measure(posture)) for posture in postures]


def _share(pixels: float | None, standing: float) -> float | None:
    return None if pixels is None else pixels / standing


def _fast_drops(postures: Sequence[Posture], standing: float, settings: FallSettings) -> Points:
    """At each instant: the most that shoulders and top of the body fell, on average, in the `fall_s` before."""
    for end in postures:
        starts = [p for p in postures if 0 < end.at_s - p.at_s <= settings.fall_s]
        yield end.at_s, max([0.0, *(_fallen(start, end) for start in starts)]) / standing


def _fallen(start: Posture, end: Posture) -> float:
    """Pixels."""
    drop = end.top - start.top
    if start.shoulder_y is None or end.shoulder_y is None:
        return drop
    return (drop + end.shoulder_y - start.shoulder_y) / 2


def _thinned(points: list[tuple[float, float | None]]) -> list[tuple[float, float | None]]:
    step = -(-len(points) // MOST_POINTS) or 1
    return points[::-1][::step][::-1]
