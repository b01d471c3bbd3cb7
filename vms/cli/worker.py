"""`vms worker`: cameras without a page, beside other workers on the same database."""

import asyncio
from typing import Annotated

import typer

from vms.bootstrap import Server
from vms.cli.language import say
from vms.cli.options import Config, Data, DatabaseUrl, Json
from vms.cli.output import console, print_json
from vms.cli.serve import run_server
from vms.settings import load_settings

HELP = say(
    "Take a share of the cameras, without a page: reading, recording, analysis.",
    "承担一部分摄像机（拉流、录像、分析），不提供网页。",
)


def worker(
    data: Data = None,
    database: DatabaseUrl = None,
    cameras: Annotated[
        int | None,
        typer.Option(
            "--cameras",
            min=0,
            help=say(
                "Most cameras that it takes; 0 is no limit. [default: 0]",
                "最多承担的摄像机数；0 为不限。[默认：0]",
            ),
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            help=say(
                "How the others know it. [default: its host and data folder]",
                "其他进程识别它的名称。[默认：主机名与数据目录]",
            ),
            show_default=False,
        ),
    ] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    asked = {key: value for key, value in (("cameras", cameras), ("name", name)) if value is not None}
    settings = load_settings(config, data=data, database=database, worker=asked or None)

    async def ready(server: Server, _stop: asyncio.Event) -> None:
        if json:
            print_json("ready", {"worker": server.name})
        else:
            console.print(say("Worker {} takes cameras", "工作进程 {} 已开始承担摄像机").format(server.name))

    run_server(settings, ready, page=False)
