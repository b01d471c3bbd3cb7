"""`vms bench playback`: how long somebody waits for the first picture of a recording."""

from typing import Annotated

import typer

from vms.bench import playback as playback_bench
from vms.cli.language import say
from vms.cli.options import Json
from vms.cli.output import print_json, print_table, tell

HELP = say(
    "From asking for a recording to its first GOP, over HTTP.", "从请求回放到收到首个 GOP 的时间（HTTP）。"
)


def playback(
    minutes: Annotated[
        int, typer.Option(min=1, max=360, help=say("Minutes that are recorded.", "录像分钟数。"))
    ] = playback_bench.MINUTES,
    requests: Annotated[
        int, typer.Option(min=1, help=say("Playbacks that are begun.", "回放次数。"))
    ] = playback_bench.REQUESTS,
    quick: Annotated[
        bool,
        typer.Option("--quick", help=say("Small pictures; no figures to go by.", "小画面，数据不作参考。")),
    ] = False,
    json: Json = False,
) -> None:
    report = playback_bench.run(minutes=minutes, requests=requests, quick=quick, tell=tell)
    if json:
        print_json("playback", report.as_json())
        return
    print_table(
        ["", say("measured", "实测"), say("goal", "目标")],
        [
            (
                each.what,
                f"p50 {each.p50_ms} ms, p95 {each.p95_ms} ms ({each.count})",
                f"p95 ≤ {each.goal_ms} ms {'✓' if each.met else '✗'}",
            )
            for each in (report.first, report.start)
        ],
    )
