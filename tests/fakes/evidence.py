"""Packages of evidence made of real recorded files, without a database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from runtime.chain import BEGINNING, link
from streams.camera import CameraId
from streams.segment import ChainedSegment, Segment, VolumeId
from streams.writer import SegmentWriter
from tests.fakes.packets import START, run_of
from vms.exports.masking import MaskedAsked, Masker
from vms.exports.material import CameraMaterial
from vms.exports.packing import Asked, pack_clips, seal_text, write_package
from vms.signing.signature import key_id_of, pem_of
from vms.timeline.timeline import Gap

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY_ID = key_id_of(KEY.public_key().public_bytes_raw())


def record(folder: Path, clip: Path, camera: int = 7) -> list[Segment]:
    """A clip of four seconds as files of a bit more than one."""
    started, packets = run_of(clip)
    writer = SegmentWriter(folder, CameraId(camera), "main", volume_id=VolumeId(1), segment_s=1.0)
    writer.take([started, *packets])
    writer.finish()
    return writer.collect()


def chain(segments: Sequence[Segment]) -> list[ChainedSegment]:
    chained, last = [], BEGINNING
    for seq, segment in enumerate(segments, 1):
        last = link(last, segment.statement(seq))
        chained.append(ChainedSegment(segment=segment, seq=seq, link=last))
    return chained


def material(segments: Sequence[Segment], **changes: object) -> CameraMaterial:
    camera = CameraMaterial(
        camera_id=segments[0].camera_id,
        facts={"id": segments[0].camera_id, "name": "东口 <b>", "place": "", "unit": "示范社区"},
        profile="main",
        segments=chain(segments),
        previous_link=BEGINNING,
        deletions=[],
        gaps=[
            Gap(
                start_at=START + timedelta(minutes=1),
                end_at=START + timedelta(minutes=2),
                cause="camera_offline",
            )
        ],
    )
    return replace(camera, **changes)  # type: ignore[arg-type]


def package(
    folder: Path,
    cameras: Sequence[CameraMaterial],
    *,
    recordings: Path,
    from_s: float = 1.0,
    to_s: float = 3.0,
    key: Ed25519PrivateKey = KEY,
    reason: str = "老人走失",
    masked: tuple[Masker, MaskedAsked] | None = None,
) -> Path:
    asked = Asked(
        start_at=START + timedelta(seconds=from_s),
        end_at=START + timedelta(seconds=to_s),
        made_at=START + timedelta(days=1),
        head={
            "made_by": "王芳",
            "software": "vms",
            "access": {"id": "a-1", "person": "王芳", "reason": reason},
        },
    )
    unsigned = pack_clips(
        asked, cameras, folder / "work", path_of=lambda segment: recordings / segment.path, masked=masked
    )
    public = key.public_key().public_bytes_raw()
    seal = seal_text(unsigned, key_id_of(public))
    target = folder / "evidence.zip"
    write_package(unsigned, target, seal=seal, signature=key.sign(seal.encode()), key_pem=pem_of(public))
    return target
