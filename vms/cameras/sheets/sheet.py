"""A sheet as rows of text, whatever file it came from, and the bounds within which one is read. No I/O.

Text that a spreadsheet would run as a formula is written with a ' before it, and read back without it: what is exported
is what is imported, and nothing in it runs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from runtime.errors import VmsError
from vms.cameras.sheets.errors import CellFormula, CellTooLong

#: columns that are looked at at all
MOST_COLUMNS: Final = 100
#: letters of a cell, and of a row
MOST_CELL: Final = 20_000
MOST_ROW: Final = 65_536

#: a cell's text, or why it cannot be used
Cell = str | VmsError

_RUNS: Final = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")
_RUN_BUT_QUOTED: Final = re.compile(r"'+[=+\-@＝＋－＠\t\r\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    #: of the file, from 1; where the row begins
    line: int
    cells: list[Cell]

    @property
    def is_blank(self) -> bool:
        return all(cell == "" for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    #: as it was read: utf-8, gb18030, xlsx
    encoding: str
    rows: Iterator[Row]


def quoted(text: str) -> str:
    """The text as it may stand in a sheet without being run."""
    return f"'{text}" if _RUNS.match(text) else text


def unquoted(text: str) -> Cell:
    """The text of a cell as it was before it was quoted."""
    if len(text) > MOST_CELL:
        return CellTooLong(most=MOST_CELL)
    text = text.strip()
    if text.startswith(("=", "＝")):
        return CellFormula()
    return text[1:] if _RUN_BUT_QUOTED.match(text) else text
