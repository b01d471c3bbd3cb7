"""The report of `vms bench analyse` as a table for a document. Rows that were not measured say so."""

from typing import Final

from vms.bench.analyse_report import (
    MEMORY_GOAL_MB,
    AnalyseReport,
    LoopCost,
    Memory,
    NetworkTime,
    Part,
    SceneCost,
)
from vms.bench.report import Comparison

NAME: Final = "analyse"
HEAD: Final = ("what", "measured", "goal", "met")
_NOTHING: Final = "-"

Row = tuple[str, str, str, str]


def as_markdown(report: AnalyseReport) -> str:
    """Machine and day, then a row for each figure, then what the report notes."""
    machine = report.machine
    made = (
        f"Measured {report.made_at:%Y-%m-%d} by `vms bench {NAME}` on {machine.cores} cores of {machine.cpu}"
        f" (load {machine.load:g} when it began), Python {machine.python}, ONNX Runtime {machine.onnxruntime},"
        f" {machine.ffmpeg or 'no ffmpeg program'}. Cameras send {report.video}."
    )
    if report.quick:
        made += " **A quick run: no figures to go by.**"
    table = "\n".join(f"| {' | '.join(row)} |" for row in (HEAD, ("---",) * len(HEAD), *rows(report)))
    notes = "\n".join(f"- {note}" for note in report.notes)
    return "\n\n".join(part for part in (made, table, notes) if part)


def rows(report: AnalyseReport) -> list[Row]:
    return [
        *(_scene(scene) for scene in report.scenes),
        ("analysed frames a second and core, whole set", f"{report.frames_per_core_s:g}", _NOTHING, _NOTHING),
        _overhead(report.overhead),
        _memory(report.memory),
        *(_network(network) for network in report.networks),
        *(_part(part) for part in report.naive.parts),
        (
            *_part(report.naive.whole)[:2],
            f"≥ {report.naive.goal:g}, recall no lower",
            _verdict(report.naive.met),
        ),
    ]


def _scene(scene: SceneCost) -> Row:
    cost = scene.cpu_percent
    measured = f"{cost.median:g} % of a core ({cost.least:g} to {cost.most:g}), {scene.fps.median:g} frames/s"
    if not scene.kept_up:
        measured += "; the machine did not keep up"
    goal = _NOTHING if scene.goal_percent is None else f"≤ {scene.goal_percent:g} %"
    return (
        f"a {scene.scene} camera ({scene.words}), recording included; one of {scene.cameras}",
        measured,
        goal,
        _NOTHING if scene.goal_percent is None else _verdict(scene.met),
    )


def _overhead(part: Comparison) -> Row:
    ratio = part.ratio
    return (
        "an analysed frame against bare decoding and inference",
        f"{ratio.median:g} times ({ratio.least:g} to {ratio.most:g}); {part.ours.median:g} ms of CPU",
        f"≤ {part.goal:g}",
        _verdict(part.met),
    )


def _memory(memory: Memory | None) -> Row:
    what = "memory of a busy camera beyond the networks"
    if memory is None:
        return (
            what,
            "not measured",
            f"≤ {MEMORY_GOAL_MB:g} MB",
            _NOTHING,
        )
    return what, f"{memory.mb_per_camera:g} MB", f"≤ {memory.goal_mb:g} MB", _verdict(memory.met)


def _network(network: NetworkTime) -> Row:
    return (
        f"{network.name} against {network.original}",
        f"{network.ratio:g} times; {network.ms:g} ms",
        f"≤ {network.goal:g}",
        _verdict(network.met),
    )


def _part(part: Part) -> Row:
    measured = (
        f"{part.times_cheaper:g} times cheaper ({part.house.cpu_s:.0f} against {part.naive.cpu_s:.0f} s of CPU"
        f" for {part.house.media_s:.0f} s)"
    )
    told = [_found(part.house, part.naive), _false(part.house, part.naive), _counted(part.house, part.naive)]
    return f"naive loop, {part.name}", "; ".join([measured, *filter(None, told)]), _NOTHING, _NOTHING


def _found(house: LoopCost, naive: LoopCost) -> str:
    if not house.labelled:
        return ""
    return f"found {house.found} against {naive.found} of {house.labelled}"


def _false(house: LoopCost, naive: LoopCost) -> str:
    if house.false_alarms is None or naive.false_alarms is None:
        return ""
    return f"false alarms {house.false_alarms} against {naive.false_alarms}"


def _counted(house: LoopCost, naive: LoopCost) -> str:
    if house.count_mae is None or naive.count_mae is None:
        return ""
    return f"count error {house.count_mae:.2f} against {naive.count_mae:.2f}"


def _verdict(met: bool) -> str:
    return "yes" if met else "no"
