"""`vms bench analyse`: what watching a camera costs, as a table, as JSON, and written into a document."""

from pathlib import Path
from typing import Annotated

import typer

from vms.bench import analyse as analyse_bench
from vms.bench.analyse_report import AnalyseReport
from vms.bench.analyse_table import HEAD, NAME, as_markdown, rows
from vms.bench.readme_block import check_block, write_block
from vms.cli.language import say
from vms.cli.options import Json, WriteTable
from vms.cli.output import console, print_json, print_table, tell

HELP = say(
    "Quiet, normal and busy 1080p25 cameras over RTSP: CPU, memory, and how much cheaper than the naive loop.",
    "静止、一般和繁忙的 1080p25 RTSP 摄像机：CPU、内存，以及比朴素循环省多少。",
)


def analyse(
    footage: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE]…",
            help=say(
                "Videos, or labels as `vms evaluate` reads them, for the naive loop. [default: the shipped clips]",
                "用于与朴素循环对比的视频，或 `vms evaluate` 的标注文件。[默认：自带的合成片段]",
            ),
            show_default=False,
        ),
    ] = None,
    cameras: Annotated[
        int, typer.Option(min=1, help=say("Cameras in one process.", "同一进程中的摄像机数。"))
    ] = 4,
    seconds: Annotated[
        float, typer.Option(min=1, help=say("Length of each measurement.", "每次测量的秒数。"))
    ] = 20.0,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help=say(
                "Small pictures, short windows, little footage: whether all works; no figures to go by.",
                "小画面、短时间、少量素材：仅检查能否运行，数字不作依据。",
            ),
        ),
    ] = False,
    write: WriteTable = None,
    json: Json = False,
) -> None:
    if write is not None:
        check_block(write, NAME)
    report = analyse_bench.run(
        footage or (),
        cameras=cameras,
        seconds=min(seconds, 2.0) if quick else seconds,
        quick=quick,
        tell=tell,
    )
    if write is not None:
        write_block(write, NAME, as_markdown(report))
    if json:
        print_json(NAME, report.as_json())
    else:
        _print(report)


def _print(report: AnalyseReport) -> None:
    print_table(HEAD, rows(report))
    for note in report.notes:
        console.print(note, style="dim", markup=False)
