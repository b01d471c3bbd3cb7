"""`vms bench export`: how fast recordings are handed out, beside `cp`."""

from typing import Annotated

import typer

from vms.bench import export as export_bench
from vms.cli.language import say
from vms.cli.options import Json
from vms.cli.output import console, print_json, tell

HELP = say("How fast recordings are packed as evidence, beside cp.", "导出证据包的速度，与 cp 对比。")


def export(
    minutes: Annotated[
        int, typer.Option(min=1, max=360, help=say("Minutes that are recorded.", "录像分钟数。"))
    ] = 20,
    times: Annotated[
        int, typer.Option(min=1, help=say("Of each, the best counts.", "各做几次，取最好。"))
    ] = 3,
    quick: Annotated[
        bool,
        typer.Option("--quick", help=say("Small pictures; no figures to go by.", "小画面，数据不作参考。")),
    ] = False,
    json: Json = False,
) -> None:
    report = export_bench.run(minutes=minutes, times=times, quick=quick, tell=tell)
    if json:
        print_json("export", report.as_json())
        return
    console.print(
        say("{:.0f} MB/s of recordings; cp {:.0f} MB/s. {}", "录像 {:.0f} MB/s；cp {:.0f} MB/s。{}").format(
            report.mb_s, report.copy_mb_s, "✓" if report.met else "✗"
        )
    )
