"""Masked copies in packages of evidence: instead of the originals or beside them, and verified like the rest."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.detection import Box
from streams.remake import Pictures
from tests.fakes.clips import encode_clip
from tests.fakes.evidence import material, package, record
from tests.fakes.persons import Somebody
from vms.evidence.manifest import PackedClip
from vms.evidence.verification import verify_package
from vms.exports.errors import ExportCancelled
from vms.exports.masking import MaskedAsked, Masker
from vms.masked.copy import sha256_of
from vms.masked.errors import RegionInvalid, WatermarkInvalid
from vms.masked.wish import MaskedSettings

MASK = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))


def made_in(folder: Path, asked: MaskedAsked) -> Path:
    clip = encode_clip(folder / "h264.mp4", frames=40, rate=10, gop=10)
    masker = Masker(
        load=lambda: Somebody(Box(left=10, top=10, right=30, bottom=60)), settings=MaskedSettings()
    )
    cameras = [material(record(folder / "recordings", clip), masks=(MASK,))]
    return package(folder, cameras, recordings=folder / "recordings", masked=(masker, asked))


def manifest_of(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        found: dict[str, Any] = json.loads(archive.read("manifest.json"))
        return found


def test_masked_copies_go_instead_of_the_originals_and_are_verified(tmp_path: Path) -> None:
    made = made_in(tmp_path, MaskedAsked(watermark="王芳"))
    manifest = manifest_of(made)
    (camera,) = manifest["cameras"]
    (derived,) = camera["derived"]

    assert verify_package(made).sound
    assert camera["clips"] == []
    assert [name for name in manifest["files"] if name.endswith(".mp4")] == [derived["file"]]
    assert derived["original"] is False
    assert derived["watermark"] == "王芳"
    cut = tmp_path / "work" / derived["derived_from"]["clip"]
    assert derived["derived_from"]["sha256"] == sha256_of(cut).hex()
    said = {json.loads(each["statement"])["sha256"] for each in camera["segments"]}
    assert {each["sha256"] for each in derived["derived_from"]["segments"]} <= said
    assert derived["derived_from"]["segments"], "it names the recorded files"


def test_the_masks_of_the_camera_are_black_in_the_copy(tmp_path: Path) -> None:
    made = made_in(tmp_path, MaskedAsked())
    (derived,) = manifest_of(made)["cameras"][0]["derived"]
    with zipfile.ZipFile(made) as archive:
        archive.extract(derived["file"], tmp_path / "out")
    for shown in Pictures(tmp_path / "out" / derived["file"]):
        height, width = shown.frame.y.shape
        assert np.asarray(shown.frame.y)[4 : height - 4, width // 2 + 8 : width - 4].max() <= 24


def test_originals_may_go_along(tmp_path: Path) -> None:
    made = made_in(tmp_path, MaskedAsked(originals=True))
    (camera,) = manifest_of(made)["cameras"]
    found = verify_package(made)

    assert found.sound
    assert found.fragments > 0
    assert len(camera["clips"]) == len(camera["derived"]) == 1


def test_a_flipped_bit_in_a_masked_copy_is_named(tmp_path: Path) -> None:
    made = made_in(tmp_path, MaskedAsked())
    (derived,) = manifest_of(made)["cameras"][0]["derived"]
    with zipfile.ZipFile(made) as archive:
        at = archive.getinfo(derived["file"]).header_offset + 200
    data = bytearray(made.read_bytes())
    data[at] ^= 1
    made.write_bytes(data)

    assert ("file", derived["file"]) in [(fault.wrong, fault.where) for fault in verify_package(made).faults]


def test_a_cancelled_export_stops_while_it_masks(tmp_path: Path) -> None:
    clip = encode_clip(tmp_path / "h264.mp4", frames=20, rate=10, gop=10)
    masker = Masker(load=lambda: Somebody(None), settings=MaskedSettings())
    (camera,) = [material(record(tmp_path / "recordings", clip))]

    def cancelled() -> None:
        raise ExportCancelled(export_id="e")

    at = camera.segments[0].segment.start_at
    packed = PackedClip(file="h264.mp4", first_at=at, begins_at=at, ends_at=at)
    with pytest.raises(ExportCancelled):
        masker.mask_clip(packed, tmp_path, MaskedAsked(), masks=(), segments=[], hear=cancelled)
    assert not list(tmp_path.glob("*masked*"))


def test_what_is_asked_for_survives_the_database_and_is_checked() -> None:
    asked = MaskedAsked(region=((0.0, 0.0), (0.5, 0.0), (0.5, 1.0)), watermark="王芳", originals=True)
    assert MaskedAsked.of_json(json.loads(json.dumps(asked.as_json()))) == asked
    assert MaskedAsked.of_json(MaskedAsked().as_json()) == MaskedAsked()
    with pytest.raises(RegionInvalid):
        MaskedAsked(region=((0.0, 0.0), (1.0, 1.0)))
    with pytest.raises(WatermarkInvalid):
        MaskedAsked(watermark="x" * 1000)
