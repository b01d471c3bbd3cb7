"""ONNX files made by hand, field by field: networks that answer the same numbers whatever they are shown.

The numbers of the fields are those of onnx.proto; nothing that writes ONNX is needed to run the tests.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

#: onnx.TensorProto.DataType
TYPES = {"float32": 1, "uint8": 2, "int64": 7, "bool": 9, "float16": 10}


def write_network(
    path: Path,
    answer: np.ndarray | Mapping[str, np.ndarray],
    *,
    shape: Sequence[int | str] = (1, 3, 64, 64),
    type: str = "float32",
    says: Mapping[str, str] | None = None,
    told: str = "",
    states: Mapping[str, Sequence[int | str]] | None = None,
) -> Path:
    """Input `images`, output `output0` or those of `answer` by name; a size that is a word is free.

    `says` is the file's own metadata, `told` the name of a second input for the size, `states` the shapes of outputs one
    axis of which the file leaves free.
    """
    answers = answer if isinstance(answer, Mapping) else {"output0": answer}
    states = states or {}
    graph, ends = b"", b""
    for name, numbers in answers.items():
        kind = "int64" if numbers.dtype == np.int64 else "float32"
        rows = numbers.astype(kind)
        tensor = b"".join(_number(1, size) for size in rows.shape)
        tensor += _number(2, TYPES[kind]) + _text(8, f"rows of {name}") + _bytes(9, rows.tobytes())
        node = _text(1, f"rows of {name}")
        last = _text(2, name) + _text(3, f"always {name}")
        free = [axis for axis, size in enumerate(states.get(name, ())) if isinstance(size, str)]
        if free:  # Compress keeps all, but nobody can tell so before it runs
            count = rows.shape[free[0]]
            all_of = _number(1, count) + _number(2, TYPES["bool"]) + _text(8, f"all of {name}")
            graph += _bytes(5, all_of + _bytes(9, bytes([1] * count)))
            axis = _text(1, "axis") + _number(3, free[0]) + _number(20, 2)
            node += _text(1, f"all of {name}") + last + _text(4, "Compress") + _bytes(5, axis)
        else:
            node += last + _text(4, "Identity")
        graph = _bytes(1, node) + graph + _bytes(5, tensor)
        ends += _bytes(12, _end(name, kind, states.get(name, rows.shape)))
    graph += _text(2, "network") + _bytes(11, _end("images", type, shape))
    graph += (_bytes(11, _end(told, "int64", (1, 2))) if told else b"") + ends
    model = _number(1, 8) + _bytes(7, graph) + _bytes(8, _text(1, "") + _number(2, 13))
    model += b"".join(_bytes(14, _text(1, key) + _text(2, value)) for key, value in (says or {}).items())
    path.write_bytes(model)
    return path


def _end(name: str, type: str, shape: Sequence[int | str]) -> bytes:
    sizes = b"".join(
        _bytes(1, _text(2, size) if isinstance(size, str) else _number(1, size)) for size in shape
    )
    tensor = _number(1, TYPES[type]) + _bytes(2, sizes)
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())
