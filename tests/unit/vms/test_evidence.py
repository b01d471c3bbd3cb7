"""A package of evidence: what is in it is what was recorded, and whoever changes anything of it is found out by name."""

import contextlib
import json
import shutil
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from runtime.chain import canonical
from streams.clip import samples_of
from tests.fakes.clips import encode_clip
from tests.fakes.evidence import KEY, KEY_ID, chain, material, package, record
from tests.fakes.packets import run_of
from vms.evidence.errors import PackageUnreadable
from vms.evidence.manifest import seal_of
from vms.evidence.verification import Verified, verify_package

FRAMES, RATE, GOP = 100, 25, 10


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="module")
def h264(clips: Path) -> Path:
    return encode_clip(clips / "h264.mp4", frames=FRAMES, rate=RATE, gop=GOP)


@pytest.fixture(scope="module")
def hevc(clips: Path) -> Path:
    return encode_clip(clips / "hevc.mp4", codec="hevc", frames=FRAMES, rate=RATE, gop=GOP)


@pytest.fixture(scope="module")
def recordings(clips: Path, h264: Path) -> Path:
    record(clips / "recordings", h264)
    return clips / "recordings"


@pytest.fixture(scope="module")
def made(clips: Path, h264: Path) -> Path:
    folder = clips / "made"
    return package(folder, [material(record(folder / "recordings", h264))], recordings=folder / "recordings")


