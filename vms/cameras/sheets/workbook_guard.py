"""A look through a workbook before openpyxl builds anything of it: so many elements, so deep, so wide, and no entities.

A workbook that is small on disk can be made to fill the memory (a row of ten million cells, a table of as many texts);
this pass keeps nothing and costs a second for the largest sheet that is read.
"""

import zipfile
from typing import Final
from xml.parsers import expat

from vms.cameras.sheets.errors import SheetTooWide, WorkbookUnreadable

#: a sheet of 50,000 rows and all columns has under 6 million, its texts included
MOST_ELEMENTS: Final = 8_000_000
#: of every part that is neither a sheet nor its texts
MOST_OTHER_ELEMENTS: Final = 200_000
MOST_DEPTH: Final = 64
_MOST_CELLS_OF_A_ROW: Final = 2_000
_CHUNK: Final = 1 << 16


def look_through(archive: zipfile.ZipFile) -> None:
    """Raises: WorkbookUnreadable, SheetTooWide, and what zipfile and expat raise on a broken file."""
    left = {"sheets": MOST_ELEMENTS, "others": MOST_OTHER_ELEMENTS}
    for member in archive.infolist():
        is_sheet = "worksheets/" in member.filename or member.filename.endswith("sharedStrings.xml")
        part = _Part(left["sheets" if is_sheet else "others"])
        try:
            with archive.open(member) as stream:
                while chunk := stream.read(_CHUNK):
                    part.parser.Parse(chunk, False)
                part.parser.Parse(b"", True)
        except expat.ExpatError:
            # A picture, say. Whatever reads it as XML later comes exactly as far, by any name that it has.
            if member.filename.endswith((".xml", ".rels")):
                raise
        left["sheets" if is_sheet else "others"] = part.left


class _Part:
    """Counts the elements of one part."""

    def __init__(self, left: int) -> None:
        self.left = left
        self._depth = 0
        self._cells = 0
        self._row = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._entity

    def _start(self, name: str, _attributes: object) -> None:
        self.left -= 1
        self._depth += 1
        if self.left < 0 or self._depth > MOST_DEPTH:
            raise WorkbookUnreadable(reason="too much in it")
        if name.endswith(" c"):
            self._cells += 1
            if self._cells > _MOST_CELLS_OF_A_ROW:
                raise SheetTooWide(line=self._row, most=_MOST_CELLS_OF_A_ROW)
        elif name.endswith(" row"):
            self._cells = 0
            self._row += 1

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _entity(self, *_: object) -> None:
        raise WorkbookUnreadable(reason="it declares entities")
