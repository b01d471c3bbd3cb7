"""What people say happens in a video: events with a start and an end, or how many persons there are at an instant.

Two forms of CSV, told apart by their first line: `file,event,start_s,end_s` and `file,frame,time_s,count`. Files are named
relative to the CSV. Every further column is a tag (light, kind, place) by which results can be grouped.
"""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.event import EVENT_KINDS, EventKind
from detectors.label_errors import (
    LabelColumnsUnknown,
    LabelContradicted,
    LabelError,
    LabelEventUnknown,
    LabelFieldEmpty,
    LabelledFileMissing,
    LabelNumberInvalid,
    LabelRowTorn,
    LabelsEmpty,
    LabelsMissing,
    LabelsNotText,
    LabelTimesSwapped,
    LabelTimesWithoutEvent,
)

_EVENT_COLUMNS = ("file", "event", "start_s", "end_s")
_COUNT_COLUMNS = ("file", "time_s", "count")
#: columns that are neither read nor tags
_UNREAD = ("frame",)
#: what Excel writes in China, after what everybody else writes
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLabel:
    """An event that happens."""

    #: of the CSV, counted from 1
    line: int
    kind: EventKind
    #: media time, seconds
    start_s: float
    end_s: float
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLabel:
    """How many persons are to be seen at one instant."""

    line: int
    #: media time, seconds
    time_s: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledClip:
    """What is said of one video."""

    #: as the CSV names it
    name: str
    path: Path
    #: first line about it
    line: int
    #: in the order of their start; none where nothing must fire
    events: tuple[EventLabel, ...]
    #: in the order of their time
    counts: tuple[CountLabel, ...]
    #: of its first line
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    path: Path
    #: whether the rows are about events; about counts otherwise
    about_events: bool
    #: in the order in which the CSV names them first
    clips: tuple[LabelledClip, ...]

    @property
    def kinds(self) -> frozenset[EventKind]:
        """Kinds of event that are labelled."""
        return frozenset(event.kind for clip in self.clips for event in clip.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    path: Path
    line: int
    fields: Mapping[str, str]
    tags: Mapping[str, str]

    def text(self, column: str) -> str:
        """Raises: LabelFieldEmpty."""
        text = self.fields[column]
        if not text:
            raise LabelFieldEmpty(path=self.path, line=self.line, column=column)
        return text

    def number(self, column: str) -> float:
        """Raises: LabelFieldEmpty, LabelNumberInvalid."""
        text = self.text(column)
        try:
            number = float(text)
        except ValueError as error:
            raise self._invalid(column) from error
        if not math.isfinite(number) or number < 0:
            raise self._invalid(column)
        return number

    def whole_number(self, column: str) -> int:
        number = self.number(column)
        if number != int(number):
            raise self._invalid(column)
        return int(number)

    def _invalid(self, column: str) -> LabelError:
        return LabelNumberInvalid(path=self.path, line=self.line, column=column, value=self.fields[column])


def read_labels(path: Path) -> Labels:
    """Raises: LabelError, with the line and what is wrong with it."""
    rows = list(_rows(path))
    if not rows:
        raise LabelsEmpty(path=path)
    about_events = "event" in rows[0].fields
    by_file: dict[str, list[_Row]] = {}
    for row in rows:
        by_file.setdefault(row.text("file"), []).append(row)
    clips = [_clip(path, name, of_file, about_events) for name, of_file in by_file.items()]
    return Labels(path=path, about_events=about_events, clips=tuple(clips))


def grouping_tags(clips: Sequence[LabelledClip]) -> tuple[str, ...]:
    """Tags by which results are worth grouping: a few values, each for several clips."""
    names = dict.fromkeys(name for clip in clips for name in clip.tags)
    return tuple(
        name
        for name in names
        if 2 <= len({clip.tags.get(name, "") for clip in clips}) <= min(20, 0.6 * len(clips))
    )


def _rows(path: Path) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(_text(path), newline=""))
    try:
        heading = [column.strip() for column in next(reader, [])]
        columns = next((form for form in (_EVENT_COLUMNS, _COUNT_COLUMNS) if set(form) <= set(heading)), None)
        if columns is None:
            raise LabelColumnsUnknown(path=path, columns=",".join(heading) or "-")
        for values in reader:
            if any(value.strip() for value in values):
                yield _row(path, reader.line_num, heading, columns, values)
    except csv.Error as error:
        raise LabelsNotText(path=path) from error


def _row(
    path: Path, line: int, heading: Sequence[str], columns: Sequence[str], values: Sequence[str]
) -> _Row:
    if len(values) != len(heading):
        raise LabelRowTorn(path=path, line=line, found=len(values), expected=len(heading))
    fields = {name: value.strip() for name, value in zip(heading, values, strict=True)}
    tags = {
        name: value for name, value in fields.items() if name and name not in columns and name not in _UNREAD
    }
    return _Row(path=path, line=line, fields={name: fields[name] for name in columns}, tags=tags)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LabelsMissing(path=path, reason=error.strerror or str(error)) from error
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LabelsNotText(path=path)


def _clip(path: Path, name: str, rows: Sequence[_Row], about_events: bool) -> LabelledClip:
    file = path.parent / name
    if not file.is_file():
        raise LabelledFileMissing(path=path, line=rows[0].line, file=name)
    return LabelledClip(
        name=name,
        path=file,
        line=rows[0].line,
        events=_events(name, rows) if about_events else (),
        counts=() if about_events else _counts(rows),
        tags=rows[0].tags,
    )


def _events(name: str, rows: Sequence[_Row]) -> tuple[EventLabel, ...]:
    named = [row for row in rows if row.fields["event"]]
    silent = [row for row in rows if not row.fields["event"]]
    for row in silent:
        if row.fields["start_s"] or row.fields["end_s"]:
            raise LabelTimesWithoutEvent(path=row.path, line=row.line, known=", ".join(EVENT_KINDS))
    if named and silent:
        raise LabelContradicted(path=named[0].path, line=silent[0].line, earlier=named[0].line, file=name)
    return tuple(sorted(map(_event, named), key=lambda label: (label.start_s, label.end_s)))


def _event(row: _Row) -> EventLabel:
    kind = row.fields["event"]
    if kind not in EVENT_KINDS:
        raise LabelEventUnknown(path=row.path, line=row.line, event=kind, known=", ".join(EVENT_KINDS))
    start_s, end_s = row.number("start_s"), row.number("end_s")
    if end_s < start_s:
        raise LabelTimesSwapped(path=row.path, line=row.line, start_s=start_s, end_s=end_s)
    return EventLabel(line=row.line, kind=kind, start_s=start_s, end_s=end_s, tags=row.tags)


def _counts(rows: Sequence[_Row]) -> tuple[CountLabel, ...]:
    labels = [
        CountLabel(line=row.line, time_s=row.number("time_s"), count=row.whole_number("count"))
        for row in rows
    ]
    return tuple(sorted(labels, key=lambda label: label.time_s))
