"""Networks of each further form, made by hand as their authors export them: added by name, and looked with.

What they answer is always the same, so that what a frame gives is known beforehand.
"""

from pathlib import Path

import numpy as np
import pytest

from detectors import coco
from detectors.check import look_once
from detectors.decoding import cells
from detectors.errors import DetectorError, ModelDecodingMismatch, ModelNotFound
from detectors.manifest import Manifest, find_manifest, read_manifest
from detectors.model_folder import put
from detectors.onnx_session import OnnxSession
from detectors.person import PersonModel
from detectors.pose import PoseModel
from detectors.proposal import Wish, propose
from detectors.proposal_errors import ModelAnswerImplausible, ModelInputUnknown, ModelSizeMissing
from tests.fakes.onnx_file import write_network
from tests.unit.detectors.clips import plain_frame

SIDE = 64
KEYPOINTS = np.array([(30 + i % 4, 20 + i, 0.9) for i in range(17)], np.float32)


def add(tmp_path: Path, file: Path, decoding: str, **other: object) -> Manifest:
    asked = {"name": "yard", "command": "vms models add", "decoding": decoding, **other}
    folder = tmp_path / "models"
    folder.mkdir(exist_ok=True)
    return read_manifest(put(folder, file, propose(file, Wish(**asked))))  # type: ignore[arg-type]


def session(tmp_path: Path, manifest: Manifest) -> OnnxSession:
    return OnnxSession(folder=tmp_path / "models", manifest=manifest)


def yolo_pose(count: int) -> np.ndarray:
    rows = np.tile(np.array([32, 28, 20, 30, 0.01, *KEYPOINTS.ravel()], np.float32), (count, 1))
    rows[5, 4] = 0.8
    return rows.T[None]


def rtmo(boxes: int = 2) -> dict[str, np.ndarray]:
    dets = np.array([(22, 13, 42, 43, 0.9), (2, 3, 12, 33, 0.1)], np.float32)[:boxes]
    return {"dets": dets[None], "keypoints": np.stack([KEYPOINTS, KEYPOINTS - 5])[None, :boxes]}


def test_yolo_pose_gives_poses_and_counts_persons(tmp_path: Path) -> None:
    file = write_network(tmp_path / "pose.onnx", yolo_pose(cells(SIDE, SIDE)))
    added = add(tmp_path, file, "yolo-pose")
    assert (added.task, added.input.width, added.output.shape) == ("pose", SIDE, (1, 56, 84))
    assert find_manifest(tmp_path / "models", "person", "yard") == added
    frame = plain_frame(2 * SIDE, 2 * SIDE)
    (found,) = PoseModel(session(tmp_path, added)).look(frame, size=320)
    assert found.pose is not None
    np.testing.assert_allclose(found.pose.keypoints[:, :2], 2 * KEYPOINTS[:, :2])
    (counted,) = PersonModel(session(tmp_path, added)).look(frame)
    assert (counted.box, counted.pose) == (found.box, None)


def test_a_pose_network_of_one_size_looks_at_a_part_of_the_picture(tmp_path: Path) -> None:
    added = add(tmp_path, write_network(tmp_path / "pose.onnx", rtmo()), "rtmo")
    model = PoseModel(session(tmp_path, added))
    frame = plain_frame(400, 300)
    (whole,) = model.look(frame, size=320)
    part = whole.box.grown(0)
    (cut,) = model.look(frame, size=160, area=part)
    # the network always answers the same, so that the answer lies in the part as it lay in the whole
    assert part.left <= cut.box.left < cut.box.right <= part.right + 1
    for turned in (1, 3):
        (back,) = model.look(frame, size=160, area=part, turned=turned)  # type: ignore[arg-type]
        assert part.left - 2 <= back.box.left < back.box.right <= part.right + 2
        assert part.top - 2 <= back.box.top < back.box.bottom <= part.bottom + 2


def test_yolo_pose_of_any_size_is_shown_the_size_that_is_asked(tmp_path: Path) -> None:
    answer = yolo_pose(cells(256, 256))
    states = {"output0": (1, 56, "cells")}
    file = write_network(tmp_path / "pose.onnx", answer, shape=(1, 3, "h", "w"), states=states)
    added = add(tmp_path, file, "yolo-pose")
    assert (added.input.width, added.output.shape) == (0, (1, 56, 0))
    (found,) = PoseModel(session(tmp_path, added)).look(plain_frame(256, 256), size=256)
    assert found.score == pytest.approx(0.8)
    with pytest.raises(ModelNotFound):  # who counts needs one size
        find_manifest(tmp_path / "models", "person", "yard")


