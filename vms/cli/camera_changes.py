"""`vms cameras show|set|remove`: one camera with its history, and changes of it."""

from typing import Annotated

import typer

from vms.bootstrap import Storage
from vms.cameras.configuration import Configuration
from vms.cameras.drawn import masks_text
from vms.cameras.rule_hours import rule_hours_text
from vms.cameras.stored_camera import CameraVersion, StoredCamera
from vms.cameras.units.unit import Tree
from vms.cli.camera_values import FIELDS_HELP, parse_values
from vms.cli.language import LANGUAGE, say
from vms.cli.options import Author, Config, Data, DatabaseUrl, Json, author_of
from vms.cli.output import console, print_json, print_table
from vms.cli.storage import with_storage
from vms.settings import load_settings

Reference = Annotated[
    str,
    typer.Argument(
        metavar=say("CAMERA", "摄像机"),
        help=say("Its number, code or name.", "摄像机的编号、国标编码或名称。"),
    ),
]
Version = Annotated[
    int | None,
    typer.Option(
        help=say("Only if it is still at this version.", "仅当仍为此版本时才执行。"), show_default=False
    ),
]

SHOW_HELP = say(
    "Show a camera: all that is known of it, and who changed what.", "显示摄像机的全部信息与变更历史。"
)
SET_HELP = say("Change a camera; its neighbours do not notice.", "修改一台摄像机，不影响其他摄像机。")
REMOVE_HELP = say(
    "Take a camera out of use for good: it stops, its password is forgotten; recordings, alerts and history remain.",
    "永久停用摄像机：停止看护并清除密码；录像、警情和历史保留。",
)


def show(
    camera: Reference,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(storage: Storage) -> tuple[StoredCamera, Tree, list[CameraVersion]]:
        editor = storage.registry.editor
        camera_id = await editor.find(camera)
        return (
            await editor.get(camera_id),
            await storage.registry.units.tree(),
            await editor.versions(camera_id),
        )

    stored, tree, versions = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        print_json("camera", _as_json(stored, tree) | {"versions": [_version(each) for each in versions]})
        return
    print_table(
        [say("field", "字段"), say("value", "值")],
        [(name, _text(value)) for name, value in (_as_json(stored, tree) | _in_words(stored)).items()],
    )
    console.print()
    print_table(
        [say("version", "版本"), say("when", "时间"), say("who", "操作人"), say("what", "内容")],
        [
            (
                str(each.version),
                f"{each.at.astimezone():%Y-%m-%d %H:%M}",
                each.author,
                ", ".join(each.changes) or "-",
            )
            for each in versions
        ],
    )


def set_values(
    camera: Reference,
    fields: Annotated[list[str], typer.Argument(metavar=say("FIELD=VALUE", "字段=值"), help=FIELDS_HELP)],
    version: Version = None,
    probe: Annotated[
        bool,
        typer.Option(help=say("Try streams that change before it is written.", "写入前试连变更的视频流。")),
    ] = True,
    author: Author = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    given = parse_values(fields)

    def edit(before: Configuration, tree: Tree) -> Configuration:
        unit = {} if given.unit is None else {"unit_id": tree.find(given.unit).id}
        return before.with_values({**given.values, **unit})

    async def work(storage: Storage) -> tuple[StoredCamera, Tree]:
        editor = storage.registry.editor
        camera_id = await editor.find(camera)
        await editor.change(
            camera_id,
            edit,
            author=author_of(author),
            password=given.password,
            version=version,
            probe=probe,
        )
        return await editor.get(camera_id), await storage.registry.units.tree()

    stored, tree = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        print_json("camera", _as_json(stored, tree))
    else:
        console.print(
            say("{} is at version {}.", "{} 现为第 {} 版。").format(
                stored.configuration.name, stored.version
            ),
            markup=False,
        )


def remove(
    camera: Reference,
    version: Version = None,
    author: Author = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(storage: Storage) -> int:
        camera_id = await storage.registry.editor.find(camera)
        await storage.registry.editor.remove(camera_id, author=author_of(author), version=version)
        return camera_id

    camera_id = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        print_json("removed", {"id": camera_id})
    else:
        console.print(say("Removed camera {}.", "已停用摄像机 {}。").format(camera_id))


def _as_json(stored: StoredCamera, tree: Tree) -> dict[str, object]:
    configuration = stored.configuration
    return {
        "id": stored.id,
        "version": stored.version,
        "unit": tree.path(configuration.unit_id),
        **configuration.values(),
        "password": any(secret.token for secret in stored.secrets.values()),
    }


def _in_words(stored: StoredCamera) -> dict[str, object]:
    """What is long as JSON."""
    configuration = stored.configuration
    return {
        "hours": rule_hours_text(configuration.hours, chinese=LANGUAGE == "zh"),
        "zones": [zone.name for zone in configuration.zones],
        "masks": masks_text(configuration.masks),
    }


def _version(version: CameraVersion) -> dict[str, object]:
    return {
        "version": version.version,
        "at": version.at.isoformat(),
        "author": version.author,
        "changes": version.changes,
    }


def _text(value: object) -> str:
    if isinstance(value, bool):
        return say("yes", "是") if value else say("no", "否")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
