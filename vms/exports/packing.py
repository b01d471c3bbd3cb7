"""Recorded files to a package of evidence on disk: everything here blocks, and is called in a thread.

A work that was interrupted begins anew: nothing of it is taken over, for nobody knows whether it is whole.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from runtime.chain import Digest, canonical
from runtime.disk import sync_folder
from streams.clip import ClipPart, cut_clip, fragments_within
from streams.errors import RecordingFailed, StreamError
from streams.fragment import FileIndex, index_file
from streams.segment import ChainedSegment, Segment, iso
from vms.evidence.manifest import (
    FORMAT,
    KEY,
    MANIFEST,
    SEAL,
    SIGNATURE,
    PackedCamera,
    PackedClip,
    PackedSegment,
    camera_as_json,
    seal_of,
)
from vms.exports.masking import MaskedAsked, Masker
from vms.exports.material import CameraMaterial
from vms.exports.pages import verify_page, viewer_page

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a package is made for; of `head` everything stands in its manifest."""

    start_at: datetime
    end_at: datetime
    made_at: datetime
    #: of the manifest: made_by, software, access …
    head: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """A package but for its signature: what is to be signed, and what the zip will hold."""

    manifest: Mapping[str, object]
    folder: Path
    names: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A recorded file as it was found."""

    chained: ChainedSegment
    path: Path
    index: FileIndex
    first: int
    last: int
    #: media time of its beginning within the clip's run
    offset_s: float


def pack_clips(
    asked: Asked,
    material: Sequence[CameraMaterial],
    folder: Path,
    *,
    path_of: Callable[[Segment], Path],
    on_bytes: Callable[[int], None] = lambda _count: None,
    masked: tuple[Masker, MaskedAsked] | None = None,
) -> Unsigned:
    """Cut the clips into `folder` and say what they are; where `masked` is given, their masked copies beside or instead.

    `on_bytes` hears how many bytes of recorded files were dealt with, and may raise to give up. Raises RecordingFailed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cameras = [_pack_camera(asked, each, folder, path_of, on_bytes) for each in material]
    if masked is not None:
        cameras = [
            _masked(camera, each, folder, masked, on_bytes)
            for camera, each in zip(cameras, material, strict=True)
        ]
    manifest: dict[str, object] = {
        "format": FORMAT,
        **asked.head,
        "made_at": iso(asked.made_at),
        "asked": {
            "cameras": [each.camera_id for each in material],
            "start_at": iso(asked.start_at),
            "end_at": iso(asked.end_at),
        },
        "cutting": "whole groups of pictures, not re-encoded; players begin at begins_at",
        "cameras": [camera_as_json(camera) for camera in cameras],
    }
    pages = {"index.html": viewer_page(manifest), "VERIFY.txt": verify_page(manifest)}
    for name, text in pages.items():
        (folder / name).write_text(text, "utf-8")
    names = [*pages, *(name for camera in cameras for name in camera.files)]
    manifest["files"] = {name: _facts(folder / name) for name in names}
    return Unsigned(manifest=manifest, folder=folder, names=names)


def seal_text(unsigned: Unsigned, key_id: str) -> str:
    """What is to be signed."""
    return seal_of(unsigned.manifest, key_id)


def write_package(
    unsigned: Unsigned, target: Path, *, seal: str, signature: bytes, key_pem: str
) -> tuple[int, Digest]:
    """Everything into one file that is whole when it has its name; its bytes and its SHA-256. Raises RecordingFailed."""
    part = target.with_name(target.name + ".part")
    own = {
        MANIFEST: canonical(unsigned.manifest).encode(),
        SEAL: seal.encode(),
        SIGNATURE: signature,
        KEY: key_pem.encode(),
    }
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
                for name in unsigned.names:
                    _put(archive, name, unsigned.folder / name)
                for name, data in own.items():
                    archive.writestr(name, data)
            file.flush()
            os.fsync(file.fileno())
        facts = _digest(part)
        part.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RecordingFailed(path=str(target), reason=error.strerror or str(error)) from error
    return facts


def _pack_camera(
    asked: Asked,
    material: CameraMaterial,
    folder: Path,
    path_of: Callable[[Segment], Path],
    on_bytes: Callable[[int], None],
) -> PackedCamera:
    reads: dict[int, _Read] = {}
    unreadable: dict[int, str] = {}
    offset_s, run_id = 0.0, None
    for chained in material.segments:
        segment = chained.segment
        if segment.run_id != run_id:
            offset_s, run_id = 0.0, segment.run_id
        try:
            reads[chained.seq] = _read(asked, chained, path_of(segment), offset_s)
        except (StreamError, OSError) as error:
            unreadable[chained.seq] = str(error)
        offset_s += segment.duration_s
        on_bytes(segment.bytes)
    clips: dict[int, str] = {}
    packed_clips = []
    for number, run in enumerate(_runs(list(reads.values())), 1):
        clip = _clip(asked, run, folder, f"camera-{material.camera_id}/{number:03d}")
        packed_clips.append(clip)
        clips.update({read.chained.seq: clip.file for read in run})
    return PackedCamera(
        facts=material.facts,
        profile=material.profile,
        segments=[
            _packed(chained, previous, reads.get(chained.seq), clips, unreadable.get(chained.seq))
            for chained, previous in zip(material.segments, _previous_links(material), strict=True)
        ],
        clips=packed_clips,
        gaps=material.gaps,
        deletions=material.deletions,
    )


