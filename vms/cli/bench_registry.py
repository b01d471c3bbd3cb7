"""`vms bench registry`: what thousands of cameras cost the registry, as a table, as JSON, and written into a document."""

from typing import Annotated

import typer

from vms.bench import registry as registry_bench
from vms.bench.readme_block import check_block, write_block
from vms.bench.registry_report import HEAD, NAME, as_markdown, rows
from vms.cli.language import say
from vms.cli.options import Json, WriteTable
from vms.cli.output import print_json, print_table, tell

HELP = say(
    "A sheet of a district's cameras into a server, and pages of its list, over HTTP.",
    "将一个区的摄像机表格导入服务器，并分页查询列表（HTTP）。",
)


def registry(
    cameras: Annotated[
        int, typer.Option(min=100, max=50_000, help=say("Cameras in the sheet.", "表格中的摄像机数。"))
    ] = registry_bench.CAMERAS,
    requests: Annotated[
        int, typer.Option(min=1, help=say("Requests for each kind of page.", "每种查询的请求数。"))
    ] = registry_bench.REQUESTS,
    live: Annotated[
        int,
        typer.Option(
            min=1,
            max=1000,
            help=say("Live cameras whose condition is watched.", "在线并监看状态的摄像机数。"),
        ),
    ] = registry_bench.LIVE,
    seconds: Annotated[
        float,
        typer.Option(min=1, help=say("Length of each measurement of these.", "对其每次测量的秒数。")),
    ] = registry_bench.WINDOW_S,
    write: WriteTable = None,
    json: Json = False,
) -> None:
    if write is not None:
        check_block(write, NAME)
    report = registry_bench.run(cameras=cameras, requests=requests, live=live, seconds=seconds, tell=tell)
    if write is not None:
        write_block(write, NAME, as_markdown(report))
    if json:
        print_json(NAME, report.as_json())
    else:
        print_table(HEAD, rows(report))
