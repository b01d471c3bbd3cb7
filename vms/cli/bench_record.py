"""`vms bench record`: what recording costs, against ffmpeg."""

from typing import Annotated

import typer

from vms.bench import record as record_bench
from vms.cli.language import say
from vms.cli.options import Json
from vms.cli.output import print_json, print_table, tell

HELP = say(
    "Cameras recorded with hashes and rows, against a process of ffmpeg -c copy for each.",
    "录像开销（含哈希与登记），与每路一个 ffmpeg -c copy 进程对比。",
)


def record(
    cameras: Annotated[
        int, typer.Option(min=1, max=256, help=say("Cameras at a time.", "同时录像的路数。"))
    ] = 8,
    seconds: Annotated[
        float, typer.Option(min=2, help=say("Length of each measurement.", "每次测量的秒数。"))
    ] = 30.0,
    repeats: Annotated[int, typer.Option(min=1, help=say("Of each.", "各测几次。"))] = 3,
    json: Json = False,
) -> None:
    report = record_bench.run(cameras=cameras, seconds=seconds, repeats=repeats, tell=tell)
    if json:
        print_json("record", report.as_json())
        return
    print_table(
        ["", say("ours", "本系统"), "ffmpeg", say("ratio", "比值"), say("goal", "目标")],
        [
            (
                part.unit,
                f"{part.ours.median}",
                f"{part.bare.median}",
                f"{part.ratio.median} ({part.ratio.least}–{part.ratio.most})",
                f"≤ {part.goal} {'✓' if part.met else '✗'}",
            )
            for part in (report.whole, report.steady)
        ],
    )