def test_rtmo_gives_poses_whoever_many_there_are(tmp_path: Path) -> None:
    states = {"dets": (1, "n", 5), "keypoints": (1, "n", 17, 3)}
    file = write_network(tmp_path / "rtmo.onnx", rtmo(), states=states)
    added = add(tmp_path, file, "rtmo")
    assert [(output.name, output.shape) for output in added.outputs] == [
        ("dets", (1, 0, 5)),
        ("keypoints", (1, 0, 17, 3)),
    ]
    assert (added.input.colour, added.input.fill) == ("BGR", 114)
    (found,) = look_once(tmp_path / "models", added, plain_frame(SIDE, SIDE), pose_size=320)
    assert found.pose is not None
    np.testing.assert_allclose(found.pose.keypoints, KEYPOINTS)
    (counted,) = PersonModel(session(tmp_path, added)).look(plain_frame(SIDE, SIDE))
    assert counted.box == found.box


def detr(classes: int, person: int) -> dict[str, np.ndarray]:
    logits = np.full((1, 3, classes), -5, np.float32)
    logits[0, 1, person] = 5
    boxes = np.tile(np.array([0.5, 0.5, 0.25, 0.5], np.float32), (1, 3, 1))
    return {"logits": logits, "pred_boxes": boxes}


@pytest.mark.parametrize(
    ("classes", "person", "last", "score"),
    [
        (80, 0, "toothbrush", 0.993),  # RT-DETR: each class for itself
        (91, 1, "toothbrush", 0.993),  # RF-DETR: by the numbers of COCO's categories
        (92, 1, "nothing", 0.996),  # DETR: against nothing
    ],
)
def test_detr_counts(tmp_path: Path, classes: int, person: int, last: str, score: float) -> None:
    file = write_network(tmp_path / "detr.onnx", detr(classes, person), shape=(1, 3, 80, 80))
    added = add(tmp_path, file, "detr")
    assert (added.person, added.classes[-1]) == (person, last)
    (found,) = PersonModel(session(tmp_path, added)).look(plain_frame(160, 160))
    assert found.score == pytest.approx(score, abs=1e-3)
    assert (found.box.left, found.box.top, found.box.right, found.box.bottom) == (60, 40, 100, 120)


def test_detr_of_three_classes_and_nothing_tells_boxes_by_their_name(tmp_path: Path) -> None:
    names = {"names": "['cat', 'person', 'dog']"}
    file = write_network(tmp_path / "detr.onnx", detr(4, 1), says=names)
    added = add(tmp_path, file, "detr")
    assert added.classes == ("cat", "person", "dog", "nothing")
    assert [output.name for output in added.outputs] == ["logits", "pred_boxes"]


def test_the_categories_of_coco_have_their_numbers() -> None:
    named = [coco.CATEGORIES.index(name) for name in ("person", "bus", "stop sign", "chair", "toothbrush")]
    assert named == [1, 6, 13, 62, 90]
    assert len(set(coco.CATEGORIES)) == 91


def rtdetr() -> dict[str, np.ndarray]:
    return {
        "labels": np.array([[0, 2, 0]], np.int64),
        "boxes": np.array([[(10, 10, 20, 40), (30, 10, 40, 40), (0, 0, 9, 9)]], np.float32),
        "scores": np.array([[0.9, 0.8, 0.1]], np.float32),
    }


def test_rtdetr_is_told_the_size_of_its_input(tmp_path: Path) -> None:
    file = write_network(tmp_path / "rtdetr.onnx", rtdetr(), told="orig_target_sizes")
    added = add(tmp_path, file, "rtdetr")
    assert (added.input.size_name, added.classes) == ("orig_target_sizes", coco.CLASSES)
    (found,) = PersonModel(session(tmp_path, added)).look(plain_frame(128, 128))
    assert (found.box.left, found.box.top, found.box.right, found.box.bottom) == (20, 20, 40, 80)


def test_a_file_without_an_input_for_pictures_is_refused(tmp_path: Path) -> None:
    network = write_network(tmp_path / "two.onnx", detr(80, 0), shape=(1, 3, 64), told="pixel_mask")
    with pytest.raises(ModelInputUnknown, match="pixel_mask"):
        propose(network, Wish(name="a", decoding="detr", command="x"))


def test_points_count_one_each(tmp_path: Path) -> None:
    points = np.array([[(10, 20, 0.9), (11, 20, 0.8), (60, 60, 0.9), (30, 30, 0.1)]], np.float32)
    added = add(tmp_path, write_network(tmp_path / "points.onnx", points), "points")
    # a picture twice as wide as high: what is beside it on the canvas is nobody
    found = PersonModel(session(tmp_path, added)).look(plain_frame(128, 64))
    assert [(one.box.centre, one.weight) for one in found] == [((20, 40), 1.0), ((22, 40), 1.0)]
    assert {one.box.area for one in found} == {0.0}


