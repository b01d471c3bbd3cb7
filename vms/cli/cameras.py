"""`vms cameras`: register one, list them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar, cast

import typer

from detectors.event import EventKind
from runtime.clock import SystemClock
from vms.bootstrap import Storage, open_storage
from vms.cli.ground import GroundMarks, GroundMetres, parse_ground
from vms.cli.language import LANGUAGE, say
from vms.cli.options import Config, Data, DatabaseUrl, Json
from vms.cli.output import console, print_json, print_table
from vms.data_folder import open_data_folder
from vms.registry import CameraDraft, RegisteredCamera, ZoneDraft
from vms.replay import parse_corners
from vms.settings import Settings, load_settings

HELP = say("Register cameras and see how they are.", "登记摄像机，查看状态。")
app = typer.Typer(no_args_is_help=True)

T = TypeVar("T")

_STATES = {
    "connecting": say("connecting", "连接中"),
    "live": say("live", "在线"),
    "stalled": say("stalled", "无数据"),
    "backing_off": say("trying again", "重试中"),
    "stopped": say("stopped", "已停止"),
    "failed": say("failed", "程序故障"),
}


@app.command(help=say("Register a camera: its stream is tried first.", "登记一台摄像机：先试连视频流。"))
def add(
    name: Annotated[str, typer.Argument(help=say("Its name, as the room knows it.", "名称，即值班室所称。"))],
    url: Annotated[str, typer.Argument(help="rtsp://host:554/path")],
    username: Annotated[str, typer.Option("--username", "-u", help=say("Its account.", "摄像机账号。"))] = "",
    password: Annotated[
        str,
        typer.Option(
            "--password",
            "-p",
            envvar="VMS_CAMERA_PASSWORD",
            help=say("Its password; '-' asks for it.", "摄像机密码；填 '-' 则提示输入。"),
        ),
    ] = "",
    sub_url: Annotated[
        str | None,
        typer.Option(help=say("A smaller stream of it, to be analysed instead.", "用于分析的子码流地址。")),
    ] = None,
    unit: Annotated[
        str | None, typer.Option(help=say("The unit it belongs to.", "所属辖区。"), show_default=False)
    ] = None,
    crowd_zone: Annotated[
        str | None,
        typer.Option(
            help=say(
                "Watch this zone for too many people: 'x,y x,y x,y …', 0 to 1 of the picture.",
                "监测过密的区域：'x,y x,y x,y …'，取画面的 0 至 1。",
            ),
            show_default=False,
        ),
    ] = None,
    crowd_limit: Annotated[
        int, typer.Option(min=1, help=say("Persons; more is too full.", "人数上限，超过即为过密。"))
    ] = 8,
    ground: GroundMarks = "",
    ground_metres: GroundMetres = "",
    fall: Annotated[bool, typer.Option(help=say("Watch for falls.", "看护跌倒。"))] = True,
    person_down: Annotated[
        bool,
        typer.Option(
            help=say("Watch for people who lie, with no fall seen.", "看护倒卧人员（未见跌倒过程）。")
        ),
    ] = True,
    probe: Annotated[
        bool, typer.Option(help=say("Try the stream before registering it.", "登记前试连视频流。"))
    ] = True,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    if password == "-":
        password = typer.prompt(say("Password", "密码"), hide_input=True)
    zones: tuple[ZoneDraft, ...] = ()
    measured = parse_ground(ground, ground_metres, zoned=crowd_zone is not None)
    if crowd_zone is not None:
        zones = (
            ZoneDraft(
                name=say("zone", "区域"),
                polygon=parse_corners(crowd_zone),
                rules=frozenset({"crowd"}),
                crowd_limit=crowd_limit,
                ground=measured,
            ),
        )
    switches: tuple[tuple[EventKind, bool], ...] = (("fall", fall), ("person_down", person_down))
    draft = CameraDraft(
        name=name,
        url=url,
        sub_url=sub_url,
        username=username,
        password=password,
        unit=unit,
        rules=frozenset(kind for kind, wanted in switches if wanted),
        zones=zones,
    )
    settings = load_settings(config, data=data, database=database)
    camera = _with_storage(settings, lambda storage: storage.registry.register(draft, probe=probe))
    if json:
        print_json("camera", _as_json(camera))
    else:
        console.print(
            say("Registered {} as camera {}.", "已登记 {}，编号 {}。").format(camera.name, camera.id)
        )


@app.command("list", help=say("List the cameras with what each stream does.", "列出摄像机及其视频流状态。"))
def list_cameras(
    data: Data = None, database: DatabaseUrl = None, config: Config = None, json: Json = False
) -> None:
    settings = load_settings(config, data=data, database=database)
    cameras = _with_storage(settings, lambda storage: storage.registry.cameras())
    if json:
        for camera in cameras:
            print_json("camera", _as_json(camera))
        return
    if not cameras:
        console.print(
            say("No cameras yet: vms cameras add NAME URL", "还没有摄像机：vms cameras add 名称 地址")
        )
        return
    rows = [
        (
            str(camera.id),
            camera.name,
            camera.unit_name,
            profile.name,
            _STATES[profile.state] if profile.state else say("never tried", "未连接"),
            _error(profile.error) or profile.url,
        )
        for camera in cameras
        for profile in camera.profiles
    ]
    print_table(
        [
            say("id", "编号"),
            say("name", "名称"),
            say("unit", "辖区"),
            say("profile", "码流"),
            say("state", "状态"),
            say("address, or what is wrong", "地址或故障"),
        ],
        rows,
    )


def _with_storage(settings: Settings, work: Callable[[Storage], Awaitable[T]]) -> T:
    async def main() -> T:
        folder = open_data_folder(settings.data)
        async with open_storage(settings, folder, clock=SystemClock()) as storage:
            return await work(storage)

    return asyncio.run(main())


def _error(error: dict[str, object] | None) -> str:
    return cast(dict[str, str], error["message"])[LANGUAGE] if error else ""


def _as_json(camera: RegisteredCamera) -> dict[str, object]:
    return {
        "id": camera.id,
        "name": camera.name,
        "unit": camera.unit_name,
        "enabled": camera.enabled,
        "profiles": [
            {"name": profile.name, "url": profile.url, "state": profile.state, "error": profile.error}
            for profile in camera.profiles
        ],
    }
