"""What is proposed for a network that somebody brings, and what is refused: with what its file really offers."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from detectors import coco
from detectors.decoding import FORMS
from detectors.errors import (
    DecodingUnknown,
    DetectorError,
    ModelDecodingMismatch,
    ModelFileChanged,
    ModelNameUnknown,
    ModelShapeUnexpected,
    ModelUnloadable,
)
from detectors.manifest import Manifest, find_manifest, read_manifest
from detectors.model_folder import manifest_text, put, usable_name
from detectors.models import load_models
from detectors.onnx_session import OnnxSession
from detectors.person import PersonModel
from detectors.pipeline import ChannelPipeline
from detectors.proposal import CUSTOMS, Wish, propose
from detectors.proposal_errors import (
    ModelAnswerImplausible,
    ModelInputUnfit,
    ModelInputUnknown,
    ModelNameTaken,
    ModelNameUnusable,
    ModelPersonOutside,
    ModelPersonUnknown,
    ModelSizeMissing,
    ModelSizeUnexpected,
)
from detectors.settings import DetectorSettings
from detectors.zones import Zone, ZoneId
from streams.camera import CameraId
from tests.fakes.onnx_file import write_network
from tests.unit.detectors.brought import VTEST, YOLOX, labelled_boxes, needs_vtest, needs_yolox
from tests.unit.detectors.clips import MODELS, frames_of, plain_frame

NANODET = MODELS / "nanodet_416.onnx"
MOVENET = MODELS / "movenet_multipose.onnx"


def wish(decoding: str = "yolox", **other: object) -> Wish:
    asked = {"name": "yard", "command": "vms models add yard.onnx", "decoding": decoding, **other}
    return Wish(**asked)  # type: ignore[arg-type]


def refused(kind: type[DetectorError], path: Path, asked: Wish) -> str:
    with pytest.raises(kind) as raised:
        propose(path, asked)
    assert raised.value.message("zh") != raised.value.message("en")
    return str(raised.value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped folder, to which something may be added."""
    folder = tmp_path / "models"
    folder.mkdir()
    for path in MODELS.glob("*.toml"):
        shutil.copy(path, folder)
    for path in MODELS.glob("*.onnx"):
        (folder / path.name).symlink_to(path)
    return folder


def add(folder: Path, path: Path = YOLOX, **other: object) -> Manifest:
    asked = wish(**other)  # type: ignore[arg-type]
    usable_name(folder, asked.name)
    return read_manifest(put(folder, path, propose(path, asked)))


def test_a_shipped_network_is_proposed_as_it_is_shipped() -> None:
    for path, decoding in ((NANODET, "nanodet"), (MOVENET, "movenet")):
        shipped = read_manifest(path.with_suffix(".toml"))
        proposed = propose(path, wish(decoding))
        assert (proposed.sha256, proposed.classes) == (shipped.sha256, shipped.classes)
        assert (proposed.output, proposed.thresholds) == (shipped.output, shipped.thresholds)
        assert proposed.input == shipped.input


def test_a_proposal_says_the_same_when_it_is_read_again(tmp_path: Path) -> None:
    proposed = propose(NANODET, wish("nanodet", licence='所有 "rights"\n\x7f reserved \\'))
    for decoding, custom in CUSTOMS.items():
        if decoding == "movenet":
            continue
        fed = proposed.input.model_copy(
            update={"type": "float32", "colour": custom.colour, "normalisation": custom.normalisation}
        )
        manifest = proposed.model_copy(update={"input": fed})
        path = tmp_path / "yard.toml"
        path.write_text(manifest_text(manifest), encoding="utf-8")
        assert read_manifest(path) == manifest


def test_coco_has_eighty_classes() -> None:
    assert len(set(coco.CLASSES)) == len(coco.CLASSES) == 80
    assert (coco.CLASSES[0], coco.CLASSES[9], coco.CLASSES[79]) == ("person", "traffic light", "toothbrush")


@pytest.mark.parametrize("decoding", ["yolox", "yolo", "yolov5"])
def test_a_decoding_that_the_answer_has_not_is_refused_with_the_one_it_has(decoding: str) -> None:
    words = refused(ModelDecodingMismatch, NANODET, wish(decoding))
    assert "persons float32 [1, 3549, 5]" in words
    assert "What fits it: nanodet" in words


