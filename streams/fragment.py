"""The fragments of a recorded file: where each lies, how long it lasts, and the hash of the pictures in it.

A fragment (moof and its mdat, ISO/IEC 14496-12, 8.8) is a GOP, or a part of a very long one. Its hash is the SHA-256 of its
video samples one after another in decoding order, without any of the container's own bytes: whoever copies the samples into
another file can prove that they are the same. Read as a stream, so that a file is hashed while it is written.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from streams.errors import VideoUnreadable

_HEADER: Final = struct.Struct(">I4s")
_LARGE: Final = struct.Struct(">Q")
_BLOCK: Final = 1 << 20
#: read at the beginning of each box: most moofs are smaller
_GLANCE: Final = 2048
#: a moov or moof larger than this, in bytes, is not one of ours
_MOST_META: Final = 16 << 20
#: a sample that depends on others (14496-12, 8.8.3.1: sample_is_non_sync_sample)
_NOT_SYNC: Final = 0x10000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    #: bytes from the start of the file to its moof, and of moof and mdat together
    offset: int
    size: int
    #: video samples in it
    samples: int
    #: ticks: decoding time of the first sample, and of all samples together
    decode_time: int
    duration: int
    #: whether it begins with a keyframe
    keyframe: bool
    #: bytes of the moof, and of its first video sample in the mdat
    moof_size: int
    first_sample: int
    #: bytes from the start of the file to that sample
    first_sample_at: int
    #: SHA-256 of its video samples; empty where the file was only scanned
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FileIndex:
    #: bytes of ftyp and moov together: what a player needs before any fragment
    head: int
    #: ticks a second of the video
    timescale: int
    fragments: tuple[Fragment, ...]
    #: SHA-256 of the whole file; empty where it was only scanned
    sha256: bytes

    @property
    def media_sha256(self) -> bytes:
        """SHA-256 of the fragments' hashes, one after another."""
        return media_hash(fragment.sha256 for fragment in self.fragments)


def media_hash(fragments: Iterable[bytes]) -> bytes:
    """What stands for all pictures of a file: SHA-256 of its fragments' hashes in their order."""
    return hashlib.sha256(b"".join(fragments)).digest()


def index_file(path: Path, *, until: int | None = None) -> FileIndex:
    """Read a whole recorded file once. `until`: bytes, where only the beginning is wanted. Raises VideoUnreadable, OSError."""
    reader = FragmentReader()
    left = until
    with path.open("rb") as file:
        while block := file.read(_BLOCK if left is None else min(_BLOCK, left)):
            reader.feed(block)
            left = None if left is None else left - len(block)
    return reader.index(str(path))


def scan_file(path: Path) -> FileIndex:
    """Where the fragments lie, without reading the pictures: no hashes. What is cut off at the end is left out.

    Raises VideoUnreadable, OSError.
    """
    track: _Track | None = None
    head = offset = 0
    moof: _Moof | None = None
    fragments: list[Fragment] = []
    with path.open("rb", buffering=0) as file:
        end = file.seek(0, 2)
        while offset + 8 <= end:
            file.seek(offset)
            block = file.read(_GLANCE)
            size, kind = _HEADER.unpack_from(block)
            begin = 8
            if size == 1 and len(block) >= 16:
                (size,), begin = _LARGE.unpack_from(block, 8), 16
            if size < begin or offset + size > end or (kind in (b"moov", b"moof") and size > _MOST_META):
                break
            try:
                if kind in (b"moov", b"moof"):
                    meta = block[begin:size] + (file.read(size - len(block)) if size > len(block) else b"")
                    if kind == b"moov":
                        track, head = _video_track(meta), offset + size
                    elif track is not None:
                        moof = _read_moof(meta, offset, size, track)
                elif kind == b"mdat" and moof is not None:
                    fragments.append(moof.fragment(offset + size, b""))
                    moof = None
            except (struct.error, ValueError, IndexError):
                break
            offset += size
    if track is None:
        raise VideoUnreadable(url=str(path), reason="it is not a fragmented MP4 with video")
    return FileIndex(head=head, timescale=track.timescale, fragments=tuple(fragments), sha256=b"")


