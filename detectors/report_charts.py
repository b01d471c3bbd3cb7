"""The report's small charts of an event: one a measurement, over the seconds before it, with the mark of the rule."""

from collections.abc import Iterator, Sequence

from detectors.event import Curve
from detectors.measure_words import mark_words, measure_words
from detectors.plots import Band, Level, Line, Point, line_chart
from detectors.report_words import both, measure_name

_WIDTH, _HEIGHT = 320, 132
#: names whose values end at a round number, so that charts of several events compare
_MOST = {"trunk_deg": 90.0, "height": 1.0}


def charts(curves: Sequence[Curve], *, zero_s: float, band_s: tuple[float, float] | None = None) -> str:
    """The seconds count from `zero_s`, and go on to it at least; `band_s`, media times, is set off. Empty where no curve has a point."""
    drawn = [_chart(curve, zero_s, band_s) for curve in curves if any(v is not None for v in curve.values)]
    return f'<div class="charts">{"".join(drawn)}</div>' if drawn else ""


def _chart(curve: Curve, zero_s: float, band_s: tuple[float, float] | None) -> str:
    known = [value for value in curve.values if value is not None]
    most = max([*known, *([curve.limit] if curve.limit is not None else []), _MOST.get(curve.name, 0.0)])
    svg = line_chart(
        [Line(points=points, ink="blue", dots=len(points) == 1) for points in _stretches(curve, zero_s)],
        x_label="秒 s",
        y_label="",
        title=" / ".join(measure_words(curve.name)),
        x=(curve.at_s[0] - zero_s, max(0.0, curve.at_s[-1] - zero_s)),
        y=(min(0.0, *known), 1.08 * most),
        bands=[Band(start=band_s[0] - zero_s, end=band_s[1] - zero_s, label="")] if band_s else (),
        levels=[Level(at=curve.limit)] if curve.limit is not None else (),
        width=_WIDTH,
        height=_HEIGHT,
    )
    marked = f"<figcaption>{both(*mark_words(curve.name))}</figcaption>" if curve.limit is not None else ""
    return f'<figure><p class="name">{measure_name(curve.name)}</p>{svg}{marked}</figure>'


def _stretches(curve: Curve, zero_s: float) -> Iterator[list[Point]]:
    """Where nothing could be measured the line is broken."""
    points: list[Point] = []
    for at_s, value in zip(curve.at_s, curve.values, strict=True):
        if value is not None:
            points.append((at_s - zero_s, value))
        elif points:
            yield points
            points = []
    if points:
        yield points
