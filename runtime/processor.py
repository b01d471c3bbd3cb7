"""What this processor can do, where that decides which of two ways is taken."""

from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")
#: sums of products of bytes in one instruction: Intel and AMD, and ARM
_INT8 = frozenset({"avx512_vnni", "avx_vnni", "asimddp"})


def int8_instructions(cpuinfo: Path = _CPUINFO) -> str:
    """The name of its instructions for int8; empty where it has none, or where that cannot be known.

    Without them ONNX Runtime adds pairs of products in 16 bits, which overflow: int8 networks then answer worse.
    """
    try:
        words = cpuinfo.read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        return ""
    return min(_INT8.intersection(words), default="")
