"""Plots as SVG text, drawn here: no script, no font, no library, so that a report is one file that any browser shows.

Every text that is put into a plot is escaped here.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

Point = tuple[float, float]
#: style classes of the report's page
Ink = Literal["good", "bad", "blue", "grey"]

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 12, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    points: Sequence[Point]
    ink: Ink
    label: str = ""
    dots: bool = True
    #: constant from point to point instead of straight
    steps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A stretch of the x axis that is set off."""

    start: float
    end: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place on the x axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A place on the y axis, drawn across."""

    at: float


class _Frame:
    """From values to pixels, with axes."""

    def __init__(self, width: int, height: int, x: tuple[float, float], y: tuple[float, float]) -> None:
        self.width, self.height = width, height
        self._x, self._y = _opened(x), _opened(y)

    def x(self, value: float) -> float:
        low, high = self._x
        return _LEFT + (value - low) / (high - low) * (self.width - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        low, high = self._y
        return self.height - _BOTTOM - (value - low) / (high - low) * (self.height - _TOP - _BOTTOM)

    def axes(self, x_label: str, y_label: str) -> str:
        bottom, right = self.height - _BOTTOM, self.width - _RIGHT
        parts = [
            f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{self.y(tick):.1f}" y2="{self.y(tick):.1f}"/>'
            f'<text class="tick" text-anchor="end" x="{_LEFT - 6}" y="{self.y(tick) + 4:.1f}">{tick:g}</text>'
            for tick in ticks(*self._y, most=5)
        ]
        parts += [
            f'<text class="tick" text-anchor="middle" x="{self.x(tick):.1f}" y="{bottom + 15}">{tick:g}</text>'
            for tick in ticks(*self._x, most=max(2, self.width // 70))
        ]
        parts.append(f'<line class="axis" x1="{_LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>')
        parts.append(
            f'<text class="name" text-anchor="middle" x="{(_LEFT + right) / 2}" y="{self.height - 6}">{escape(x_label)}</text>'
        )
        middle = (_TOP + bottom) / 2
        parts.append(
            f'<text class="name" text-anchor="middle" transform="translate(11 {middle}) rotate(-90)">{escape(y_label)}</text>'
        )
        return "".join(parts)


def line_chart(
    lines: Sequence[Line],
    *,
    x_label: str,
    y_label: str,
    y: tuple[float, float],
    x: tuple[float, float] | None = None,
    bands: Iterable[Band] = (),
    marks: Iterable[Mark] = (),
    levels: Iterable[Level] = (),
    title: str = "",
    width: int = 460,
    height: int = 220,
) -> str:
    values = [point[0] for line in lines for point in line.points]
    frame = _Frame(width, height, x or (min(values, default=0.0), max(values, default=1.0)), y)
    parts = [_band(frame, band) for band in bands]
    parts.append(frame.axes(x_label, y_label))
    parts += [_mark(frame, mark) for mark in marks]
    parts += [_level(frame, level) for level in levels]
    parts += [_line(frame, line) for line in lines]
    parts.append(_legend([line for line in lines if line.label]))
    return _svg(width, height, parts, title or f"{y_label} / {x_label}")


def dot_plot(values: Sequence[float], *, x_label: str, marks: Iterable[Mark] = (), width: int = 460) -> str:
    """Each value a dot on one axis; equal ones are stacked."""
    high = max([1.0, *values])
    bins = 46
    heaps: dict[int, int] = {}
    places = []
    for value in sorted(values):
        place = min(bins, round(value / high * bins))
        heaps[place] = heaps.get(place, 0) + 1
        places.append((value, heaps[place]))
    tallest = max(heaps.values(), default=1)
    radius = min(5.0, 90 / tallest / 2)
    height = round(_TOP + _BOTTOM + 24 + 2 * radius * tallest)
    frame = _Frame(width, height, (0.0, high), (0.0, 1.0))
    bottom = height - _BOTTOM
    parts = [
        f'<text class="tick" text-anchor="middle" x="{frame.x(tick):.1f}" y="{bottom + 15}">{tick:g}</text>'
        for tick in ticks(0.0, high, most=8)
    ]
    parts.append(
        f'<line class="axis" x1="{_LEFT}" x2="{width - _RIGHT}" y1="{bottom}" y2="{bottom}"/>'
        f'<text class="name" text-anchor="middle" x="{width / 2}" y="{height - 6}">{escape(x_label)}</text>'
    )
    parts += [_mark(frame, mark) for mark in marks]
    parts += [
        f'<circle class="fill-blue" r="{radius * 0.85:.1f}" cx="{frame.x(value):.1f}" cy="{bottom - radius * (2 * level - 1):.1f}">'
        f"<title>{value:.2f} s</title></circle>"
        for value, level in places
    ]
    return _svg(width, height, parts, x_label)


def interval_bar(value: float, low: float, high: float, *, of: float, ink: Ink, width: int = 220) -> str:
    """A value between 0 and `of` with the interval around it."""
    scale = (width - 8) / of if of else 0.0
    left, right, at = (4 + scale * min(of, max(0.0, part)) for part in (low, high, value))
    return _svg(
        width,
        18,
        [
            f'<rect class="rail" x="4" y="7" width="{width - 8}" height="4" rx="2"/>',
            f'<rect class="soft-{ink}" x="{left:.1f}" y="4" width="{max(2.0, right - left):.1f}" height="10" rx="5"/>',
            f'<circle class="fill-{ink}" cx="{at:.1f}" cy="9" r="5"/>',
        ],
        f"{value:.3g} ({low:.3g} – {high:.3g})",
    )


def share_bar(share: float, ink: Ink, *, width: int = 120) -> str:
    return _svg(
        width,
        10,
        [
            f'<rect class="rail" width="{width}" height="10" rx="5"/>',
            f'<rect class="fill-{ink}" width="{max(0.0, min(1.0, share)) * width:.1f}" height="10" rx="5"/>',
        ],
        f"{share:.0%}",
    )


def ticks(low: float, high: float, *, most: int) -> list[float]:
    """At most `most` round numbers between."""
    span = high - low
    if span <= 0 or not math.isfinite(span):
        return [low]
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * factor for factor in (1, 2, 5, 10, 20) if span / (power * factor) <= most)
    first = math.ceil(low / step - 1e-9)
    return [round(i * step, 12) for i in range(first, math.floor(high / step + 1e-9) + 1)]


def _opened(span: tuple[float, float]) -> tuple[float, float]:
    low, high = span
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _band(frame: _Frame, band: Band) -> str:
    left = max(float(_LEFT), frame.x(band.start))
    right = min(float(frame.width - _RIGHT), frame.x(band.end))
    if right <= left:
        return ""
    return (
        f'<rect class="band" x="{left:.1f}" y="{_TOP}" width="{right - left:.1f}" height="{frame.height - _TOP - _BOTTOM}"/>'
        f'<text class="note" x="{left + 4:.1f}" y="{_TOP + 12}">{escape(band.label)}</text>'
    )


def _mark(frame: _Frame, mark: Mark) -> str:
    x = frame.x(mark.at)
    anchor = "end" if x > frame.width * 0.75 else "start"
    return (
        f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{frame.height - _BOTTOM}"/>'
        f'<text class="note" text-anchor="{anchor}" x="{x + (-4 if anchor == "end" else 4):.1f}" y="{_TOP + 10}">'
        f"{escape(mark.label)}</text>"
    )


def _level(frame: _Frame, level: Level) -> str:
    y, right = frame.y(level.at), frame.width - _RIGHT
    return (
        f'<line class="mark" x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="note" text-anchor="end" x="{right}" y="{y - 4:.1f}">{level.at:g}</text>'
    )


def _line(frame: _Frame, line: Line) -> str:
    places = [(frame.x(x), frame.y(y)) for x, y in line.points]
    if line.steps:
        places = _stepped(places)
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    drawn = f'<polyline class="line line-{line.ink}" points="{path}"/>'
    if line.dots:
        drawn += "".join(
            f'<circle class="fill-{line.ink}" r="3" cx="{frame.x(x):.1f}" cy="{frame.y(y):.1f}"/>'
            for x, y in line.points
        )
    return drawn


def _stepped(places: Sequence[Point]) -> list[Point]:
    stepped: list[Point] = []
    for x, y in places:
        if stepped:
            stepped.append((x, stepped[-1][1]))
        stepped.append((x, y))
    return stepped


def _legend(lines: Sequence[Line]) -> str:
    parts = []
    for i, line in enumerate(lines):
        y = _TOP + 28 + 16 * i
        parts.append(
            f'<rect class="fill-{line.ink}" x="{_LEFT + 8}" y="{y - 6}" width="14" height="4" rx="2"/>'
            f'<text class="note" x="{_LEFT + 27}" y="{y}">{escape(line.label)}</text>'
        )
    return "".join(parts)


def _svg(width: int, height: int, parts: Iterable[str], title: str) -> str:
    return (
        f'<svg role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
