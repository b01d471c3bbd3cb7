"""Hours: when a rule is on, by days of the week and time of day, as somebody writes it. No I/O, and no clock.

`07:00-22:00` is every day; `mon-fri 07:00-12:00 14:00-22:00; sat sun 09:00-23:00` names days; `22:00-06:00` goes over
midnight and belongs to the day on which it begins. The Chinese words for days are read too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from detectors.errors import HoursUnreadable

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EVERY: Final = frozenset(range(7))
_WORDS: Final[Mapping[str, frozenset[int]]] = {
    **{day: frozenset({number}) for number, day in enumerate(_DAYS)},
    **{f"{week}{day}": frozenset({n}) for week in ("周", "星期") for n, day in enumerate("一二三四五六日")},
    "周天": frozenset({6}),
    "星期天": frozenset({6}),
    "weekdays": frozenset(range(5)),
    "工作日": frozenset(range(5)),
    "weekend": frozenset({5, 6}),
    "周末": frozenset({5, 6}),
    "daily": _EVERY,
    "每天": _EVERY,
}
_SIGNS: Final = str.maketrans(
    {"：": ":", "～": "-", "~": "-", "–": "-", "—": "-", "至": "-", "到": "-"}
    | dict.fromkeys(";；,，、", " ")
)
_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)
_DAY_MINUTES: Final = 24 * 60
#: letters of a text that is read, and spans of it
_LONGEST: Final = 400
_MOST_SPANS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    #: 0 is Monday; the days on which it begins
    days: tuple[int, ...]
    #: minutes since midnight; an end at or before the start is on the next day
    start: int
    end: int

    def covers(self, day: int, minute: int) -> bool:
        if self.start < self.end:
            return day in self.days and self.start <= minute < self.end
        began_today = day in self.days and minute >= self.start
        return began_today or ((day - 1) % 7 in self.days and minute < self.end)


@dataclass(frozen=True, slots=True)
class Hours:
    """Equal where they are written alike, whatever words somebody used."""

    spans: tuple[Span, ...]

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """Raises: HoursUnreadable."""
        if len(text) > _LONGEST:
            raise HoursUnreadable(text=f"{text[:40]}…")
        spans = tuple(sorted(set(_spans(tokens_of(text), text))))
        if not spans or len(spans) > _MOST_SPANS:
            raise HoursUnreadable(text=text[:80])
        return cls(spans)

    def covers(self, local: datetime) -> bool:
        """Whether a moment lies in them, given in the time of the place."""
        day, minute = local.weekday(), local.hour * 60 + local.minute
        return any(span.covers(day, minute) for span in self.spans)

    def __str__(self) -> str:
        """What `parse` reads."""
        groups = [
            (days, " ".join(f"{_clock(span.start)}-{_clock(span.end)}" for span in spans))
            for days, spans in groupby(self.spans, key=lambda span: span.days)
        ]
        if len(groups) == 1 and len(groups[0][0]) == 7:
            return groups[0][1]
        return "; ".join(f"{_named(days)} {times}" for days, times in groups)


def tokens_of(text: str) -> list[str]:
    """Words and spans, without the signs between them."""
    return re.sub(r"\s*-\s*", "-", text.lower().translate(_SIGNS)).split()


def _spans(tokens: Iterable[str], text: str) -> Iterator[Span]:
    days: frozenset[int] = frozenset()
    named = False  # the token before was a day: more days may follow
    for token in tokens:
        if ":" in token:
            yield _span(token, days or _EVERY, text)
            named = False
        else:
            days = _days(token, text) | (days if named else frozenset())
            named = True
    if named:
        raise HoursUnreadable(text=text[:80])


def _span(token: str, days: frozenset[int], text: str) -> Span:
    found = _SPAN.fullmatch(token)
    if found is None:
        raise HoursUnreadable(text=text[:80])
    from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if max(from_minute, to_minute) > 59 or start >= _DAY_MINUTES or end > _DAY_MINUTES or start == end:
        raise HoursUnreadable(text=text[:80])
    return Span(days=tuple(sorted(days)), start=start, end=end)


def _days(token: str, text: str) -> frozenset[int]:
    first, dash, last = token.partition("-")
    if not dash and first in _WORDS:
        return _WORDS[first]
    ends = [_WORDS.get(word, frozenset()) for word in (first, last)]
    if not dash or any(len(end) != 1 for end in ends):
        raise HoursUnreadable(text=text[:80])
    (start,), (end,) = ends
    return frozenset((start + i) % 7 for i in range((end - start) % 7 + 1))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _named(days: tuple[int, ...]) -> str:
    """ "mon-fri" of three days on end or more."""
    if len(days) == 7:
        return "daily"
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return " ".join(
        f"{_DAYS[run[0]]}-{_DAYS[run[-1]]}" if len(run) > 2 else " ".join(_DAYS[day] for day in run)
        for run in runs
    )
