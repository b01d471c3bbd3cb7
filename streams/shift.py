"""The times of fragments moved on, so that files which each begin at zero play one after another. Nothing else of them changes.

What is moved is the decoding time of a fragment in each of its tracks (tfdt, ISO/IEC 14496-12, 8.8.12), in its place.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from streams.fragment import boxes, find

_HEADER: Final = struct.Struct(">I4s")

#: bytes from the start of the file, and what stands there instead
Patch = tuple[int, bytes]


def timescales_of(head: bytes) -> dict[int, int]:
    """Ticks a second of each track of a file, from its ftyp and moov."""
    scales = {}
    for kind, trak in boxes(find(head, b"moov")):
        if kind == b"trak":
            tkhd, mdhd = find(trak, b"tkhd"), find(trak, b"mdia", b"mdhd")
            (track,) = struct.unpack_from(">I", tkhd, 20 if tkhd[0] else 12)
            (scales[track],) = struct.unpack_from(">I", mdhd, 20 if mdhd[0] else 12)
    return scales


def patches_of(moof: bytes, offset: int, seconds: float, timescales: Mapping[int, int]) -> list[Patch]:
    """What moves the fragment whose moof stands at `offset` of a file on by `seconds`."""
    patches: list[Patch] = []
    for kind, begin, end in _within(moof, 8, len(moof)):
        if kind != b"traf":
            continue
        track = 0
        for inner, at, _ in _within(moof, begin, end):
            if inner == b"tfhd":
                (track,) = struct.unpack_from(">I", moof, at + 4)
            elif inner == b"tfdt" and track in timescales:
                form = ">Q" if moof[at] else ">I"
                (time,) = struct.unpack_from(form, moof, at + 4)
                moved = time + round(seconds * timescales[track])
                patches.append((offset + at + 4, struct.pack(form, moved)))
    return patches


def patched(data: bytes, offset: int, patches: Sequence[Patch]) -> bytes:
    """Bytes that stand at `offset` of a file, with what of the patches falls into them."""
    changed = bytearray(data)
    for at, new in patches:
        for place, byte in enumerate(new, at - offset):
            if 0 <= place < len(changed):
                changed[place] = byte
    return bytes(changed)


def shifted(fragments: bytes, seconds: float, timescales: Mapping[int, int]) -> bytes:
    """Whole fragments, all of them moved on."""
    patches: list[Patch] = []
    for kind, begin, end in _within(fragments, 0, len(fragments)):
        if kind == b"moof":
            patches += patches_of(fragments[begin - 8 : end], begin - 8, seconds, timescales)
    return patched(fragments, 0, patches)


def _within(data: bytes, begin: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind of each box, and where what it holds begins and ends."""
    while begin + 8 <= end:
        size, kind = _HEADER.unpack_from(data, begin)
        if size < 8:
            return
        yield kind, begin + 8, min(begin + size, end)
        begin += size
