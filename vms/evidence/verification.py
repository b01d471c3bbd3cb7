"""Whether a package of evidence is as it was made, and the recordings in it as they were recorded. Offline.

What is checked, each on its own, so that what does not fit is named: the signature under the seal; each part of the manifest
against the seal; each file's hash; in each clip the pictures of each fragment, which must be those whose hashes make up the
hash that the recorded file had when it was closed; and each recorded file's link in its camera's chain.
"""

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from runtime.chain import canonical, link
from streams.clip import samples_of
from streams.errors import StreamError
from streams.fragment import media_hash
from vms.evidence.errors import PackageUnreadable
from vms.evidence.manifest import FORMAT, KEY, MANIFEST, OWN, SEAL, SIGNATURE, parts_of
from vms.evidence.package import Package
from vms.signing.signature import is_signed, key_id_of

Wrong = Literal[
    "signature", "other_key", "manifest", "missing_file", "added_file", "file", "fragment", "segment", "chain"
]
_MOST_MANIFEST = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    wrong: Wrong
    #: what it is about: a file, a part of the manifest, a segment by its path, a fragment by segment and number
    where: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found. `sound` is what a court asks; the rest says of what."""

    key_id: str
    made_at: str
    files: int
    segments: int
    fragments: int
    faults: tuple[Fault, ...]
    #: recorded files that had been altered before the package was made, as it says itself
    altered_before: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.faults


def verify_package(path: Path, *, key: str | None = None) -> Verified:
    """`key`: the id that the signing key must have, where the verifier knows it. Raises PackageUnreadable."""
    with Package(path) as package:
        return _Verifier(package, path, key).run()


class _Verifier:
    def __init__(self, package: Package, path: Path, key: str | None) -> None:
        self._package = package
        self._path = path
        self._key = key
        self._faults: list[Fault] = []
        self._fragments = 0

    def run(self) -> Verified:
        manifest_text = self._package.text(MANIFEST, most=_MOST_MANIFEST)
        seal_text = self._package.text(SEAL, most=_MOST_MANIFEST)
        manifest, seal = self._json(MANIFEST, manifest_text), self._json(SEAL, seal_text)
        if manifest.get("format") != FORMAT:
            raise PackageUnreadable(path=self._path, reason=f"its format is not {FORMAT}")
        key_id = self._signature(seal_text, seal)
        self._seal(manifest, seal)
        try:
            files = self._files(manifest)
            for camera in manifest["cameras"]:
                self._camera(camera)
            altered = tuple(
                _path_of(segment)
                for camera in manifest["cameras"]
                for segment in camera["segments"]
                if segment["altered_to"]
            )
            segments = sum(len(camera["segments"]) for camera in manifest["cameras"])
            made_at = str(manifest["made_at"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self._found("manifest", MANIFEST, "the manifest lacks what it must have", "清单缺少必需内容")
            if not self._faults:  # pragma: no cover - the line before adds one
                raise PackageUnreadable(path=self._path, reason=str(error)) from error
            files = segments = 0
            altered, made_at = (), ""
        return Verified(
            key_id=key_id,
            made_at=made_at,
            files=files,
            segments=segments,
            fragments=self._fragments,
            faults=tuple(self._faults),
            altered_before=altered,
        )

    def _found(self, wrong: Wrong, where: str, en: str, zh: str) -> None:
        fault = Fault(wrong=wrong, where=where, en=en, zh=zh)
        if fault not in self._faults:
            self._faults.append(fault)

    def _json(self, name: str, text: str) -> dict[str, Any]:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise PackageUnreadable(path=self._path, reason=f"{name} is no JSON") from error
        if not isinstance(found, dict):
            raise PackageUnreadable(path=self._path, reason=f"{name} is no JSON object")
        return found

    def _signature(self, seal_text: str, seal: Mapping[str, Any]) -> str:
        """The id of the key that signed."""
        signature = b"".join(self._package.blocks(SIGNATURE)) if SIGNATURE in self._package.names else b""
        public = _public_of(self._package.text(KEY, most=1 << 16) if KEY in self._package.names else "")
        key_id = key_id_of(public)
        if self._key is not None and key_id != self._key:
            self._found(
                "other_key",
                KEY,
                f"it was signed with key {key_id}, not with {self._key}",
                f"签名密钥为 {key_id}，不是 {self._key}",
            )
        if not is_signed(seal_text.encode(), signature, public):
            self._found(
                "signature",
                SEAL,
                "the signature does not fit: the seal, the signature or the key was altered",
                "签名不符：封印、签名或公钥被改动",
            )
        elif seal.get("key_id") != key_id:
            self._found("other_key", SEAL, "the seal names another key", "封印所载密钥不同")
        return key_id

    def _seal(self, manifest: Mapping[str, Any], seal: Mapping[str, Any]) -> None:
        sealed = seal.get("parts")
        sealed = sealed if isinstance(sealed, dict) else {}
        seen: set[str] = set()
        try:
            for path, value in parts_of(manifest):
                seen.add(path)
                if sealed.get(path) != hashlib.sha256(canonical({"": value}).encode()).hexdigest():
                    self._found(
                        "manifest", path, f"{path} in the manifest was altered", f"清单中的 {path} 被改动"
                    )
        except (ValueError, AttributeError, TypeError):
            self._found("manifest", MANIFEST, "the manifest was altered", "清单被改动")
        for path in sorted(set(sealed) - seen):
            self._found("manifest", path, f"{path} is missing from the manifest", f"清单缺少 {path}")

    def _files(self, manifest: Mapping[str, Any]) -> int:
        listed: Mapping[str, Any] = manifest["files"]
        for name in sorted(set(listed) - self._package.names):
            self._found("missing_file", name, f"{name} is missing", f"缺少文件 {name}")
        for name in sorted(self._package.names - set(listed) - OWN):
            self._found("added_file", name, f"{name} was added", f"多出文件 {name}")
        clips = {clip["file"] for camera in manifest["cameras"] for clip in camera["clips"]}
        for name in sorted(set(listed) & self._package.names - clips):
            self._check_file(name, listed[name], self._package.blocks(name))
        self._listed = listed
        return len(listed)

    def _check_file(self, name: str, facts: Mapping[str, Any], blocks: Any, copy: Any = None) -> None:
        digest, size = hashlib.sha256(), 0
        for block in blocks:
            digest.update(block)
            size += len(block)
            if copy is not None:
                copy.write(block)
        if (digest.hexdigest(), size) != (facts["sha256"], facts["bytes"]):
            self._found("file", name, f"{name} was altered", f"文件 {name} 被改动")

    def _camera(self, camera: Mapping[str, Any]) -> None:
        bridges = {each["before_link"]: each["after_link"] for each in camera["deletions"]}
        last: str | None = None
        for segment in camera["segments"]:
            self._segment(segment)
            previous = segment["previous_link"]
            while last is not None and last != previous and last in bridges:
                last = bridges[last]
            if last is not None and last != previous:
                where = _path_of(segment)
                self._found(
                    "chain",
                    where,
                    f"segment {where} does not follow the one before it in the chain",
                    f"录像段 {where} 与前一段不相连",
                )
            last = segment["link"]
        for clip in camera["clips"]:
            if clip["file"] in self._package.names:
                self._clip(clip["file"], camera["segments"])

    def _segment(self, segment: Mapping[str, Any]) -> None:
        where, said = _path_of(segment), json.loads(segment["statement"])
        follows = link(bytes.fromhex(segment["previous_link"]), segment["statement"]).hex()
        if follows != segment["link"]:
            self._found(
                "chain",
                where,
                f"segment {where} does not fit its link in the chain",
                f"录像段 {where} 与其链值不符",
            )
        pictures = media_hash(bytes.fromhex(each["sha256"]) for each in segment["fragments"]).hex()
        known = not (segment["altered_to"] or segment["unreadable"])
        if known and pictures != said["media_sha256"]:
            self._found(
                "segment",
                where,
                f"the fragments of segment {where} are not those that were recorded",
                f"录像段 {where} 的画面哈希与录制时不符",
            )

    def _clip(self, name: str, segments: Sequence[Mapping[str, Any]]) -> None:
        wanted = [
            (_path_of(segment), number, fragment["sha256"], fragment["samples"])
            for segment in segments
            for number, fragment in enumerate(segment["fragments"], 1)
            if fragment["file"] == name
        ]
        with tempfile.TemporaryDirectory(prefix="vms-verify-") as folder:
            copy = Path(folder) / "clip.mp4"
            with copy.open("wb") as file:
                facts = self._listed.get(name, {"sha256": "", "bytes": -1})
                self._check_file(name, facts, self._package.blocks(name), file)
            samples = samples_of(copy)
            try:
                for where, number, sha256, count in wanted:
                    digest = hashlib.sha256()
                    for _ in range(count):
                        digest.update(next(samples))
                    self._fragments += 1
                    if digest.hexdigest() != sha256:
                        self._found(
                            "fragment",
                            f"{where}#{number}",
                            f"the pictures of fragment {number} of segment {where} in {name} were altered",
                            f"{name} 中录像段 {where} 第 {number} 个片段的画面被改动",
                        )
                if next(samples, None) is not None:
                    self._found(
                        "file", name, f"{name} holds more pictures than it should", f"{name} 中有多余画面"
                    )
            except (StopIteration, StreamError):
                self._found("file", name, f"{name} cannot be played to its end", f"{name} 无法完整播放")


def _path_of(segment: Mapping[str, Any]) -> str:
    """How a person finds it: camera, profile, start."""
    said = json.loads(segment["statement"])
    return f"{said['camera']}/{said['profile']}/{said['start_at']}"


def _public_of(pem: str) -> bytes:
    """32 bytes; zeros where it is no Ed25519 key, which fit no signature."""
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, TypeError):
        return bytes(32)
    return key.public_bytes_raw() if isinstance(key, Ed25519PublicKey) else bytes(32)