def test_the_weights_of_a_density_map_sum_to_its_count(tmp_path: Path) -> None:
    density = np.random.default_rng(2).uniform(0, 0.2, (1, 1, 8, 8)).astype(np.float32)
    added = add(tmp_path, write_network(tmp_path / "density.onnx", density), "density")
    found = PersonModel(session(tmp_path, added)).look(plain_frame(128, 128))
    assert sum(one.weight for one in found) == pytest.approx(float(density.sum()), rel=1e-4)
    # the lower half of the canvas is not the picture
    found = PersonModel(session(tmp_path, added)).look(plain_frame(128, 64))
    assert sum(one.weight for one in found) == pytest.approx(float(density[..., :4, :].sum()), rel=1e-4)


@pytest.mark.parametrize(
    ("decoding", "answer", "words"),
    [
        ("rtmo", yolo_pose(cells(SIDE, SIDE)), ["[1, free, 5]; [1, free, 17, 3]", "What fits it: yolo"]),
        ("yolo-pose", rtmo(), ["dets float32 [1, 2, 5]; keypoints float32 [1, 2, 17, 3]", "rtmo"]),
        ("detr", rtdetr(), ["labels int64 [1, 3]; boxes float32 [1, 3, 4]", "rtdetr"]),
        ("rtdetr", detr(80, 0), ["logits float32 [1, 3, 80]", "What fits it: detr"]),
        ("density", np.zeros((1, 9, 3)), ["[1, 1, free, free]", "What fits it: points"]),
        ("points", np.zeros((1, 1, 8, 8)), ["[1, free, 3]", "What fits it: density"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_decoding_is_refused_with_what_the_file_offers(
    tmp_path: Path, decoding: str, answer: np.ndarray | dict[str, np.ndarray], words: list[str]
) -> None:
    file = write_network(tmp_path / "yard.onnx", answer)
    with pytest.raises(ModelDecodingMismatch) as raised:
        add(tmp_path, file, decoding)
    for word in words:
        assert word in str(raised.value)


@pytest.mark.parametrize(
    ("decoding", "answer"),
    [
        # shares of the picture instead of pixels
        ("points", np.full((1, 4, 3), 0.5)),
        ("yolo-pose", yolo_pose(84) / 64),
        ("rtmo", {name: numbers / 64 for name, numbers in rtmo().items()}),
        # pixels where shares are read
        ("detr", {**detr(80, 0), "pred_boxes": np.full((1, 3, 4), 32.0)}),
        # keypoints that lie nowhere
        ("rtmo", {"dets": rtmo()["dets"], "keypoints": 1e5 * rtmo()["keypoints"]}),
        # thousands of persons in a grey picture
        ("density", np.full((1, 1, 64, 64), 3.0)),
        ("density", np.full((1, 1, 8, 8), np.nan)),
    ],
)
def test_numbers_that_cannot_be_persons_are_refused(
    tmp_path: Path, decoding: str, answer: np.ndarray | dict[str, np.ndarray]
) -> None:
    with pytest.raises(ModelAnswerImplausible):
        add(tmp_path, write_network(tmp_path / "yard.onnx", answer), decoding)


def test_a_network_for_one_size_must_be_told_it(tmp_path: Path) -> None:
    file = write_network(tmp_path / "yard.onnx", rtmo(), shape=(1, 3, "h", "w"))
    with pytest.raises(ModelSizeMissing):
        add(tmp_path, file, "rtmo")
    assert add(tmp_path, file, "rtmo", size=(64, 64)).input.width == 64


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('name = "keypoints"', 'name = "poses"', "keypoints float32 [1, 2, 17, 3]"),
        ("shape = [1, 2, 17, 3]", "shape = [1, 2, 17, 2]", "keypoints float32 [1, 2, 17, 3]"),
        ('[[further]]\nname = "keypoints"\nshape = [1, 2, 17, 3]', "", "reads 2 outputs"),
    ],
)
def test_a_manifest_with_another_second_output_is_refused(
    tmp_path: Path, before: str, after: str, words: str
) -> None:
    add(tmp_path, write_network(tmp_path / "rtmo.onnx", rtmo()), "rtmo")
    path = tmp_path / "models" / "yard.toml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    with pytest.raises(DetectorError) as raised:
        session(tmp_path, read_manifest(path))
    assert words in str(raised.value)
