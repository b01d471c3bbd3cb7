"""`vms bench export`: recorded files to a package of evidence, in megabytes of source a second, beside `cp` of the same files.

Everything an export does is in it but the database: hashing the recorded files and their fragments, cutting, hashing what was cut,
the zip, and writing it to disk. `cp` writes to disk, too; both read what the page cache has.
"""

import asyncio
import os
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from runtime.chain import BEGINNING, link
from runtime.clock import Clock, SystemClock
from runtime.errors import VmsError
from streams.camera import CameraId
from streams.segment import ChainedSegment, Segment, VolumeId, in_milliseconds
from vms.bench.clip import repeat
from vms.bench.errors import BenchFailed
from vms.bench.machine import Machine, this_machine
from vms.bench.playback import record_clip
from vms.bench.scenes import scene_clip
from vms.exports.material import CameraMaterial
from vms.exports.packing import Asked, pack_clips, seal_text, write_package
from vms.signing.signature import key_id_of, pem_of

GOAL_MB_S: Final = 200.0
GOAL_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    made_at: datetime
    machine: Machine
    #: of the recorded files
    bytes: int
    #: seconds, one for each time it was done
    export_s: tuple[float, ...]
    copy_s: tuple[float, ...]

    @property
    def mb_s(self) -> float:
        return self.bytes / 1e6 / min(self.export_s)

    @property
    def copy_mb_s(self) -> float:
        return self.bytes / 1e6 / min(self.copy_s)

    @property
    def met(self) -> bool:
        return self.mb_s >= min(GOAL_MB_S, GOAL_SHARE * self.copy_mb_s)

    def as_json(self) -> dict[str, object]:
        return {
            "made_at": self.made_at.isoformat(),
            "machine": asdict(self.machine),
            "bytes": self.bytes,
            "export_s": [round(each, 3) for each in self.export_s],
            "copy_s": [round(each, 3) for each in self.copy_s],
            "mb_s": round(self.mb_s, 1),
            "copy_mb_s": round(self.copy_mb_s, 1),
            "share": round(self.mb_s / self.copy_mb_s, 3),
            "met": self.met,
        }


def run(
    *, minutes: int, times: int, quick: bool = False, tell: Callable[[str], None] = lambda _what: None
) -> ExportReport:
    """The best of so many times of each. `quick`: with a small clip. Raises BenchFailed."""
    clock = SystemClock()
    began = in_milliseconds(clock.now().astimezone(UTC)) - timedelta(minutes=minutes + 5)
    try:
        with TemporaryDirectory(prefix="vms-bench-") as kept:
            folder = Path(kept)
            tell("recordings")
            clip = folder / "clip.mp4"
            repeat(scene_clip("quiet", quick=quick), clip, minutes * 60.0)
            segments = record_clip(clip, folder / "recordings", CameraId(1), VolumeId(1), began)
            export_s, copy_s = [], []
            for number in range(times):
                tell(f"{number + 1}/{times}")
                copy_s.append(_copy(segments, folder / "recordings", folder / f"copy-{number}", clock))
                export_s.append(_export(segments, folder, began, minutes, number, clock))
    except (OSError, VmsError, subprocess.CalledProcessError) as error:
        raise BenchFailed(part="export", reason=error) from error
    return ExportReport(
        made_at=clock.now(),
        machine=asyncio.run(this_machine()),
        bytes=sum(each.bytes for each in segments),
        export_s=tuple(export_s),
        copy_s=tuple(copy_s),
    )


def _copy(segments: list[Segment], source: Path, target: Path, clock: Clock) -> float:
    target.mkdir()
    files = [str(source / each.path) for each in segments]
    begins = clock.monotonic()
    subprocess.run(["cp", *files, str(target)], check=True)
    for file in target.iterdir():
        descriptor = os.open(file, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    return clock.monotonic() - begins


def _export(
    segments: list[Segment], folder: Path, began: datetime, minutes: int, number: int, clock: Clock
) -> float:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    chained, last = [], BEGINNING
    for seq, segment in enumerate(segments, 1):
        last = link(last, segment.statement(seq))
        chained.append(ChainedSegment(segment=segment, seq=seq, link=last))
    material = CameraMaterial(
        camera_id=CameraId(1),
        facts={"id": 1, "name": "bench"},
        profile="main",
        segments=chained,
        previous_link=BEGINNING,
        deletions=[],
        gaps=[],
    )
    asked = Asked(
        start_at=began, end_at=began + timedelta(minutes=minutes), made_at=began, head={"made_by": "bench"}
    )
    begins = clock.monotonic()
    unsigned = pack_clips(
        asked,
        [material],
        folder / f"work-{number}",
        path_of=lambda segment: folder / "recordings" / segment.path,
    )
    seal = seal_text(unsigned, key_id_of(public))
    write_package(
        unsigned,
        folder / f"evidence-{number}.zip",
        seal=seal,
        signature=key.sign(seal.encode()),
        key_pem=pem_of(public),
    )
    return clock.monotonic() - begins
