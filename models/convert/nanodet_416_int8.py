"""Make nanodet_416_int8.onnx from nanodet_416.onnx. Not needed to run or to test.

Packages (a venv of Python 3.11 with this project in it): onnx==1.23.2 onnxruntime==1.32.0 sympy

    python models/convert/nanodet_416_int8.py models/nanodet_416.onnx models/nanodet_416_int8.onnx

Static int8 of all convolutions but the last three; these, and what reads boxes and scores out of them, stay float32. The
normalisation is folded into the first convolution, which so takes the bytes of the picture. Calibrated on synthetic footage (see calibration.py).
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from calibration import SEED, feed_bytes, frames, quantised, varied
from onnx import helper, numpy_helper
from onnxruntime.quantization.shape_inference import quant_pre_process

SIDE = 416
#: the grey that the first convolution sees beyond the edge: the mean of the three means, where there was each's own
LEVEL = 114
KINDS = ["Conv", "LeakyRelu", "Concat", "Resize", "MaxPool", "Add"]


def fold_normalisation(graph: onnx.GraphProto) -> None:
    """picture -> Cast, Sub, Div, Transpose, Gather -> Conv becomes picture -> DequantizeLinear, Transpose -> Conv."""
    values = {one.name: one for one in graph.initializer}
    maker = {name: node for node in graph.node for name in node.output}
    first = next(node for node in graph.node if node.op_type == "Conv")
    before, name = [], first.input[0]
    while name != "picture":
        node = maker[name]
        before.append(node)
        name = node.input[0]
    kinds = sorted(node.op_type for node in before)
    if kinds != ["Cast", "Div", "Gather", "Sub", "Transpose"]:
        raise SystemExit(f"before the first convolution stand {kinds}")
    by_kind = {node.op_type: node for node in before}
    mean, std = (
        numpy_helper.to_array(values[by_kind[kind].input[1]]).astype(np.float64).reshape(3)
        for kind in ("Sub", "Div")
    )
    weight, bias = (numpy_helper.to_array(values[name]).astype(np.float64) for name in first.input[1:])
    rgb = weight[:, ::-1]
    folded = rgb / std[None, :, None, None]
    moved = bias + (folded * (LEVEL - mean)[None, :, None, None]).sum((1, 2, 3))
    for index, numbers in ((1, folded), (2, moved)):
        values[first.input[index]].CopyFrom(
            numpy_helper.from_array(numbers.astype(np.float32), first.input[index])
        )
    graph.initializer.extend(
        [
            numpy_helper.from_array(np.float32(1), "pre_scale"),
            numpy_helper.from_array(np.uint8(LEVEL), "pre_level"),
        ]
    )
    for node in before:
        graph.node.remove(node)
        for name in node.input:
            if name in values:
                graph.initializer.remove(values[name])
    read = [
        helper.make_node("DequantizeLinear", ["picture", "pre_scale", "pre_level"], ["pre_float"]),
        helper.make_node("Transpose", ["pre_float"], ["pre_planes"], perm=[0, 3, 1, 2]),
    ]
    first.input[0] = "pre_planes"
    nodes = read + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)


def kept_in_float(graph: onnx.GraphProto) -> list[str]:
    """The last convolutions and what follows: there boxes, bins and scores share tensors, which one scale cannot serve."""
    users: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    known: dict[str, bool] = {}

    def leads_to_conv(name: str) -> bool:
        if name not in known:
            known[name] = any(
                node.op_type == "Conv" or any(leads_to_conv(output) for output in node.output)
                for node in users.get(name, [])
            )
        return known[name]

    return [node.name for node in graph.node if not any(leads_to_conv(output) for output in node.output)]


def main(source: Path, target: Path) -> None:
    dice = np.random.default_rng(SEED)
    pictures = [varied(frame.letterbox(SIDE)[0], dice) for frame in frames(2.0)]
    # and a camera that is covered, and one that is dazzled
    pictures += [np.full((SIDE, SIDE, 3), value, np.uint8) for value in (0, 255)]
    with tempfile.TemporaryDirectory() as scratch:
        lean, plain = Path(scratch) / "lean.onnx", Path(scratch) / "plain.onnx"
        quant_pre_process(source, plain, skip_symbolic_shape=True)
        model = onnx.load(plain)
        for index, node in enumerate(model.graph.node):
            node.name = node.name or f"node_{index}"
        fold_normalisation(model.graph)
        onnx.save(model, lean)
        model = quantised(
            lean,
            Path(scratch) / "int8.onnx",
            pictures,
            kinds=KINDS,
            kept=kept_in_float(model.graph),
            level=LEVEL,
        )
    feed_bytes(model, LEVEL)
    onnx.checker.check_model(model)
    onnx.save(model, target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
