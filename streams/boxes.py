"""The top-level boxes of an MP4 file (ISO/IEC 14496-12, 4.2), and how much of a fragmented file is whole."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

_HEADER = struct.Struct(">I4s")
_LARGE_SIZE = struct.Struct(">Q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    #: four letters: ftyp, moov, moof, mdat, mfra
    kind: str
    #: bytes from the start of the file
    offset: int
    #: bytes, header included, as the header says; a box that was being written may be longer than the file
    size: int

    @property
    def end(self) -> int:
        return self.offset + self.size


def read_boxes(file: BinaryIO) -> list[Box]:
    """The top-level boxes in order, up to the first header that is cut off or makes no sense. Reads only headers."""
    boxes: list[Box] = []
    offset = 0
    while True:
        file.seek(offset)
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return boxes
        size, kind = _HEADER.unpack(header)
        smallest = _HEADER.size
        if size == 1:
            large = file.read(_LARGE_SIZE.size)
            if len(large) < _LARGE_SIZE.size:
                return boxes
            (size,) = _LARGE_SIZE.unpack(large)
            smallest += _LARGE_SIZE.size
        # A size of 0 means "to the end of the file": nothing that this server writes, but what a crash leaves.
        if size < smallest or not (kind.isascii() and kind.isalnum()):
            return boxes
        boxes.append(Box(kind=kind.decode("ascii"), offset=offset, size=size))
        offset += size


def whole_length(boxes: Sequence[Box], file_size: int) -> int:
    """Bytes up to the end of the last whole fragment (moof and its mdat), or 0 without one.

    What comes behind, an index for instance, is given up: a file is played without it.
    """
    if [box.kind for box in boxes[:2]] != ["ftyp", "moov"]:
        return 0
    length = 0
    for moof, mdat in pairwise(boxes[2:]):
        if (moof.kind, mdat.kind) == ("moof", "mdat") and mdat.end <= file_size:
            length = mdat.end
    return length
