"""A network that takes one picture a run, made to take several: for measuring whether that would be cheaper, for nothing else.

It needs `onnx`, which only benchmarks need.
"""

from pathlib import Path
from typing import Any

from vms.bench.errors import BenchFailed


class BatchImpossible(BenchFailed):
    """The network takes one picture a run: {reason}.

    该网络每次只能处理一张图片：{reason}。
    """

    @property
    def reason(self) -> str:
        return str(self.context["reason"])


def batched(path: Path, size: int) -> bytes:
    """The file with `size` pictures along the first axis of its input, its outputs and what it reshapes to.

    Raises: BatchImpossible.
    """
    try:
        import onnx
        from onnx import numpy_helper
    except ImportError as error:
        raise BatchImpossible(reason="not tried, for onnx is not installed (make bench)") from error
    model = onnx.load(path)
    graph = model.graph
    for end in (*graph.input, *graph.output):
        end.type.tensor_type.shape.dim[0].dim_value = size
    shapes = {node.input[1] for node in graph.node if node.op_type == "Reshape"}
    for one in graph.initializer:
        if one.name in shapes:
            _widen(one, size, numpy_helper)
    del graph.value_info[:]
    return bytes(model.SerializeToString())


def _widen(one: Any, size: int, numpy_helper: Any) -> None:
    shape = numpy_helper.to_array(one).copy()
    if len(shape) and shape[0] == 1:
        shape[0] = size
        one.CopyFrom(numpy_helper.from_array(shape, one.name))
