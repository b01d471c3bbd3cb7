"""`vms cameras`: register one, list them; the commands that change and bring in cameras stand beside."""

from dataclasses import replace
from enum import Enum
from typing import Annotated, cast

import typer

from detectors.event import EventKind
from vms.bootstrap import Storage
from vms.cameras.camera_state import CameraState
from vms.cameras.configuration import FACT_NAMES, NO_FACTS
from vms.cameras.draft import CameraDraft, ZoneDraft, with_device
from vms.cameras.place import Filing
from vms.cameras.query import CameraQuery
from vms.cameras.registered_camera import RegisteredCamera
from vms.cli import camera_changes, camera_health, camera_probe, camera_reference, camera_sheets, camera_zones
from vms.cli.camera_probe import Password, Username, asked_password
from vms.cli.camera_values import parse_values
from vms.cli.condition_words import STATES, StateChoice, cause_words
from vms.cli.ground import GroundMarks, GroundMetres, parse_ground
from vms.cli.language import LANGUAGE, say
from vms.cli.options import Author, Config, Data, DatabaseUrl, Json, author_of
from vms.cli.output import console, plain, print_json, print_table, tell
from vms.cli.storage import with_storage
from vms.replay import parse_corners
from vms.settings import load_settings

HELP = say("Register cameras and see how they are.", "登记摄像机，查看状态。")
app = typer.Typer(no_args_is_help=True)
app.command("show", help=camera_changes.SHOW_HELP)(camera_changes.show)
app.command("set", help=camera_changes.SET_HELP)(camera_changes.set_values)
app.command("remove", help=camera_changes.REMOVE_HELP)(camera_changes.remove)
app.command("probe", help=camera_probe.PROBE_HELP)(camera_probe.probe)
app.command("test", help=camera_probe.TEST_HELP)(camera_probe.test)
app.command("reference", help=camera_reference.HELP)(camera_reference.reference)
app.command("zones", help=camera_zones.HELP)(camera_zones.zones)
app.command("health", help=camera_health.HELP)(camera_health.health)
app.command("import", help=camera_sheets.IMPORT_HELP)(camera_sheets.import_sheet)
app.command("export", help=camera_sheets.EXPORT_HELP)(camera_sheets.export_sheet)


class _FilingChoice(Enum):
    """As typer wants choices."""

    missing = "missing"
    overdue = "overdue"


#: what --fact may say beside facts
_WATCHING = frozenset({"hours", "masks", "recorded", "analysed"})


@app.command(help=say("Register a camera: its stream is tried first.", "登记一台摄像机：先试连视频流。"))
def add(
    name: Annotated[str, typer.Argument(help=say("Its name, as the room knows it.", "名称，即值班室所称。"))],
    url: Annotated[str | None, typer.Argument(help="rtsp://host:554/path", show_default=False)] = None,
    username: Username = "",
    password: Password = "",
    onvif: Annotated[
        str | None,
        typer.Option(
            metavar=say("ADDRESS", "地址"),
            help=say(
                "Instead of a stream's address: ask the device there which streams to register, and its make, model and serial.",
                "代替视频流地址：向此设备询问应登记的码流，以及厂商、型号、序列号。",
            ),
            show_default=False,
        ),
    ] = None,
    channel: Annotated[
        int,
        typer.Option(
            min=1, help=say("With --onvif: which channel of a recorder.", "配合 --onvif：录像机的通道号。")
        ),
    ] = 1,
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
    fact: Annotated[
        list[str] | None,
        typer.Option(
            metavar=say("FIELD=VALUE", "字段=值"),
            help=say(
                "What else is known of it, such as place_kind=road or code=…; may be repeated.",
                "其他信息，如 场所类型=道路 或 国标编码=…；可重复。",
            ),
            show_default=False,
        ),
    ] = None,
    author: Author = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    given = parse_values(fact or []).values
    if not given.keys() <= FACT_NAMES | _WATCHING:
        known = ", ".join(sorted(FACT_NAMES | _WATCHING))
        raise typer.BadParameter(say("--fact is one of: {}", "--fact 可用：{}").format(known))
    facts = {name: value for name, value in given.items() if name in FACT_NAMES}
    if (url is None) == (onvif is None):
        raise typer.BadParameter(
            say("give the address of a stream, or --onvif ADDRESS", "请填写视频流地址，或 --onvif 地址")
        )
    password = asked_password(password)
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
        url=url or "",
        sub_url=sub_url,
        username=username,
        password=password,
        unit=unit,
        rules=frozenset(kind for kind, wanted in switches if wanted),
        zones=zones,
        settings={name: value for name, value in given.items() if name in _WATCHING},
        facts=replace(NO_FACTS, **facts),  # type: ignore[arg-type]
    )

    async def work(storage: Storage) -> RegisteredCamera:
        wanted = draft
        if onvif is not None:
            device, choice = await storage.registry.prober.ask(onvif, username, password, channel=channel)
            tell(plain(choice.reason(LANGUAGE)))
            wanted = with_device(draft, device, choice)
        return await storage.registry.register(wanted, author=author_of(author), probe=probe)

    camera = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        print_json("camera", _as_json(camera))
    else:
        console.print(
            say("Registered {} as camera {}.", "已登记 {}，编号 {}。").format(camera.name, camera.id)
        )