class FragmentReader:
    """Fed with the bytes of a file as they come. What makes no sense ends the reading of fragments, not the hash of the file."""

    def __init__(self) -> None:
        self._file = hashlib.sha256()
        self._offset = 0
        self._meta = bytearray()
        self._box: tuple[bytes, int, int] | None = None  # kind, offset, size
        self._track: _Track | None = None
        self._moof: _Moof | None = None
        self._samples = hashlib.sha256()
        self._head = 0
        self._lost = False
        self.fragments: list[Fragment] = []

    def feed(self, data: bytes | memoryview) -> None:
        self._file.update(data)
        view = memoryview(data)
        while len(view) and not self._lost:
            view = view[self._take(view) :]

    @property
    def sha256(self) -> bytes:
        """Of everything so far."""
        return self._file.digest()

    @property
    def media_sha256(self) -> bytes:
        return media_hash(fragment.sha256 for fragment in self.fragments)

    def index(self, path: str) -> FileIndex:
        """Raises VideoUnreadable."""
        if self._track is None:
            raise VideoUnreadable(url=path, reason="it is not a fragmented MP4 with video")
        return FileIndex(
            head=self._head,
            timescale=self._track.timescale,
            fragments=tuple(self.fragments),
            sha256=self.sha256,
        )

    def _take(self, view: memoryview) -> int:
        """Use up some of `view`; returns how many bytes."""
        if self._box is None:
            return self._begin(view)
        kind, offset, size = self._box
        here = view[: offset + size - self._offset]
        if kind == b"mdat":
            self._add_samples(here)
        elif kind in (b"moov", b"moof"):
            self._meta += here
        self._offset += len(here)
        if self._offset == offset + size:
            self._end(kind, offset, size)
        return len(here)

    def _begin(self, view: memoryview) -> int:
        """A header may come in pieces."""
        wanted = 16 if self._meta[:4] == b"\0\0\0\1" else 8
        here = view[: wanted - len(self._meta)]
        self._meta += here
        if len(self._meta) < wanted or (wanted == 8 and self._meta[:4] == b"\0\0\0\1"):
            return len(here)
        size, kind = _HEADER.unpack_from(self._meta)
        if wanted == 16:
            (size,) = _LARGE.unpack_from(self._meta, 8)
        if size < wanted or (kind in (b"moov", b"moof") and size > _MOST_META):
            self._lost = True
        self._box = (bytes(kind), self._offset, size)
        self._offset += wanted
        self._meta.clear()
        if size == wanted:
            self._end(bytes(kind), self._box[1], size)
        return len(here)

    def _end(self, kind: bytes, offset: int, size: int) -> None:
        try:
            if kind == b"moov":
                self._track = _video_track(bytes(self._meta))
                self._head = offset + size
            elif kind == b"moof" and self._track is not None:
                self._moof = _read_moof(bytes(self._meta), offset, size, self._track)
                self._samples = hashlib.sha256()
            elif kind == b"mdat" and self._moof is not None:
                self.fragments.append(self._moof.fragment(offset + size, self._samples.digest()))
                self._moof = None
        except (struct.error, ValueError, IndexError):
            self._lost = True
        self._box = None
        self._meta.clear()

    def _add_samples(self, here: memoryview) -> None:
        if self._moof is None:
            return
        for begin, end in self._moof.extents:
            first, last = max(begin, self._offset), min(end, self._offset + len(here))
            if first < last:
                self._samples.update(here[first - self._offset : last - self._offset])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Track:
    """The video track, and what its samples are like where a fragment does not say."""

    id: int
    timescale: int
    duration: int
    size: int
    flags: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moof:
    offset: int
    size: int
    #: bytes of the file, from and to, that hold video samples, in order
    extents: Sequence[tuple[int, int]]
    samples: int
    decode_time: int
    duration: int
    keyframe: bool
    first_sample: int

    def fragment(self, end: int, sha256: bytes) -> Fragment:
        return Fragment(
            offset=self.offset,
            size=end - self.offset,
            samples=self.samples,
            decode_time=self.decode_time,
            duration=self.duration,
            keyframe=self.keyframe,
            moof_size=self.size,
            first_sample=self.first_sample,
            first_sample_at=self.extents[0][0] if self.extents else end,
            sha256=sha256,
        )


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and payload of the boxes in a box."""
    at = 0
    while at + 8 <= len(data):
        size, kind = _HEADER.unpack_from(data, at)
        if size < 8:
            raise ValueError("a box of no size")
        yield kind, data[at + 8 : at + size]
        at += size


def find(data: bytes, *path: bytes) -> bytes:
    for wanted in path:
        data = next((payload for kind, payload in boxes(data) if kind == wanted), b"")
    return data


def _number(data: bytes, at: int) -> int:
    (number,) = struct.unpack_from(">I", data, at)
    return int(number)


def _video_track(moov: bytes) -> _Track | None:
    for kind, trak in boxes(moov):
        if kind != b"trak" or find(trak, b"mdia", b"hdlr")[8:12] != b"vide":
            continue
        tkhd, mdhd = find(trak, b"tkhd"), find(trak, b"mdia", b"mdhd")
        track_id = _number(tkhd, 20 if tkhd[0] else 12)
        for kind_, trex in boxes(find(moov, b"mvex")):
            if kind_ == b"trex" and _number(trex, 4) == track_id:
                return _Track(
                    id=track_id,
                    timescale=_number(mdhd, 20 if mdhd[0] else 12),
                    duration=_number(trex, 12),
                    size=_number(trex, 16),
                    flags=_number(trex, 20),
                )
    return None


def _read_moof(moof: bytes, offset: int, size: int, track: _Track) -> _Moof | None:
    """None where it holds no video."""
    for kind, traf in boxes(moof):
        if kind == b"traf" and _number(tfhd := find(traf, b"tfhd"), 4) == track.id:
            return _read_traf(traf, tfhd, offset, size, track)
    return None


def _read_traf(traf: bytes, tfhd: bytes, offset: int, size: int, track: _Track) -> _Moof:
    flags, at = _number(tfhd, 0) & 0xFFFFFF, 8
    if flags & 0x01 or not flags & 0x020000:
        raise ValueError("offsets are not counted from the moof")
    at += 4 if flags & 0x02 else 0
    usual = [track.duration, track.size, track.flags]
    for index, bit in enumerate((0x08, 0x10, 0x20)):
        if flags & bit:
            usual[index] = _number(tfhd, at)
            at += 4
    tfdt = find(traf, b"tfdt")
    (decode_time,) = struct.unpack_from(">Q" if tfdt[0] else ">I", tfdt, 4)
    extents: list[tuple[int, int]] = []
    samples = duration = first_sample = 0
    keyframe = False
    for kind, trun in boxes(traf):
        if kind != b"trun":
            continue
        run = _read_trun(trun, usual)
        begin = offset + run.data_offset
        extents.append((begin, begin + sum(run.sizes)))
        if samples == 0 and run.sizes:
            keyframe, first_sample = not run.first_flags & _NOT_SYNC, run.sizes[0]
        samples += len(run.sizes)
        duration += sum(run.durations)
    return _Moof(
        offset=offset,
        size=size,
        extents=extents,
        samples=samples,
        decode_time=decode_time,
        duration=duration,
        keyframe=keyframe,
        first_sample=first_sample,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    data_offset: int
    sizes: Sequence[int]
    durations: Sequence[int]
    first_flags: int


def _read_trun(trun: bytes, usual: Sequence[int]) -> _Run:
    flags, count, at = _number(trun, 0) & 0xFFFFFF, _number(trun, 4), 8
    data_offset = 0
    if flags & 0x01:
        (data_offset,) = struct.unpack_from(">i", trun, at)
        at += 4
    first_flags = usual[2]
    if flags & 0x04:
        first_flags = _number(trun, at)
        at += 4
    fields = [bit for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit]
    numbers = struct.unpack_from(f">{count * len(fields)}I", trun, at)
    columns = {bit: numbers[index :: len(fields)] for index, bit in enumerate(fields)}
    if 0x400 in columns and count:
        first_flags = columns[0x400][0]
    return _Run(
        data_offset=data_offset,
        sizes=columns.get(0x200, (usual[1],) * count),
        durations=columns.get(0x100, (usual[0],) * count),
        first_flags=first_flags,
    )
