"""`vms demo`: three simulated cameras, an embedded Postgres, the whole house, one page."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from alerts import store
from vms.bootstrap import Server
from vms.cameras.draft import CameraDraft, ZoneDraft
from vms.cameras.networks import LOOPBACK
from vms.cameras.registry import Registry
from vms.cli.language import say
from vms.cli.options import Config, Json, Port
from vms.cli.output import console, print_json
from vms.cli.serve import run_server
from vms.demo.cameras import CAMERAS, DemoCamera
from vms.demo.process import SimulatorFailed, SimulatorProcess
from vms.errors import DemoFailed
from vms.http_server import is_taken
from vms.settings import load_settings

HELP = say(
    "Show it all on simulated cameras: open the printed address and watch the wall.",
    "用模拟摄像机演示全部流程：打开显示的网址，观看值班墙。",
)


def demo(
    port: Port = None,
    data: Annotated[
        Path,
        typer.Option(
            help=say("Folder in which the demo keeps its data.", "演示数据所在目录。"),
        ),
    ] = Path("data/demo"),
    for_s: Annotated[
        float | None,
        typer.Option(
            "--for",
            min=1,
            help=say("Stop after so many seconds and print a summary.", "运行指定秒数后停止并输出汇总。"),
            show_default=False,
        ),
    ] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    settings = load_settings(config, data=data, server=None if port is None else {"port": port})
    if port is None and is_taken(settings.server.host, settings.server.port):
        # Nobody asked for this port; a demo takes another rather than a person's time.
        server = settings.server.model_copy(update={"port": 0})
        settings = settings.model_copy(update={"server": server})
    # The square empties for some four seconds of its loop: told apart sooner than in a real place, it fills anew each time.
    crowd = settings.detectors.crowd.model_copy(update={"leave_s": 2.0})
    detectors = settings.detectors.model_copy(update={"crowd": crowd})
    networks = (*settings.cameras.networks, *LOOPBACK)
    cameras = settings.cameras.model_copy(update={"networks": networks})
    settings = settings.model_copy(update={"detectors": detectors, "cameras": cameras})
    run_server(settings, lambda server, stop: _show(server, stop, for_s=for_s, json=json))


async def _show(server: Server, stop: asyncio.Event, *, for_s: float | None, json: bool) -> None:
    simulator = SimulatorProcess([camera.simulated for camera in CAMERAS])
    try:
        await simulator.start()
    except (SimulatorFailed, TimeoutError) as error:
        raise DemoFailed(reason=str(error) or "it was not ready in time") from error
    try:
        for camera in CAMERAS:
            await _register(server.storage.registry, camera, simulator.urls[camera.path])
        _say_ready(server, json)
        if for_s is None:
            await stop.wait()
        else:
            await _wait(stop, for_s)
            await _say_summary(server, json)
            stop.set()
    finally:
        await simulator.stop()


async def _register(registry: Registry, camera: DemoCamera, url: str) -> None:
    """Afresh at each start, over the one of its name: the simulator's port changes."""
    zones = tuple(
        ZoneDraft(
            name=zone.name_zh,
            polygon=zone.polygon,
            rules=frozenset(zone.rules),
            crowd_limit=zone.occupancy_limit,
        )
        for zone in camera.zones
    )
    draft = CameraDraft(name=camera.name_zh, url=url, zones=zones, rules=frozenset())
    await registry.register(draft, author="vms demo", probe=False, replace=True)


def _say_ready(server: Server, json: bool) -> None:
    if json:
        print_json("ready", {"url": server.url})
        return
    console.print(
        say(
            "\nThe wall is at [bold]{}[/bold]\nThree simulated cameras (synthetic pictures): a fall, a place that fills,"
            " a quiet street.\nThe first alerts appear within a minute. Ctrl+C stops.\n",
            "\n值班墙地址：[bold]{}[/bold]\n三路模拟摄像机（合成画面）：有人跌倒、人群聚满、安静街道。\n"
            "首批警情一分钟内出现。按 Ctrl+C 停止。\n",
        ).format(server.url)
    )


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


async def _say_summary(server: Server, json: bool) -> None:
    async with server.storage.database.connection() as connection:
        counts = await store.counts(connection)
        by_kind = await store.alerts_by_kind(connection)
    dropped = sum(stats.late for stats in server.worker.analyses().values())
    summary: dict[str, object] = {
        "cameras": len(CAMERAS),
        **counts,
        "alerts_by_kind": by_kind,
        "dropped_frames": dropped,
    }
    if json:
        print_json("summary", summary)
    else:
        for name, value in summary.items():
            console.print(f"{name:16} {value}")