def test_boxes_are_no_poses() -> None:
    words = refused(ModelInputUnfit, NANODET, wish("movenet"))
    assert "picture uint8 [1, 416, 416, 3]" in words


def test_a_network_for_any_size_must_be_told_one() -> None:
    assert "[1, free, free, 3]" in refused(ModelSizeMissing, MOVENET, wish("yolox"))
    words = refused(ModelDecodingMismatch, MOVENET, wish("yolox", size=(256, 256)))
    assert "[1, 6, 56]" in words and "What fits it: movenet" in words


def test_a_size_that_the_file_has_not_is_refused() -> None:
    words = refused(ModelSizeUnexpected, NANODET, wish("nanodet", size=(640, 384)))
    assert "640x384" in words and "[1, 416, 416, 3]" in words
    assert propose(NANODET, wish("nanodet", size=(416, 416))).input.width == 416


def test_a_class_that_the_file_has_not_is_refused() -> None:
    assert "0 to 0" in refused(ModelPersonOutside, NANODET, wish("nanodet", person_class=3))


def test_a_text_is_no_network() -> None:
    assert "README.md" in refused(ModelUnloadable, MODELS / "README.md", wish())


@pytest.mark.parametrize("name", ["", "../up", ".hidden", "a/b", "a b"])
def test_a_name_that_is_no_name(folder: Path, name: str) -> None:
    with pytest.raises(ModelNameUnusable):
        usable_name(folder, name)


def test_a_name_is_given_once(folder: Path) -> None:
    with pytest.raises(ModelNameTaken, match="nanodet_416"):
        usable_name(folder, "nanodet_416")
    assert usable_name(folder, "广场") == "广场"


