"""What a package of evidence says of itself, as canonical JSON, and the seal that says which part of it was altered.

The manifest is a plain mapping: it is read by people and by other programs for years. The seal holds a hash of each of its
parts and is what is signed, so that a verifier names the part that does not fit, not only that one does not.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from runtime.chain import Digest, canonical
from streams.segment import ChainedSegment, iso
from vms.timeline.timeline import Gap

FORMAT: Final = "vms-evidence/1"
MANIFEST: Final = "manifest.json"
SEAL: Final = "seal.json"
SIGNATURE: Final = "seal.sig"
KEY: Final = "key.pem"
#: what is in a package beside the files that its manifest lists
OWN: Final = frozenset({MANIFEST, SEAL, SIGNATURE, KEY})


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedSegment:
    """A recorded file of which something is in the package."""

    chained: ChainedSegment
    previous_link: Digest
    #: hash and samples of each of its fragments, and the clip that holds it; None where it is outside of what was asked for
    fragments: Sequence[tuple[Digest, int, str | None]]
    #: SHA-256 of the file as it is now, where that is not what it was when it was recorded
    altered_to: Digest | None = None
    #: why it could not be read, so that nothing of it is in the package
    unreadable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedClip:
    file: str
    #: wall time of its first sample, of the moment that players begin at, and of its end
    first_at: datetime
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedCamera:
    #: id, name, place, code and what else is known of it; no credentials
    facts: Mapping[str, object]
    profile: str
    segments: Sequence[PackedSegment]
    clips: Sequence[PackedClip]
    gaps: Sequence[Gap]
    #: rows of deletions that the chain goes across
    deletions: Sequence[Mapping[str, object]]
    #: masked copies of clips: what each was made from and how
    derived: Sequence[Mapping[str, object]] = ()

    @property
    def files(self) -> list[str]:
        return [*(clip.file for clip in self.clips), *(str(each["file"]) for each in self.derived)]


def camera_as_json(camera: PackedCamera) -> dict[str, object]:
    return {
        "facts": dict(camera.facts),
        "profile": camera.profile,
        "segments": [_segment(segment) for segment in camera.segments],
        "clips": [
            {
                "file": clip.file,
                "first_at": iso(clip.first_at),
                "begins_at": iso(clip.begins_at),
                "ends_at": iso(clip.ends_at),
            }
            for clip in camera.clips
        ],
        "gaps": [
            {
                "start_at": iso(gap.start_at),
                "end_at": iso(gap.end_at),
                "cause": gap.cause,
                "detail": list(gap.detail),
            }
            for gap in camera.gaps
        ],
        "deletions": [dict(each) for each in camera.deletions],
        "derived": [dict(each) for each in camera.derived],
    }


def _segment(packed: PackedSegment) -> dict[str, object]:
    return {
        "statement": packed.chained.segment.statement(packed.chained.seq),
        "link": packed.chained.link.hex(),
        "previous_link": packed.previous_link.hex(),
        "unreadable": packed.unreadable,
        "altered_to": None if packed.altered_to is None else packed.altered_to.hex(),
        "fragments": [
            {"sha256": digest.hex(), "samples": samples, "file": file}
            for digest, samples, file in packed.fragments
        ],
    }


def parts_of(manifest: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """The parts that are sealed one by one, each with the path that a verifier calls it by."""
    for name, value in manifest.items():
        if name in ("access", "asked", "files") and isinstance(value, Mapping):
            for field, each in value.items():
                yield f"{name}.{field}", each
        elif name == "cameras" and isinstance(value, list):
            for number, camera in enumerate(value):
                for field, each in camera.items():
                    if field == "segments":
                        for position, segment in enumerate(each):
                            yield f"cameras.{number}.segments.{position}", segment
                    else:
                        yield f"cameras.{number}.{field}", each
        else:
            yield name, value


def seal_of(manifest: Mapping[str, Any], key_id: str) -> str:
    """The text that is signed."""
    parts = {
        path: hashlib.sha256(canonical({"": value}).encode()).hexdigest()
        for path, value in parts_of(manifest)
    }
    return canonical({"format": FORMAT, "key_id": key_id, "parts": parts})
