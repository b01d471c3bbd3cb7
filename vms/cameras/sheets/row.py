"""From the rows of a sheet to what they say of cameras: headings are matched once, then each row value by value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runtime.errors import VmsError
from streams.errors import InvalidStreamUrl
from streams.url import StreamUrl, parse_stream_url
from vms.cameras.sheets.columns import BY_HEADING, COLUMNS, KEEP, REQUIRED, Column, Value, heading_key
from vms.cameras.sheets.errors import (
    CellMissing,
    CellWithoutColumn,
    ColumnDoubled,
    ColumnMissing,
    ColumnUnknown,
    SheetEmpty,
    SheetTooLong,
)
from vms.cameras.sheets.sheet import Row, Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    #: heading as it stands in the sheet; None where it is the row that is wrong
    column: str | None
    error: VmsError


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDraft:
    """What a row says; what it leaves open is not in `values`."""

    line: int
    #: of the configuration, by name, addresses without credentials; `unit` is still a reference
    values: Mapping[str, Value]
    #: None: what is stored stays
    password: str | None
    main: StreamUrl | None
    sub: StreamUrl | None
    faults: tuple[Fault, ...]

    def __repr__(self) -> str:
        return f"RowDraft(line {self.line})"  # never the password


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    #: None for a column without a heading, whose cells must be empty
    columns: tuple[Column | None, ...]
    #: heading as it stands in the sheet, by name of the value
    shown: Mapping[str, str]


def drafts(sheet: Sheet, *, most_rows: int) -> tuple[Headings, Iterator[RowDraft]]:
    """Raises: SheetEmpty, ColumnMissing, ColumnDoubled, ColumnUnknown and what reading the sheet raises; so do the rows."""
    first = next((row for row in sheet.rows if not row.is_blank), None)
    if first is None:
        raise SheetEmpty
    headings = _headings(first)
    return headings, _drafts(sheet.rows, headings, most_rows)


def _drafts(rows: Iterator[Row], headings: Headings, most_rows: int) -> Iterator[RowDraft]:
    for number, row in enumerate(rows, 1):
        if number > most_rows:
            raise SheetTooLong(most=most_rows)
        if not row.is_blank:
            yield _draft(row, headings)


def _headings(row: Row) -> Headings:
    columns: list[Column | None] = []
    shown: dict[str, str] = {}
    for cell in row.cells:
        text = "?" if isinstance(cell, VmsError) else cell
        if not text:
            columns.append(None)
            continue
        column = BY_HEADING.get(heading_key(text))
        if column is None:
            known = ", ".join(f"{each.name} {each.zh[0]}" for each in COLUMNS)
            raise ColumnUnknown(column=text[:40], known=known)
        if column.name in shown:
            raise ColumnDoubled(first=shown[column.name], second=text)
        shown[column.name] = text
        columns.append(column)
    missing = [column for column in COLUMNS if column.name in REQUIRED and column.name not in shown]
    if missing:
        raise ColumnMissing(columns=", ".join(f"{column.name} {column.zh[0]}" for column in missing))
    return Headings(columns=tuple(columns), shown=shown)


def _draft(row: Row, headings: Headings) -> RowDraft:
    values: dict[str, Value] = {}
    faults: list[Fault] = []
    for number, cell in enumerate(row.cells):
        column = headings.columns[number] if number < len(headings.columns) else None
        if column is None:
            if cell != "":
                faults.append(Fault(column=None, error=CellWithoutColumn(number=number + 1)))
            continue
        shown = headings.shown[column.name]
        if isinstance(cell, VmsError):
            faults.append(Fault(column=shown, error=cell))
        elif cell:
            try:
                values[column.name] = column.parse(cell)
            except VmsError as error:
                faults.append(Fault(column=shown, error=error))
        elif column.empty is not KEEP:
            values[column.name] = column.empty  # type: ignore[assignment]
    bad = {fault.column for fault in faults}
    needed = [headings.shown[name] for name in ("name", "main_url") if not values.get(name)]
    faults += [Fault(column=shown, error=CellMissing()) for shown in needed if shown not in bad]
    password = values.pop("password", None)
    main = _url(values, "main_url", headings, faults)
    sub = _url(values, "sub_url", headings, faults)
    return RowDraft(
        line=row.line,
        values=values,
        password=None if password is None else str(password),
        main=main,
        sub=sub,
        faults=tuple(faults),
    )


def _url(values: dict[str, Value], name: str, headings: Headings, faults: list[Fault]) -> StreamUrl | None:
    """The address in its parts; in `values` it is left without credentials."""
    text = values.get(name)
    if not text:
        return None
    try:
        url = parse_stream_url(str(text))
    except InvalidStreamUrl as error:
        del values[name]
        faults.append(Fault(column=headings.shown[name], error=error))
        return None
    values[name] = url.public
    return url