def test_what_is_added_is_whole_or_not_there(folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    proposed = propose(NANODET, wish("nanodet"))
    with pytest.raises(ModelFileChanged):
        put(folder, MOVENET, proposed)
    assert sorted(path.name for path in folder.iterdir()) == before
    put(folder, NANODET, proposed)
    assert sorted(path.name for path in folder.iterdir()) == sorted([*before, "yard.onnx", "yard.toml"])


def test_a_network_is_chosen_by_name_and_the_shipped_one_without(folder: Path) -> None:
    add(folder, NANODET, decoding="nanodet")
    assert load_models(folder).person.fact.name.removesuffix("_int8") == "nanodet_416"
    assert load_models(folder, person="yard").person.fact.name == "yard"
    for name in ("nanodet_416.toml", "nanodet_416_int8.toml"):
        (folder / name).unlink()
    assert load_models(folder).person.fact.name == "yard"


@pytest.mark.parametrize("name", ["yard", "movenet_multipose"])
def test_a_name_that_nobody_has_is_refused_with_those_there_are(folder: Path, name: str) -> None:
    with pytest.raises(ModelNameUnknown) as raised:
        load_models(folder, person=name)
    assert name in str(raised.value) and "there are nanodet_416" in str(raised.value)
    assert "analysis.person_model" in str(raised.value)


@pytest.mark.parametrize("decoding", ["ssd", "efficientdet"])
def test_a_decoding_that_there_is_not_is_refused_with_those_there_are(folder: Path, decoding: str) -> None:
    path = folder / "nanodet_416.toml"
    text = path.read_text("utf-8").replace('decoding = "nanodet"', f'decoding = "{decoding}"')
    path.write_text(text, "utf-8")
    with pytest.raises(DecodingUnknown) as raised:
        find_manifest(folder, "person")
    for words in (
        "nanodet_416.toml",
        f'"{decoding}"',
        "movenet, nanodet, yolox, yolo, yolov5, yolo-pose, rtmo",
    ):
        assert words in str(raised.value)
        assert words.strip('"') in raised.value.message("zh")


def persons(*, columns: int, count: int = 84) -> np.ndarray:
    """`count` boxes of 20x40 pixels at (32, 30), the first with a person."""
    rows = np.tile(np.array([32, 30, 20, 40] + [0.01] * (columns - 4)), (count, 1))
    rows[0, 4:6] = 0.9
    return rows


def test_ultralytics_exports_are_taken_with_the_names_they_state(folder: Path, tmp_path: Path) -> None:
    answer = persons(columns=4 + 3)[:, [0, 1, 2, 3, 6, 4, 5]].T[None]
    names = {"names": "{0: 'helmet', 1: 'person', 2: 'vest'}"}
    file = write_network(tmp_path / "site.onnx", answer, says=names)
    added = add(folder, file, decoding="yolo", name="site")
    assert (added.classes, added.person) == (("helmet", "person", "vest"), 1)
    assert (added.input.colour, added.input.normalisation) == ("RGB", "1/255")
    (found,) = load_models(folder, person="site").person.look(plain_frame(128, 128))
    assert found.score == pytest.approx(0.9)
    assert (found.box.left, found.box.top, found.box.right, found.box.bottom) == (44, 20, 84, 100)


def test_a_yolov5_export_is_taken(folder: Path, tmp_path: Path) -> None:
    file = write_network(tmp_path / "old.onnx", persons(columns=5 + 1, count=3 * 84)[None])
    added = add(folder, file, decoding="yolov5", name="old")
    assert added.classes == ("person",)
    (found,) = load_models(folder, person="old").person.look(plain_frame(64, 64))
    assert found.score == pytest.approx(0.81)


def test_an_export_for_any_size_is_taken_at_the_size_that_is_asked(folder: Path, tmp_path: Path) -> None:
    answer = persons(columns=4 + 1, count=4 * 8 + 2 * 4 + 2).T[None]
    file = write_network(tmp_path / "free.onnx", answer, shape=("batch", 3, "height", "width"))
    assert "[free, 3, free, free]" in refused(ModelSizeMissing, file, wish("yolo"))
    added = add(folder, file, decoding="yolo", size=(64, 32))
    assert (added.input.width, added.input.height) == (64, 32)
    assert len(load_models(folder, person="yard").person.look(plain_frame(640, 320))) == 1


def test_a_class_that_nobody_calls_a_person_must_be_named(tmp_path: Path) -> None:
    says = {"names": "{0: 'head', 1: 'helmet'}"}
    file = write_network(tmp_path / "heads.onnx", persons(columns=4 + 2).T[None], says=says)
    assert "head, helmet" in refused(ModelPersonUnknown, file, wish("yolo"))
    assert propose(file, wish("yolo", person_class=0)).classes == ("person", "helmet")


@pytest.mark.parametrize(
    "names", ["", "nonsense(", "{'a': 1}", "[1, 2, 3]", "__import__('os')", "((((" * 500]
)
def test_names_that_are_none_are_passed_over(tmp_path: Path, names: str) -> None:
    file = write_network(tmp_path / "yard.onnx", persons(columns=4 + 1).T[None], says={"names": names})
    assert propose(file, wish("yolo")).classes == ("person",)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda rows: rows * [1 / 64, 1 / 64, 1 / 64, 1 / 64, 1, 1], id="shares of the picture"),
        pytest.param(lambda rows: rows * [1, 1, 1, 1, -8, -8], id="scores that are logarithms"),
        pytest.param(lambda rows: rows * np.nan, id="no numbers"),
        pytest.param(lambda rows: rows * [1, 1, -1, 1, 1, 1], id="corners instead of sizes"),
    ],
)
def test_an_answer_of_the_right_shape_that_means_something_else_is_refused(
    tmp_path: Path, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    file = write_network(tmp_path / "yard.onnx", change(persons(columns=6)).T[None])
    assert "output0 float32 [1, 6, 84]" in refused(ModelAnswerImplausible, file, wish("yolo", person_class=0))


def test_yolox_decoded_already_is_refused(tmp_path: Path) -> None:
    file = write_network(tmp_path / "yard.onnx", persons(columns=6)[None] * [1, 1, 5, 5, 1, 1])
    assert "box sides" in refused(ModelAnswerImplausible, file, wish("yolox"))


@pytest.mark.parametrize(
    ("shape", "type"), [((1, 3, 64, 64), "float16"), ((1, 1, 64, 64), "float32"), ((1, 3, 64), "float32")]
)
def test_an_input_that_is_no_picture_is_refused(tmp_path: Path, shape: tuple[int, ...], type: str) -> None:
    file = write_network(tmp_path / "yard.onnx", persons(columns=5).T[None], shape=shape, type=type)
    assert f"images {type} [{', '.join(map(str, shape))}]" in refused(ModelInputUnknown, file, wish("yolo"))


@needs_yolox
def test_an_operators_network_is_proposed_from_its_file() -> None:
    proposed = propose(YOLOX, wish(licence="Apache-2.0", score=0.55))
    fed = proposed.input
    assert (fed.name, fed.type, fed.layout, fed.colour) == ("images", "float32", "NCHW", "BGR")
    assert (fed.height, fed.width, fed.fill, fed.normalisation) == (416, 416, 114, "in the graph")
    assert (proposed.output.name, proposed.output.shape) == ("output", (1, 3549, 85))
    assert (proposed.classes, proposed.person) == (coco.CLASSES, 0)
    assert (proposed.source.licence, proposed.thresholds.score) == ("Apache-2.0", 0.55)
    other = propose(YOLOX, wish(person_class=2))
    assert (other.person, other.classes[0], other.classes[1]) == (2, "class 0", "bicycle")


@needs_yolox
@pytest.mark.parametrize(
    ("before", "after", "kind", "words"),
    [
        ('"yolox"', '"yolo"', ModelDecodingMismatch, "What fits it: yolox"),
        ('"yolox"', '"yolov5"', ModelDecodingMismatch, "output float32 [1, 3549, 85]"),
        ("height = 416\nwidth = 416", "height = 640\nwidth = 640", ModelShapeUnexpected, "[1, 3, 416, 416]"),
        ('"images"', '"image"', ModelShapeUnexpected, "images float32"),
        ('"NCHW"', '"NHWC"', ModelShapeUnexpected, "[1, 3, 416, 416]"),
        ('"float32"', '"uint8"', ModelShapeUnexpected, "images float32"),
        ('"output"', '"boxes"', ModelShapeUnexpected, "output float32"),
        ("[1, 3549, 85]", "[1, 84, 3549]", ModelShapeUnexpected, "[1, 3549, 85]"),
        (', "toothbrush"]', "]", ModelDecodingMismatch, "[1, 3549, 84]"),
    ],
)
def test_a_wrong_manifest_is_refused_with_what_the_file_offers(
    folder: Path, before: str, after: str, kind: type[DetectorError], words: str
) -> None:
    add(folder, name="yard")
    path = folder / "yard.toml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    with pytest.raises(kind) as raised:
        load_models(folder, person="yard")
    assert words in str(raised.value)
    assert words.replace("What fits it: ", "") in raised.value.message("zh")


@needs_yolox
@needs_vtest
def test_an_operators_network_finds_the_labelled_persons(folder: Path) -> None:
    model = PersonModel(OnnxSession(folder=folder, manifest=add(folder)))
    labelled = labelled_boxes()
    found = hits = 0
    for number, frame in enumerate(frames_of(VTEST, fps=10)):
        if number not in labelled:
            continue
        left = list(labelled[number])
        for detection in model.look(frame):
            found += 1
            best = max(left, key=detection.box.overlap, default=None)
            if best is not None and detection.box.overlap(best) >= 0.4:
                left.remove(best)
                hits += 1
    # measured: precision 0.94, recall 0.87
    assert hits / found >= 0.88
    assert hits / sum(map(len, labelled.values())) >= 0.82


@needs_yolox
@needs_vtest
def test_the_crowd_rule_counts_with_an_operators_network(folder: Path) -> None:
    add(folder)
    zone = Zone.parse(
        id=ZoneId(1), name="square", polygon=[(0, 0), (1, 0), (1, 1), (0, 1)], rules=["crowd"], crowd_limit=3
    )
    channel = ChannelPipeline(
        camera_id=CameraId(1),
        zones=[zone],
        rules=frozenset({"crowd"}),
        models=load_models(folder, person="yard"),
        settings=DetectorSettings(),
    )
    analyses = [channel.analyse(frame) for frame in frames_of(VTEST, fps=2, until_s=20)]
    event, *_ = [event for analysis in analyses for event in analysis.events]
    assert (event.kind, [fact.name for fact in event.models]) == ("crowd", ["yard"])
    assert event.measurements["count"] > 3
    assert np.mean([len(analysis.scene.persons or ()) for analysis in analyses]) > 3


def test_the_manifest_in_the_documents_is_one(tmp_path: Path) -> None:
    text = (MODELS / "README.md").read_text("utf-8").split("```toml\n")[1].split("```")[0]
    path = tmp_path / "yard.toml"
    path.write_text(text, "utf-8")
    shown = read_manifest(path)
    (output,) = FORMS[shown.decoding].outputs
    assert output.shape_for(shown.input.height, shown.input.width, len(shown.classes)) == shown.output.shape
