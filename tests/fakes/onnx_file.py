"""ONNX files made by hand, field by field: networks that answer the same numbers whatever they are shown.

The numbers of the fields are those of onnx.proto; nothing that writes ONNX is needed to run the tests.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

#: onnx.TensorProto.DataType
TYPES = {"float32": 1, "uint8": 2, "float16": 10}


def write_network(
    path: Path,
    answer: np.ndarray,
    *,
    shape: Sequence[int | str] = (1, 3, 64, 64),
    type: str = "float32",
    says: Mapping[str, str] | None = None,
) -> Path:
    """Input `images`, output `output0`; a size that is a word is free. `says` is the file's own metadata."""
    rows = answer.astype(np.float32)
    tensor = b"".join(_number(1, size) for size in rows.shape)
    tensor += _number(2, TYPES["float32"]) + _text(8, "rows") + _bytes(9, rows.tobytes())
    node = _text(1, "rows") + _text(2, "output0") + _text(3, "always") + _text(4, "Identity")
    graph = _bytes(1, node) + _text(2, "network") + _bytes(5, tensor)
    graph += _bytes(11, _end("images", type, shape)) + _bytes(12, _end("output0", "float32", rows.shape))
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