@pytest.fixture
def zipped(made: Path, tmp_path: Path) -> Path:
    """A copy to tamper with."""
    return Path(shutil.copy(made, tmp_path / "evidence.zip"))


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewrite(path: Path, files: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def edited(path: Path, change: Callable[[dict[str, Any]], None]) -> Verified:
    files = contents(path)
    manifest = json.loads(files["manifest.json"])
    change(manifest)
    rewrite(path, files | {"manifest.json": canonical(manifest).encode()})
    return verify_package(path)


def wrongs(found: Verified) -> list[tuple[str, str]]:
    return [(fault.wrong, fault.where) for fault in found.faults]


def clip_in(path: Path) -> str:
    (name,) = (name for name in contents(path) if name.endswith(".mp4"))
    return name


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_the_clip_is_what_the_camera_sent(tmp_path: Path, codec: str, request: pytest.FixtureRequest) -> None:
    source = request.getfixturevalue(codec)
    path = package(tmp_path, [material(record(tmp_path / "rec", source))], recordings=tmp_path / "rec")
    (tmp_path / "clip.mp4").write_bytes(contents(path)[clip_in(path)])
    _, packets = run_of(source)
    # Asked for 1.0 to 3.0 s: from the keyframe at 0.8 s to the end of the group that 3.0 s falls into.
    assert list(samples_of(tmp_path / "clip.mp4")) == [bytes(packet.media) for packet in packets[20:80]]
    found = verify_package(path, key=KEY_ID)
    assert (found.sound, found.segments, found.fragments, found.altered_before) == (True, 4, 6, ())


def test_a_package_says_what_was_asked_and_what_is_there(made: Path) -> None:
    manifest = json.loads(contents(made)["manifest.json"])
    assert manifest["asked"] == {
        "cameras": [7],
        "start_at": "2026-03-14T08:00:01.000Z",
        "end_at": "2026-03-14T08:00:03.000Z",
    }
    (camera,) = manifest["cameras"]
    (clip,) = camera["clips"]
    assert clip["first_at"] == "2026-03-14T08:00:00.800Z"
    assert clip["begins_at"] == "2026-03-14T08:00:01.000Z"
    assert clip["ends_at"] == "2026-03-14T08:00:03.200Z"
    assert camera["gaps"][0]["cause"] == "camera_offline"
    page = contents(made)["index.html"].decode()
    assert "东口 &lt;b&gt;" in page and clip["file"] in page and "<script" not in page and "http" not in page


def test_making_it_again_takes_nothing_over(tmp_path: Path, h264: Path) -> None:
    segments = record(tmp_path / "rec", h264)
    first = package(tmp_path, [material(segments)], recordings=tmp_path / "rec")
    (tmp_path / "work" / clip_in(first)).write_text("what a crash left")
    assert verify_package(package(tmp_path, [material(segments)], recordings=tmp_path / "rec")).sound


def test_files_that_overlap_are_refused(zipped: Path) -> None:
    whole = zipped.read_bytes()
    with zipfile.ZipFile(zipped) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
    name = clip_in(zipped)
    directory = whole.rindex(b"PK\x01\x02")
    assert entries[name].file_size > 100
    # The directory entry of the last file is made to say that it lies where the clip does, and is as long.
    data = bytearray(whole)
    struct.pack_into("<2I", data, directory + 20, entries[name].file_size, entries[name].file_size)
    struct.pack_into("<I", data, directory + 42, entries[name].header_offset)
    zipped.write_bytes(data)
    with pytest.raises(PackageUnreadable):
        verify_package(zipped)


def test_a_flipped_bit_in_the_pictures_is_named(zipped: Path) -> None:
    files = contents(zipped)
    name = clip_in(zipped)
    data = bytearray(files[name])
    samples = list(samples_of_bytes(data, zipped.parent))
    at = bytes(data).index(b"".join(samples[20:30]))
    data[at + len(samples[20]) // 2] ^= 1
    rewrite(zipped, files | {name: bytes(data)})
    found = verify_package(zipped)
    # The 21st picture of the clip, which begins with the third group of the first file.
    assert wrongs(found) == [("file", name), ("fragment", "7/main/2026-03-14T08:00:01.200Z#2")]


def samples_of_bytes(data: bytes | bytearray, folder: Path) -> list[bytes]:
    (folder / "x.mp4").write_bytes(data)
    return list(samples_of(folder / "x.mp4"))


def test_every_flipped_bit_anywhere_is_found(zipped: Path) -> None:
    whole = zipped.read_bytes()
    with zipfile.ZipFile(zipped) as archive:
        entries = archive.infolist()
    at = []
    for entry in entries:
        name, extra = struct.unpack_from("<2H", whole, entry.header_offset + 26)
        begin = entry.header_offset + 30 + name + extra
        at += [begin + entry.file_size * share // 7 for share in range(7)]
    for position in at:
        data = bytearray(whole)
        data[position] ^= 4
        zipped.write_bytes(data)
        with contextlib.suppress(PackageUnreadable):  # a bit of the manifest that is no JSON any more
            assert not verify_package(zipped).sound, position


def test_a_removed_file_is_named(zipped: Path) -> None:
    files = contents(zipped)
    name = clip_in(zipped)
    del files[name]
    rewrite(zipped, files)
    assert wrongs(verify_package(zipped)) == [("missing_file", name)]


def test_an_added_file_is_named(zipped: Path) -> None:
    rewrite(zipped, contents(zipped) | {"camera-7/002.mp4": b"more"})
    assert wrongs(verify_package(zipped)) == [("added_file", "camera-7/002.mp4")]


def test_an_edited_reason_is_named(zipped: Path) -> None:
    found = edited(zipped, lambda manifest: manifest["access"].update(reason="因私"))
    assert wrongs(found) == [("manifest", "access.reason")]


def test_an_edited_time_of_a_segment_is_named(zipped: Path) -> None:
    def change(manifest: dict[str, Any]) -> None:
        segment = manifest["cameras"][0]["segments"][1]
        segment["statement"] = segment["statement"].replace("08:00:01.200Z", "09:00:01.200Z")

    found = edited(zipped, change)
    assert ("manifest", "cameras.0.segments.1") in wrongs(found)
    assert ("chain", "7/main/2026-03-14T09:00:01.200Z") in wrongs(found)


def test_a_segment_that_was_taken_out_breaks_the_chain(zipped: Path) -> None:
    found = edited(zipped, lambda manifest: manifest["cameras"][0]["segments"].pop(1))
    assert ("chain", "7/main/2026-03-14T08:00:02.400Z") in wrongs(found)


@pytest.mark.parametrize("field", ["files", "cameras", "made_at", "asked", "access"])
def test_a_missing_field_is_named(zipped: Path, field: str) -> None:
    found = edited(zipped, lambda manifest: manifest.pop(field))
    assert any(where.split(".")[0] == field for _, where in wrongs(found))


def test_another_key_is_named(tmp_path: Path, h264: Path) -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    path = package(
        tmp_path, [material(record(tmp_path / "rec", h264))], recordings=tmp_path / "rec", key=other
    )
    assert verify_package(path).sound  # by itself it is whole: only the key's id tells
    assert wrongs(verify_package(path, key=KEY_ID)) == [("other_key", "key.pem")]


def test_a_key_that_did_not_sign_is_named(zipped: Path) -> None:
    public = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    from vms.signing.signature import pem_of

    rewrite(zipped, contents(zipped) | {"key.pem": pem_of(public.public_bytes_raw()).encode()})
    assert wrongs(verify_package(zipped)) == [("signature", "seal.json")]
    rewrite(zipped, contents(zipped) | {"key.pem": b"rubbish"})
    assert ("signature", "seal.json") in wrongs(verify_package(zipped))


def test_a_forger_who_signs_anew_does_not_have_the_key(zipped: Path) -> None:
    files = contents(zipped)
    manifest = json.loads(files["manifest.json"])
    manifest["access"]["person"] = "李强"
    forger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    seal = seal_of(manifest, KEY_ID)
    files |= {
        "manifest.json": canonical(manifest).encode(),
        "seal.json": seal.encode(),
        "seal.sig": forger.sign(seal.encode()),
    }
    rewrite(zipped, files)
    assert wrongs(verify_package(zipped, key=KEY_ID)) == [("signature", "seal.json")]


def test_a_clip_of_another_package_is_named(zipped: Path, tmp_path: Path, clips: Path) -> None:
    other = encode_clip(clips / "other.mp4", frames=FRAMES, rate=RATE, gop=GOP, noise=5)
    foreign = package(
        tmp_path / "o", [material(record(tmp_path / "rec", other))], recordings=tmp_path / "rec"
    )
    name = clip_in(zipped)
    rewrite(zipped, contents(zipped) | {name: contents(foreign)[clip_in(foreign)]})
    found = verify_package(zipped)
    assert ("file", name) in wrongs(found)
    assert [wrong for wrong, _ in wrongs(found)].count("fragment") == 6


def test_a_package_that_is_cut_short_is_told(zipped: Path) -> None:
    whole = zipped.read_bytes()
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        zipped.write_bytes(whole[:length])
        with pytest.raises(PackageUnreadable):
            verify_package(zipped)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\\b", "a/../b"])
def test_names_that_lead_elsewhere_are_refused(zipped: Path, name: str) -> None:
    rewrite(zipped, contents(zipped) | {name: b"x"})
    with pytest.raises(PackageUnreadable):
        verify_package(zipped)


def test_what_is_compressed_is_refused_unread(zipped: Path) -> None:
    files = contents(zipped)
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        archive.writestr("bomb", bytes(50_000_000))
    with pytest.raises(PackageUnreadable, match="compressed"):
        verify_package(zipped)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused(zipped: Path) -> None:
    with zipfile.ZipFile(zipped, "a") as archive:
        archive.writestr("manifest.json", b"{}")
    with pytest.raises(PackageUnreadable, match="twice"):
        verify_package(zipped)


def test_a_file_that_was_altered_before_is_said_loudly_and_is_no_fault(tmp_path: Path, h264: Path) -> None:
    segments = record(tmp_path / "rec", h264)
    segments[1] = replace(segments[1], sha256=bytes(32), media_sha256=bytes(32))
    path = package(tmp_path, [material(segments)], recordings=tmp_path / "rec")
    found = verify_package(path)
    assert (found.sound, found.altered_before) == (True, ("7/main/2026-03-14T08:00:01.200Z",))
    assert "⚠" in contents(path)["index.html"].decode()


def test_a_file_that_is_gone_is_listed_and_the_rest_is_handed_out(tmp_path: Path, h264: Path) -> None:
    segments = record(tmp_path / "rec", h264)
    (tmp_path / "rec" / segments[1].path).unlink()
    path = package(tmp_path, [material(segments)], recordings=tmp_path / "rec")
    (camera,) = json.loads(contents(path)["manifest.json"])["cameras"]
    assert [bool(each["unreadable"]) for each in camera["segments"]] == [False, True, False, False]
    assert len(camera["clips"]) == 2
    assert verify_package(path).sound


def test_a_deletion_in_between_is_bridged(tmp_path: Path, h264: Path) -> None:
    segments = record(tmp_path / "rec", h264)
    chained = chain(segments)
    camera = material(segments)
    left = replace(
        camera,
        segments=[chained[0], chained[2]],
        deletions=[
            {"before_link": chained[0].link.hex(), "after_link": chained[1].link.hex(), "rule": "retention"}
        ],
    )
    path = package(tmp_path, [left], recordings=tmp_path / "rec", from_s=0.0, to_s=4.0)
    assert verify_package(path).sound
    gone = package(
        tmp_path / "b", [replace(left, deletions=[])], recordings=tmp_path / "rec", from_s=0, to_s=4
    )
    assert [wrong for wrong, _ in wrongs(verify_package(gone))] == ["chain"]
    assert KEY is not None
