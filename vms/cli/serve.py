"""`vms serve`: the whole house in one process."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Annotated

import typer
import uvloop

from runtime.errors import VmsError
from runtime.logs import configure_logs
from runtime.memory import limit_arenas
from vms import bootstrap
from vms.bootstrap import Server
from vms.cli.language import say
from vms.cli.options import Config, Data, DatabaseUrl, Json, Port
from vms.cli.output import console, print_json
from vms.settings import Settings, load_settings

HELP = say("Run the server: cameras, alerts, page.", "运行服务：摄像机、警情、网页。")


def serve(
    data: Data = None,
    database: DatabaseUrl = None,
    port: Port = None,
    host: Annotated[
        str | None,
        typer.Option(
            help=say(
                "Address to listen on: this machine's own, until there are accounts.",
                "监听地址：在具备账号功能之前仅限本机。",
            ),
            hidden=True,
        ),
    ] = None,
    cameras: Annotated[
        bool,
        typer.Option(
            "--cameras/--no-cameras",
            help=say(
                "Take cameras; without, only the page and the API, beside workers (needs --database).",
                "承担摄像机；否则仅提供网页和接口，由工作进程承担摄像机（需 --database）。",
            ),
        ),
    ] = True,
    config: Config = None,
    json: Json = False,
) -> None:
    server = {name: value for name, value in (("port", port), ("host", host)) if value is not None}
    settings = load_settings(config, data=data, database=database, server=server or None)

    async def ready(server: Server, _stop: asyncio.Event) -> None:
        if json:
            print_json("ready", {"url": server.url})
        else:
            console.print(say("The wall is at {}", "值班墙地址：{}").format(server.url))

    run_server(settings, ready, cameras=cameras)


def run_server(
    settings: Settings,
    on_ready: Callable[[Server, asyncio.Event], Coroutine[None, None, None]],
    *,
    page: bool = True,
    cameras: bool = True,
) -> None:
    """Serve until SIGINT or SIGTERM, or until `on_ready` sets its event. Raises the VmsError that ended it otherwise."""
    limit_arenas()
    configure_logs(settings.log.form, settings.log.level)

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        await bootstrap.serve(
            settings,
            on_ready=lambda server: on_ready(server, stop),
            stop=stop,
            page=page,
            cameras=cameras,
        )

    try:
        uvloop.run(main())
    except ExceptionGroup as group:
        expected, others = group.split(VmsError)
        if expected is not None and others is None:
            raise _first(expected) from None
        raise


def _first(group: BaseExceptionGroup[VmsError]) -> VmsError:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, VmsError)
    return error
