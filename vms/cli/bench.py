"""`vms bench`: what things cost here, as ratios against the bare library in the same run."""

from typing import Annotated

import typer

from vms.bench import spine as spine_bench
from vms.bench.report import Comparison, Latency, SpineReport
from vms.cli import (
    bench_analyse,
    bench_audit,
    bench_export,
    bench_masked,
    bench_models,
    bench_playback,
    bench_record,
    bench_registry,
    bench_timeline,
)
from vms.cli.language import say
from vms.cli.options import Json
from vms.cli.output import console, print_json, print_table

HELP = say("Measure what things cost on this machine.", "测量本机上的各项开销。")
app = typer.Typer(no_args_is_help=True)


app.command("analyse", help=bench_analyse.HELP)(bench_analyse.analyse)
app.command("audit", help=bench_audit.HELP)(bench_audit.audit)
app.command("masked", help=bench_masked.HELP)(bench_masked.masked)
app.command("models", help=bench_models.HELP)(bench_models.models)
app.command("export", help=bench_export.HELP)(bench_export.export)
app.command("playback", help=bench_playback.HELP)(bench_playback.playback)
app.command("record", help=bench_record.HELP)(bench_record.record)
app.command("registry", help=bench_registry.HELP)(bench_registry.registry)
app.command("timeline", help=bench_timeline.HELP)(bench_timeline.timeline)


@app.command(
    help=say(
        "Recording and analysis of one 1080p25 camera over RTSP against the bare parts, and the way to the wall.",
        "一路 1080p25 RTSP 摄像机的录像与分析开销（与基础库同场对比），以及到值班墙的时延。",
    )
)
def spine(
    seconds: Annotated[
        float, typer.Option(min=2, help=say("Length of each measurement.", "每次测量的秒数。"))
    ] = 15.0,
    json: Json = False,
) -> None:
    def tell(what: str) -> None:
        if not json:
            console.print(f"  {what}", style="dim")

    report = spine_bench.run(seconds, tell=tell)
    if json:
        print_json("spine", report.as_json())
    else:
        _print(report)


def _print(report: SpineReport) -> None:
    rows = []
    for name, part in (
        (say("recording", "录像"), report.recording),
        (say("analysis", "分析"), report.analysis),
    ):
        if part is None:
            rows.append((name, say("not measured: no ffmpeg program", "未测：没有 ffmpeg 程序"), "", "", ""))
        else:
            rows.append((name, *_comparison(part)))
    if report.notification is not None:
        rows.append((say("to the wall", "到值班墙"), *_latency(report.notification)))
    print_table(
        ["", say("ours", "本系统"), say("bare", "基础库"), say("ratio", "比值"), say("goal", "目标")], rows
    )


def _comparison(part: Comparison) -> tuple[str, str, str, str]:
    goal = "" if part.goal is None else f"≤ {part.goal} {'✓' if part.met else '✗'}"
    return f"{part.ours.median} {part.unit}", f"{part.bare.median}", f"{part.ratio.median}", goal


def _latency(part: Latency) -> tuple[str, str, str, str]:
    goal = "" if part.goal_ms is None else f"p95 ≤ {part.goal_ms} ms {'✓' if part.met else '✗'}"
    return f"p50 {part.p50_ms} ms, p95 {part.p95_ms} ms ({part.count})", "", "", goal
