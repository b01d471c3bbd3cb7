"""What a server says of a model folder that is not as it should be: at start, by name, with what to do."""

import hashlib
import shutil
from pathlib import Path

import pytest

from detectors.errors import (
    DetectorError,
    ManifestUnreadable,
    ModelAmbiguous,
    ModelFileChanged,
    ModelFileMissing,
    ModelFolderMissing,
    ModelNotFound,
    ModelShapeUnexpected,
    ModelUnloadable,
)
from detectors.manifest import find_manifest, manifests_in, read_manifest
from detectors.models import Models, load_models
from detectors.onnx_session import OnnxSession
from tests.unit.detectors.clips import MODELS

PERSON = "nanodet_416"
#: `cp models/*` without the bytes
MOST_BYTES = 48 * 1024 * 1024


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped folder that a test may spoil; the large files are links until they are replaced."""
    for path in MODELS.glob("*.toml"):
        shutil.copy(path, tmp_path)
    for path in MODELS.glob("*.onnx"):
        (tmp_path / path.name).symlink_to(path)
    return tmp_path


def edit(folder: Path, before: str, after: str) -> None:
    path = folder / f"{PERSON}.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def replace_file(folder: Path, data: bytes, *, tell_manifest: bool) -> None:
    path = folder / f"{PERSON}.onnx"
    path.unlink()
    path.write_bytes(data)
    if tell_manifest:
        stated = read_manifest(folder / f"{PERSON}.toml").sha256
        edit(folder, stated, hashlib.sha256(data).hexdigest())


def refused(folder: Path, kind: type[DetectorError]) -> str:
    with pytest.raises(kind) as raised:
        load_models(folder, person=PERSON if (folder / f"{PERSON}.toml").is_file() else "")
    assert raised.value.message("zh") != raised.value.message("en")
    return str(raised.value)


def test_shipped_models_load_and_state_their_facts(models: Models) -> None:
    facts = {fact.name: fact.sha256 for fact in models.facts}
    assert set(facts) <= {"movenet_multipose", PERSON, f"{PERSON}_int8"}
    for name, sha256 in facts.items():
        assert hashlib.sha256((MODELS / f"{name}.onnx").read_bytes()).hexdigest() == sha256


def test_shipped_models_have_a_manifest_a_card_and_a_script_each() -> None:
    cards = (MODELS / "README.md").read_text(encoding="utf-8")
    for path in MODELS.glob("*.onnx"):
        stated = read_manifest(path.with_suffix(".toml"))
        assert stated.file == path.name
        assert stated.name in cards
        assert stated.source.licence in cards
        script = stated.source.command.split()[1]
        assert (MODELS.parent / script).is_file()
    assert sum(path.stat().st_size for path in MODELS.rglob("*") if path.is_file()) < MOST_BYTES


@pytest.mark.parametrize(("int8", "name"), [(True, f"{PERSON}_int8"), (False, PERSON)])
def test_an_int8_network_that_is_as_good_is_taken_where_the_processor_is_made_for_it(
    int8: bool, name: str
) -> None:
    assert find_manifest(MODELS, "person", int8=int8).name == name
    assert find_manifest(MODELS, "pose", int8=int8).name == "movenet_multipose"
    assert find_manifest(MODELS, "person", PERSON, int8=int8).name == PERSON


def test_a_folder_without_the_int8_network_has_the_other(folder: Path) -> None:
    (folder / f"{PERSON}_int8.toml").unlink()
    assert find_manifest(folder, "person", int8=True).name == PERSON


def test_what_was_made_from_another_network_says_from_which() -> None:
    manifests = {manifest.name: manifest for manifest in manifests_in(MODELS)}
    made = {name: one.source.original for name, one in manifests.items() if one.source.original}
    assert made == {name: name.removesuffix("_int8") for name in manifests if name.endswith("_int8")}
    for name, original in made.items():
        assert manifests[name].thresholds == manifests[original].thresholds
        assert manifests[name].output == manifests[original].output


def test_a_copied_folder_is_as_good(folder: Path) -> None:
    assert load_models(folder, threads=2).facts == load_models(MODELS).facts


def test_no_folder(tmp_path: Path) -> None:
    assert str(tmp_path / "none") in refused(tmp_path / "none", ModelFolderMissing)


def test_an_empty_folder(tmp_path: Path) -> None:
    assert "movenet" in refused(tmp_path, ModelNotFound)


def test_two_models_for_one_purpose(folder: Path) -> None:
    shutil.copy(folder / f"{PERSON}.toml", folder / "copy.toml")
    assert "nanodet" in refused(folder, ModelAmbiguous)


def test_a_missing_file(folder: Path) -> None:
    (folder / f"{PERSON}.onnx").unlink()
    assert f"{PERSON}.onnx" in refused(folder, ModelFileMissing)


def test_a_truncated_file(folder: Path) -> None:
    whole = (MODELS / f"{PERSON}.onnx").read_bytes()
    replace_file(folder, whole[: len(whole) // 2], tell_manifest=False)
    assert "sha256" in refused(folder, ModelFileChanged)


def test_a_file_with_one_bit_changed(folder: Path) -> None:
    data = bytearray((MODELS / f"{PERSON}.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    replace_file(folder, bytes(data), tell_manifest=False)
    assert "sha256" in refused(folder, ModelFileChanged)


@pytest.mark.parametrize("data", [b"", b"<html>404 Not Found</html>", b"\x08\x08" + b"\xff" * 64])
def test_a_file_that_is_no_network_though_its_manifest_agrees(folder: Path, data: bytes) -> None:
    replace_file(folder, data, tell_manifest=True)
    assert f"{PERSON}.onnx" in refused(folder, ModelUnloadable)


def test_a_truncated_network_though_its_manifest_agrees(folder: Path) -> None:
    whole = (MODELS / f"{PERSON}.onnx").read_bytes()
    replace_file(folder, whole[: len(whole) // 2], tell_manifest=True)
    refused(folder, ModelUnloadable)


def test_another_network_under_this_manifest(folder: Path) -> None:
    replace_file(folder, (MODELS / "movenet_multipose.onnx").read_bytes(), tell_manifest=True)
    words = refused(folder, ModelShapeUnexpected)
    assert "people float32 [1, 6, 56]" in words
    assert "persons float32 [1, 3549, 5]" in words


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("height = 416", "height = 320", "input"),
        ('name = "picture"', 'name = "image"', "input"),
        ("shape = [1, 3549, 5]", "shape = [1, 3549, 85]", "output"),
        ('name = "persons"', 'name = "boxes"', "output"),
    ],
)
def test_a_manifest_that_describes_another_shape(folder: Path, before: str, after: str, words: str) -> None:
    edit(folder, before, after)
    assert words in refused(folder, ModelShapeUnexpected)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('licence = "Apache-2.0"', "", "source.licence"),
        ('sha256 = "', 'sha256 = "x', "sha256"),
        ('file = "', 'file = "../', "file"),
        ("score = 0.55", "score = 40", "thresholds.score"),
        ("score = 0.55", "scores = 0.55", "thresholds.score"),
        ('colour = "RGB"', 'colour = "GBR"', "input.colour"),
        ('normalisation = "in the graph"', 'normalisation = "1/255"', "type uint8"),
        ('normalisation = "in the graph"', "normalisation = { mean = [1, 2, 3], std = [1, 0, 1] }", "std.1"),
        ('layout = "NHWC"', 'layout = "HWC"', "input.layout"),
        ("height = 416", "height = 400", "input.height"),
        ("height = 416", "height = 0", "height and width"),
        ('layout = "NHWC"', 'layout = "NHWC"\nfill = 300', "input.fill"),
        ('classes = ["person"]', 'classes = ["cat"]', "classes"),
        ('classes = ["person"]', 'classes = ["person", "person"]', "classes"),
        ('classes = ["person"]', 'classes = ["person", "cat"]', "classes"),
        ("[input]", "[input", "line"),
    ],
)
def test_a_manifest_with_a_mistake_names_the_key(folder: Path, before: str, after: str, words: str) -> None:
    edit(folder, before, after)
    assert words in refused(folder, ManifestUnreadable)


def test_a_manifest_that_is_no_text(folder: Path) -> None:
    (folder / "other.toml").write_bytes(b"\xff\xfe\x00")
    assert "other.toml" in refused(folder, ManifestUnreadable)


def test_a_session_states_its_manifest(folder: Path) -> None:
    found = find_manifest(folder, "person", PERSON)
    assert OnnxSession(folder=folder, manifest=found).fact.sha256 == found.sha256
