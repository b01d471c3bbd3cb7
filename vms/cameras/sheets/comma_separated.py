"""CSV files: UTF-8 with or without a byte order mark, else GB18030; read within bounds, written for spreadsheets to open."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from vms.cameras.sheets.errors import (
    SheetEncodingUnknown,
    SheetQuoteWrong,
    SheetRowTooLong,
    SheetTooWide,
)
from vms.cameras.sheets.sheet import MOST_COLUMNS, MOST_ROW, Row, Sheet, quoted, unquoted


def read_csv(content: bytes) -> Sheet:
    """Raises: SheetEncodingUnknown; its rows raise SheetQuoteWrong, SheetRowTooLong, SheetTooWide."""
    encoding, text = _decoded(content)
    return Sheet(encoding=encoding, rows=_rows(text))


def write_csv(rows: Iterable[Sequence[str | float | int]]) -> bytes:
    """With a byte order mark, by which spreadsheets know UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([quoted(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _decoded(content: bytes) -> tuple[str, str]:
    if b"\0" in content:  # UTF-16, or no text at all
        raise SheetEncodingUnknown
    for encoding, codec in (("utf-8", "utf-8-sig"), ("gb18030", "gb18030")):
        try:
            return encoding, content.decode(codec)
        except UnicodeDecodeError:
            continue
    raise SheetEncodingUnknown


class _Lines:
    """Lines as the csv module wants them, refusing a row that has no end."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self._line = 0
        self._begin = 1
        self._length = 0

    def begin_row(self) -> int:
        """The line in which the next row begins."""
        self._begin, self._length = self._line + 1, 0
        return self._begin

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        # One letter more than may be: a line of any length costs no more than that.
        line = self._lines.readline(MOST_ROW + 1)
        if not line:
            raise StopIteration
        self._line += 1
        self._length += len(line)
        if self._length > MOST_ROW:
            raise SheetRowTooLong(line=self._begin, most=MOST_ROW)
        return line


def _rows(text: str) -> Iterator[Row]:
    lines = _Lines(text)
    reader = csv.reader(lines, strict=True)
    while True:
        line = lines.begin_row()
        try:
            cells = next(reader, None)
        except csv.Error:
            raise SheetQuoteWrong(line=line) from None
        if cells is None:
            return
        if len(cells) > MOST_COLUMNS:
            raise SheetTooWide(line=line, most=MOST_COLUMNS)
        yield Row(line=line, cells=[unquoted(cell) for cell in cells])
