"""Workbooks (.xlsx): the first sheet, read within bounds, without running or trusting anything in it.

How much a workbook unpacks to and what is in it is looked through first (workbook_guard.py); zipfile never reads more of
a member than the size that was declared.
"""

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from vms.cameras.sheets.errors import (
    CellBroken,
    CellFormula,
    CellNumberLossy,
    SheetTooLarge,
    SheetTooWide,
    WorkbookUnreadable,
)
from vms.cameras.sheets.sheet import MOST_COLUMNS, Cell, Row, Sheet, quoted, unquoted
from vms.cameras.sheets.workbook_guard import look_through

#: what openpyxl raises on a file that is none, or is broken somewhere
_BROKEN: Final = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    ExpatError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
    RuntimeError,
)
# Of styles and extensions that nobody here reads.
warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")

#: a spreadsheet keeps so many digits of a number
_EXACT: Final = 10**15


def read_workbook(content: bytes, *, most_bytes: int) -> Sheet:
    """Raises: WorkbookUnreadable, SheetTooLarge; its rows raise these and SheetTooWide."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > most_bytes:
                raise SheetTooLarge(most=most_bytes)
            look_through(archive)
    except _BROKEN as error:
        raise WorkbookUnreadable(reason=_reason(error)) from error
    return Sheet(encoding="xlsx", rows=_rows(content))


def write_workbook(rows: Iterable[Sequence[str | float | int]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("cameras")
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([quoted(cell) if isinstance(cell, str) else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(content: bytes) -> Iterator[Row]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # declared by the file; a lie would cost memory
    except _BROKEN as error:
        raise WorkbookUnreadable(reason=_reason(error)) from error
    found = iter(sheet.iter_rows(max_col=MOST_COLUMNS + 1))
    line = 0
    while True:
        line += 1
        try:
            cells = next(found, None)
        except _BROKEN as error:
            raise WorkbookUnreadable(reason=_reason(error)) from error
        if cells is None:
            return
        if len(cells) > MOST_COLUMNS and cells[MOST_COLUMNS].value is not None:
            raise SheetTooWide(line=line, most=MOST_COLUMNS)
        yield Row(line=line, cells=[_text(cell.value, cell.data_type) for cell in cells[:MOST_COLUMNS]])


def _text(value: object, kind: str) -> Cell:
    """As somebody would have typed it into a CSV file."""
    if value is None:
        return ""
    if kind == "f":
        return CellFormula()
    if kind == "e":
        return CellBroken(text=str(value))
    if isinstance(value, str):
        return unquoted(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        if abs(value) >= _EXACT:
            return CellNumberLossy()
        return str(int(value)) if float(value).is_integer() else repr(value)
    return str(value)


def _reason(error: Exception) -> str:
    """Short, and without what the file itself may have put there."""
    return type(error).__name__
