"""What int8 conversion looks at to learn how large the numbers inside a network become: our own synthetic footage, varied.

Only the clips of vms/demo/footage are used. They belong to no evaluation: what is measured later was not seen here.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from streams.camera import CameraId
from streams.frame import Frame
from streams.sampler import frames_of_file

ROOT = Path(__file__).parents[2]
CLIPS = ("crowd_street.mp4", "fall_street_near.mp4", "quiet_street.mp4")
SEED = 3


class Pictures(CalibrationDataReader):
    """Fed to the input `picture`, one after the other."""

    def __init__(self, pictures: list[np.ndarray]) -> None:
        self._pictures = pictures
        self.rewind()

    def rewind(self) -> None:
        self._left = iter(self._pictures)

    def get_next(self) -> dict[str, np.ndarray] | None:
        picture = next(self._left, None)
        return None if picture is None else {"picture": picture[None]}


def frames(per_s: float) -> Iterator[Frame]:
    for clip in CLIPS:
        yield from frames_of_file(str(ROOT / "vms" / "demo" / "footage" / clip), CameraId(0), per_s)


def varied(picture: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    """As another hour, another camera or infrared light would show it."""
    numbers = 255 * (picture / 255) ** dice.uniform(0.6, 1.6) * dice.uniform(0.7, 1.2)
    numbers += dice.normal(0, dice.uniform(0, 8), numbers.shape)
    if dice.random() < 0.3:
        numbers = np.repeat(numbers.mean(-1, keepdims=True), 3, -1)
    if dice.random() < 0.5:
        numbers = numbers[:, ::-1]
    return np.clip(numbers, 0, 255).astype(np.uint8)


def quantised(
    source: Path,
    target: Path,
    pictures: list[np.ndarray],
    *,
    kinds: list[str],
    kept: list[str],
    level: int,
) -> onnx.ModelProto:
    """`source` with its nodes of these kinds in int8 (activations uint8, weights int8 by channel), but for `kept`.

    `pre_planes`, the input of the first convolution, are bytes less `level`: quantised so, nothing of them is lost.
    """
    one, zero = np.array(1, np.float32), np.array(level, np.uint8)
    exact = {"scale": one, "zero_point": zero, "quant_type": QuantType.QUInt8}
    quantize_static(
        source,
        target,
        Pictures(pictures),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=kinds,
        nodes_to_exclude=kept,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        extra_options={"TensorQuantOverrides": {"pre_planes": [exact]}},
    )
    return onnx.load(target)


def feed_bytes(model: onnx.ModelProto, level: int) -> None:
    """The first convolution takes the bytes of the picture as they are.

    quantize_static leaves picture -> DequantizeLinear(1, level) -> Transpose -> QuantizeLinear(1, level): nothing, in three
    steps. What is left is the Transpose, of bytes.
    """
    graph = model.graph
    values = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
    users: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    (first,) = users["picture"]
    (turn,) = users[first.output[0]]
    (last,) = users[turn.output[0]]
    found = (first.op_type, turn.op_type, last.op_type)
    if found != ("DequantizeLinear", "Transpose", "QuantizeLinear"):
        raise SystemExit(f"the picture goes through {found}")
    scale, zero = (values[name] for name in last.input[1:])
    if abs(float(scale) - 1) > 1e-6 or int(zero) != level:
        raise SystemExit(f"the input is scaled by {scale} around {zero}, not by 1 around {level}")
    turn.input[0] = "picture"
    for node in users[last.output[0]]:
        node.input[:] = [turn.output[0] if name == last.output[0] else name for name in node.input]
    graph.node.remove(first)
    graph.node.remove(last)
    del graph.value_info[:]