@app.command("list", help=say("List the cameras with what each stream does.", "列出摄像机及其视频流状态。"))
def list_cameras(
    unit: Annotated[
        str | None,
        typer.Option(
            help=say("Only those of this unit and all below it.", "仅此辖区及其下级。"), show_default=False
        ),
    ] = None,
    text: Annotated[
        str,
        typer.Option(
            help=say(
                "Only those whose name, code, place, address or make holds these words.",
                "仅名称、编码、位置、地址或厂商含有这些词的。",
            )
        ),
    ] = "",
    state: Annotated[
        StateChoice | None,
        typer.Option(help=say("Only those whose worst stream is so.", "仅此状态的。"), show_default=False),
    ] = None,
    filing: Annotated[
        _FilingChoice | None,
        typer.Option(
            help=say(
                "Only those not filed with the county police; overdue: registered more than 30 days ago.",
                "仅未向县级公安机关备案的；overdue：登记已超过 30 日。",
            ),
            show_default=False,
        ),
    ] = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(storage: Storage) -> list[RegisteredCamera]:
        registry = storage.registry
        unit_id = None if unit is None else (await registry.units.tree()).find(unit).id
        wanted: CameraState | None = state.value if state else None
        unfiled: Filing | None = filing.value if filing else None
        query = CameraQuery(unit_id=unit_id, text=text, state=wanted, filing=unfiled, limit=1000)
        found: list[RegisteredCamera] = []
        while True:
            page = await registry.page(query)
            found += page.cameras
            if page.next is None:
                return found
            query = replace(query, cursor=page.next)

    cameras = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        for camera in cameras:
            print_json("camera", _as_json(camera))
        return
    if not cameras and (unit or text or state or filing):
        console.print(say("No such camera.", "没有符合条件的摄像机。"))
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
            STATES[profile.state or "not_watched"],
            _error(profile.error) or cause_words(profile.causes) or profile.url,
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


def _error(error: dict[str, object] | None) -> str:
    return cast(dict[str, str], error["message"])[LANGUAGE] if error else ""


def _as_json(camera: RegisteredCamera) -> dict[str, object]:
    return {
        "id": camera.id,
        "version": camera.version,
        "name": camera.name,
        "code": camera.facts.code,
        "unit": camera.unit_name,
        "enabled": camera.enabled,
        "profiles": [
            {
                "name": profile.name,
                "url": profile.url,
                "state": profile.state,
                "causes": profile.causes,
                "error": profile.error,
            }
            for profile in camera.profiles
        ],
    }
