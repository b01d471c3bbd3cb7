"""Analysis of one live camera against its bare parts, in turns: what the house adds to decoding and inference."""

import json
from collections.abc import Callable
from pathlib import Path

from vms.bench.children import run_module
from vms.bench.errors import BenchFailed
from vms.bench.report import Comparison, Spread

_BARE_IS = "PyAV decodes every packet, YUV planes to RGB, ONNX Runtime: the same networks, as often and at the same sizes"


async def compare_analysis(
    clip: Path,
    url: str,
    *,
    warm_s: float,
    window_s: float,
    goal: float,
    repeats: int,
    tell: Callable[[str], None],
) -> tuple[Comparison, Spread]:
    """CPU of an analysed frame, and runs of a network for one. `clip` is what the camera at `url` sends.

    Raises: BenchFailed.
    """
    ours, bare, inferences = [], [], []
    for turn in range(repeats):
        tell(f"analysis {turn + 1}/{repeats} ours")
        found = await run_module("vms.bench.analysis", url, warm_s, window_s)
        frames, runs = number_in(found, "frames"), found["runs"]
        if frames < 1 or not isinstance(runs, list):
            raise BenchFailed(part="analysis", reason="no frame was analysed")
        ours.append(1000 * number_in(found, "cpu_s") / frames)
        inferences.append(sum(count for *_, count in runs) / frames)
        tell(f"analysis {turn + 1}/{repeats} bare")
        rates = json.dumps([[*run, count / frames] for *run, count in runs])
        rate = frames / number_in(found, "wall_s")
        found = await run_module("vms.bench.bare", clip, warm_s, window_s, rate, rates)
        bare.append(1000 * number_in(found, "cpu_s") / number_in(found, "frames"))
    comparison = Comparison.of(ours, bare, unit="ms of CPU an analysed frame", bare_is=_BARE_IS, goal=goal)
    return comparison, Spread.of(inferences)


def number_in(found: dict[str, object], name: str) -> float:
    """One figure of what a measuring process printed."""
    value = found[name]
    assert isinstance(value, int | float), f"{name} is no number"
    return float(value)
