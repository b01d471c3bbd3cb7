"""`vms cameras zones`: the zones of a camera shown, and drawn anew from a file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from detectors.zones import Zone
from vms.bootstrap import Storage
from vms.cameras.configuration import Configuration
from vms.cameras.drawn import parse_zones
from vms.cameras.registered_camera import RegisteredCamera
from vms.cameras.units.unit import Tree
from vms.cli.camera_changes import Reference, Version
from vms.cli.language import say
from vms.cli.options import Author, Config, Data, DatabaseUrl, Json, author_of
from vms.cli.output import console, print_json, print_table
from vms.cli.storage import with_storage
from vms.errors import ZoneFileUnreadable
from vms.settings import load_settings

HELP = say(
    "Show the zones of a camera, or draw them anew with --set; a zone that keeps its name keeps its alerts.",
    "显示摄像机的区域；用 --set 重新设置。名称不变的区域保留其警情。",
)
#: bytes of a file of zones
_MOST_BYTES = 1 << 20


def zones(
    camera: Reference,
    file: Annotated[
        Path | None,
        typer.Option(
            "--set",
            metavar="FILE.json",
            help=say(
                "All its zones from then on, as --json prints them; - reads them from standard input.",
                "此后的全部区域，格式同 --json 的输出；填 - 则从标准输入读取。",
            ),
            show_default=False,
        ),
    ] = None,
    version: Version = None,
    author: Author = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    wanted = None if file is None else parse_zones(_read(file))

    def edit(before: Configuration, _tree: Tree) -> Configuration:
        return before.with_values({"zones": wanted})

    async def work(storage: Storage) -> RegisteredCamera:
        editor = storage.registry.editor
        camera_id = await editor.find(camera)
        if wanted is not None:
            await editor.change(camera_id, edit, author=author_of(author), version=version)
        return await storage.registry.camera(camera_id)

    found = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        print_json("zones", [{"id": zone.id, **zone.as_json()} for zone in found.zones])
        return
    if not found.zones:
        console.print(say("No zones.", "没有区域。"))
        return
    print_table(
        [
            say("id", "编号"),
            say("name", "名称"),
            say("rules", "规则"),
            say("limit", "人数上限"),
            say("hours", "时段"),
            say("corners", "顶点"),
        ],
        [_row(zone) for zone in found.zones],
    )


def _row(zone: Zone) -> tuple[str, ...]:
    area = zone.area_m2
    limit = str(zone.crowd_limit or "") if area is None else f"{area:.0f} m²"
    corners = " ".join(f"{x:g},{y:g}" for x, y in zone.polygon)
    return (
        str(zone.id),
        zone.name,
        ", ".join(sorted(zone.rules)),
        limit,
        str(zone.hours or say("always", "全天")),
        corners,
    )


def _read(file: Path) -> str:
    """Raises: ZoneFileUnreadable."""
    try:
        if str(file) == "-":
            return sys.stdin.read(_MOST_BYTES)
        with file.open("rb") as stream:
            return stream.read(_MOST_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise ZoneFileUnreadable(path=file, reason=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise ZoneFileUnreadable(path=file, reason=say("it is not UTF-8", "不是 UTF-8")) from error