def _masked(
    camera: PackedCamera,
    material: CameraMaterial,
    folder: Path,
    masked: tuple[Masker, MaskedAsked],
    on_bytes: Callable[[int], None],
) -> PackedCamera:
    """With masked copies of its clips; without the clips where the originals are not asked for, but with their hashes."""
    masker, asked = masked
    derived = []
    for clip in camera.clips:
        segments = [
            {"path": each.chained.segment.path, "sha256": each.chained.segment.sha256.hex()}
            for each in camera.segments
            if any(file == clip.file for _, _, file in each.fragments)
        ]
        said = masker.mask_clip(
            clip, folder, asked, masks=material.masks, segments=segments, hear=lambda: on_bytes(0)
        )
        derived.append({**said, "begins_at": iso(clip.begins_at), "ends_at": iso(clip.ends_at)})
    if asked.originals:
        return replace(camera, derived=derived)
    without = [
        replace(each, fragments=[(digest, samples, None) for digest, samples, _ in each.fragments])
        for each in camera.segments
    ]
    return replace(camera, segments=without, clips=(), derived=derived)


def _read(asked: Asked, chained: ChainedSegment, path: Path, offset_s: float) -> _Read:
    index, segment = index_file(path), chained.segment
    first, last = fragments_within(index, _media_s(segment, asked.start_at), _media_s(segment, asked.end_at))
    return _Read(chained=chained, path=path, index=index, first=first, last=last, offset_s=offset_s)


def _packed(
    chained: ChainedSegment,
    previous: Digest,
    read: _Read | None,
    clips: Mapping[int, str],
    unreadable: str | None,
) -> PackedSegment:
    if read is None:
        return PackedSegment(
            chained=chained, previous_link=previous, fragments=(), unreadable=unreadable or "unreadable"
        )
    altered = read.index.sha256 != chained.segment.sha256
    return PackedSegment(
        chained=chained,
        previous_link=previous,
        fragments=[
            (
                fragment.sha256,
                fragment.samples,
                clips.get(chained.seq) if read.first <= position < read.last else None,
            )
            for position, fragment in enumerate(read.index.fragments)
        ],
        altered_to=read.index.sha256 if altered else None,
    )


def _previous_links(material: CameraMaterial) -> list[Digest]:
    """What each segment follows: the one before it, or what the deletion of those in between left."""
    bridges = {str(each["before_link"]): str(each["after_link"]) for each in material.deletions}
    links, last, seq = [], material.previous_link, None
    for each in material.segments:
        if seq is not None and each.seq != seq + 1:
            through = last.hex()
            while through in bridges:
                through = bridges[through]
            last = bytes.fromhex(through)
        links.append(last)
        last, seq = each.link, each.seq
    return links


def _runs(reads: Sequence[_Read]) -> list[list[_Read]]:
    """Files of a run of which something was asked for, where no file of it is missing in between."""
    wanted = [read for read in reads if read.last > read.first]
    runs: list[list[_Read]] = []
    for _, run in groupby(wanted, key=lambda read: read.chained.segment.run_id):
        for read in run:
            follows = runs and runs[-1][-1].chained.seq == read.chained.seq - 1
            same = runs and runs[-1][-1].chained.segment.run_id == read.chained.segment.run_id
            if follows and same:
                runs[-1].append(read)
            else:
                runs.append([read])
    return runs


def _clip(asked: Asked, run: Sequence[_Read], folder: Path, stem: str) -> PackedClip:
    first, last = run[0], run[-1]
    begin_s = max(
        first.offset_s + _media_s(first.chained.segment, asked.start_at),
        first.offset_s + _starts_s(first, first.first),
    )
    first_at = _wall(first.chained.segment, _starts_s(first, first.first))
    begins_at = _wall(first.chained.segment, begin_s - first.offset_s)
    name = f"{stem}-{begins_at:%Y%m%dT%H%M%S}Z.mp4"
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    cut_clip(
        [
            ClipPart(
                path=read.path, index=read.index, first=read.first, last=read.last, offset_s=read.offset_s
            )
            for read in run
        ],
        target,
        begin_s=begin_s,
        comment=f"run={first.chained.segment.run_id} begins_at={iso(begins_at)}",
    )
    return PackedClip(
        file=name,
        first_at=first_at,
        begins_at=begins_at,
        ends_at=_wall(last.chained.segment, _ends_s(last, last.last - 1)),
    )


def _starts_s(read: _Read, fragment: int) -> float:
    return read.index.fragments[fragment].decode_time / read.index.timescale


def _ends_s(read: _Read, fragment: int) -> float:
    last = read.index.fragments[fragment]
    return (last.decode_time + last.duration) / read.index.timescale


def _media_s(segment: Segment, at: datetime) -> float:
    """Media time of a file at a wall time: the two run apart by as much as the camera's clock drifts."""
    wall_s = (segment.end_at - segment.start_at).total_seconds()
    rate = segment.duration_s / wall_s if wall_s > 0 else 1.0
    return (at - segment.start_at).total_seconds() * rate


def _wall(segment: Segment, media_s: float) -> datetime:
    wall_s = (segment.end_at - segment.start_at).total_seconds()
    rate = wall_s / segment.duration_s if segment.duration_s > 0 else 1.0
    return segment.start_at + timedelta(seconds=media_s * rate)


def _put(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    """In large blocks: `ZipFile.write` goes by 8 kB."""
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while block := source.read(_BLOCK):
            target.write(block)


def _digest(path: Path) -> tuple[int, Digest]:
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return size, digest.digest()


def _facts(path: Path) -> dict[str, object]:
    size, digest = _digest(path)
    return {"bytes": size, "sha256": digest.hex()}


def read_manifest(text: str) -> dict[str, object]:
    """What `write_package` wrote."""
    manifest: dict[str, object] = json.loads(text)
    return manifest
