"""`vms bench timeline`: what a day's timeline costs among millions of recorded files."""

from typing import Annotated

import typer

from vms.bench import timeline as timeline_bench
from vms.bench.readme_block import check_block, write_block
from vms.bench.timeline_report import HEAD, NAME, as_markdown, rows
from vms.cli.language import say
from vms.cli.options import Json, WriteTable
from vms.cli.output import print_json, print_table, tell

HELP = say(
    "A day's timeline of one camera among millions of recorded files, over HTTP and in SQL.",
    "在数百万录像文件中读取一台摄像机一天的时间线（HTTP 与 SQL）。",
)


def timeline(
    cameras: Annotated[
        int, typer.Option(min=1, max=1000, help=say("Cameras that are recorded.", "录像的摄像机数。"))
    ] = timeline_bench.CAMERAS,
    days: Annotated[
        int, typer.Option(min=2, max=1000, help=say("Days of recordings.", "录像天数。"))
    ] = timeline_bench.DAYS,
    requests: Annotated[
        int, typer.Option(min=1, help=say("Days that are asked for.", "查询次数。"))
    ] = timeline_bench.REQUESTS,
    write: WriteTable = None,
    json: Json = False,
) -> None:
    if write is not None:
        check_block(write, NAME)
    report = timeline_bench.run(cameras=cameras, days=days, requests=requests, tell=tell)
    if write is not None:
        write_block(write, NAME, as_markdown(report))
    if json:
        print_json(NAME, report.as_json())
    else:
        print_table(HEAD, rows(report))
