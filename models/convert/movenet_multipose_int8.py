"""Make movenet_multipose_int8.onnx from movenet_multipose.onnx. Not needed to run or to test.

Packages (a venv of Python 3.11 with this project in it): onnx==1.23.2 onnxruntime==1.32.0 sympy

    python models/convert/movenet_multipose_int8.py models/movenet_multipose.onnx models/movenet_multipose_int8.onnx

Static int8 of the backbone; the pyramid and the heads, a tenth of the arithmetic and most of the accuracy, stay float32.
Calibrated on synthetic footage (see calibration.py). Two things are computed otherwise, to the same result:
the normalisation is folded into the first convolution, which so takes the bytes of the picture; and the weight of a
keypoint's place, a Gaussian around its regression inside the person's box, is made of a row and a column.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from calibration import SEED, feed_bytes, frames, quantised, varied
from onnx import helper, numpy_helper
from onnxruntime.quantization.shape_inference import quant_pre_process

#: as a 16:9 camera is seen by day, and as somebody is looked for
SIDES = ((192, 320), (160, 160))
#: the grey that the first convolution sees beyond the edge; it was 127.5
LEVEL = 128
KINDS = ["Conv", "Clip", "Relu"]
BACKBONE = "center_net_mobile_net_v2fpn_feature_extractor/model_1/model/"
PERSONS, KEYPOINTS = 6, 17


def fold_normalisation(graph: onnx.GraphProto) -> None:
    """picture -> Cast, Sub 0, Mul, Sub 1, Transpose -> Conv becomes picture -> DequantizeLinear, Transpose -> Conv."""
    values = {one.name: one for one in graph.initializer}
    before = list(graph.node)[:5]
    first = graph.node[5]
    kinds = [node.op_type for node in (*before, first)]
    if kinds != ["Cast", "Sub", "Mul", "Sub", "Transpose", "Conv"]:
        raise SystemExit(f"the graph begins with {kinds}: this is another MoveNet")
    zero, factor, one = (numpy_helper.to_array(values[node.input[1]]) for node in before[1:4])
    if zero.any() or float(one) != 1.0:
        raise SystemExit(f"the picture is moved by {zero} and {one}: this is another MoveNet")
    weight, bias = (numpy_helper.to_array(values[name]).astype(np.float64) for name in first.input[1:])
    folded = weight * float(factor)
    moved = bias + weight.sum((1, 2, 3)) * (LEVEL * float(factor) - 1.0)
    for index, numbers in ((1, folded), (2, moved)):
        name = f"first_{index}"
        graph.initializer.append(numpy_helper.from_array(numbers.astype(np.float32), name))
        first.input[index] = name
    graph.initializer.extend(
        [
            numpy_helper.from_array(np.float32(1), "pre_scale"),
            numpy_helper.from_array(np.uint8(LEVEL), "pre_level"),
        ]
    )
    for node in before:
        graph.node.remove(node)
    first.input[0] = "pre_planes"
    put_before(
        graph,
        first,
        [
            helper.make_node("DequantizeLinear", ["picture", "pre_scale", "pre_level"], ["pre_float"]),
            helper.make_node("Transpose", ["pre_float"], ["pre_planes"], perm=[0, 3, 1, 2]),
        ],
    )


def weigh_by_rows_and_columns(graph: onnx.GraphProto) -> None:
    """exp(-(dy² + dx²) / s) inside a box is a row times a column: six planes of 17 keypoints are multiplied, not computed.

    The planes lie [person, keypoint, y, x], so that the best place of each is looked for along memory.
    """
    maker = {name: node for node in graph.node for name in node.output}
    missing = {"mul_10", "Max", "ArgMax", "Shape_9", "range_1", "range_2", "add_6", "add_7", "mul_7"} - set(
        maker
    )
    if missing:
        raise SystemExit(f"the graph has no {missing}: this is another MoveNet")
    gather = next(node for node in graph.node if node.op_type == "GatherND" and node.input[0] == "Max")
    new: list[onnx.NodeProto] = []

    def constant(name: str, numbers: list[int]) -> str:
        graph.initializer.append(numpy_helper.from_array(np.array(numbers, np.int64), name))
        return name

    def node(kind: str, inputs: list[str], output: str, **more: object) -> str:
        new.append(helper.make_node(kind, inputs, [output], **more))
        return output

    heat = maker[maker["mul_9"].input[0]].input[0]  # behind Unsqueeze and Transpose: [17, height, width]
    heat = maker[heat].input[0]
    per_keypoint = constant("post_per_keypoint", [PERSONS, KEYPOINTS, 1, 1])
    per_person = constant("post_per_person", [PERSONS, 1, 1, 1])
    sides = []
    for name, steps, place, least, most, shape in (
        ("y", "range_2", "add_6", "split", "split2", [1, 1, -1, 1]),
        ("x", "range_1", "add_7", "split1", "split3", [1, 1, 1, -1]),
    ):
        at = node("Reshape", [steps, constant(f"post_{name}_shape", shape)], f"post_{name}")
        around = node("Reshape", [place, per_keypoint], f"post_{name}_place")
        away = node("Sub", [at, around], f"post_{name}_away")
        square = node("Mul", [away, away], f"post_{name}_square")
        share = node("Div", [square, "mul_7"], f"post_{name}_share")
        weight = node("Exp", [node("Neg", [share], f"post_{name}_less")], f"post_{name}_weight")
        low = node("Reshape", [least, per_person], f"post_{name}_low")
        high = node("Reshape", [most, per_person], f"post_{name}_high")
        above = node("GreaterOrEqual", [at, low], f"post_{name}_above")
        below = node("Less", [at, high], f"post_{name}_below")
        inside = node("And", [above, below], f"post_{name}_inside")
        mask = node("Cast", [inside], f"post_{name}_mask", to=onnx.TensorProto.FLOAT)
        sides.append(node("Mul", [weight, mask], f"post_{name}_side"))
    planes = node("Mul", [node("Mul", [heat, sides[0]], "post_rows"), sides[1]], "post_planes")
    node("ReduceMax", [planes], "post_most", axes=[0], keepdims=0)
    flat = node("Reshape", [planes, constant("post_flat_shape", [PERSONS * KEYPOINTS, -1])], "post_flat")
    node("ArgMax", [flat], "ArgMax", axis=1, keepdims=0)
    shape = node("Shape", [planes], "post_shape")
    node("Gather", [shape, constant("post_order", [2, 3, 0, 1])], "Shape_9", axis=0)
    place = constant("post_place", [2, 0, 1])
    found = helper.make_node("Gather", [gather.input[1], place], ["post_found"], axis=1)
    gather.input[:] = ["post_most", "post_found"]
    put_before(graph, gather, [found])
    for output in ("ArgMax", "Shape_9"):
        graph.node.remove(maker[output])
    put_before(graph, maker["Reshape_26"], new)
    prune(graph)


def put_before(graph: onnx.GraphProto, node: onnx.NodeProto, new: list[onnx.NodeProto]) -> None:
    nodes = list(graph.node)
    index = nodes.index(node)
    del graph.node[:]
    graph.node.extend([*nodes[:index], *new, *nodes[index:]])


def prune(graph: onnx.GraphProto) -> None:
    """Leave out what nobody reads any more."""
    while True:
        read = {name for node in graph.node for name in node.input} | {end.name for end in graph.output}
        dead = [node for node in graph.node if not read.intersection(node.output)]
        if not dead:
            break
        for node in dead:
            graph.node.remove(node)
    for one in [one for one in graph.initializer if one.name not in read]:
        graph.initializer.remove(one)
    del graph.value_info[:]


def in_order(graph: onnx.GraphProto) -> None:
    """Every node behind those whose answers it reads."""
    known = {one.name for one in graph.initializer} | {end.name for end in graph.input} | {""}
    waiting, done = list(graph.node), []
    while waiting:
        ready = [node for node in waiting if known.issuperset(node.input)]
        if not ready:
            raise SystemExit(f"{waiting[0].name} reads what nobody writes")
        done += ready
        known.update(name for node in ready for name in node.output)
        waiting = [node for node in waiting if node not in ready]
    del graph.node[:]
    graph.node.extend(done)


def pictures() -> list[np.ndarray]:
    dice = np.random.default_rng(SEED)
    shown = []
    for index, frame in enumerate(frames(2.0)):
        height, width = SIDES[0]
        if index % 3 == 2:  # a second look: a square of the picture
            height, width = SIDES[1]
            side = frame.height * 2 // 3 // 2 * 2
            left = int(dice.integers(0, (frame.width - side) // 2)) * 2
            picture = frame.crop_rgb((left, frame.height - side, left + side, frame.height), width, height)
        else:
            picture, _ = frame.letterbox(width, height=height)
        shown.append(varied(picture, dice))
    return shown


def main(source: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        plain, lean = Path(scratch) / "plain.onnx", Path(scratch) / "lean.onnx"
        quant_pre_process(source, plain, skip_symbolic_shape=True)
        model = onnx.load(plain)
        for index, node in enumerate(model.graph.node):
            node.name = node.name or f"node_{index}"
        fold_normalisation(model.graph)
        weigh_by_rows_and_columns(model.graph)
        in_order(model.graph)
        onnx.save(model, lean)
        kept = [node.name for node in model.graph.node if node.op_type in KINDS and not in_backbone(node)]
        model = quantised(lean, Path(scratch) / "int8.onnx", pictures(), kinds=KINDS, kept=kept, level=LEVEL)
    feed_bytes(model, LEVEL)
    onnx.checker.check_model(model)
    onnx.save(model, target)


def in_backbone(node: onnx.NodeProto) -> bool:
    return node.name.startswith((BACKBONE, "Relu6"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
