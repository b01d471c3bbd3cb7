"""`vms export`: recordings handed out under an access, as one file that proves what it is."""

import shutil
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from vms.api.exports import export_as_json
from vms.bootstrap import Storage
from vms.cli.language import say
from vms.cli.moments import CameraList, End, Start, moment_of
from vms.cli.options import Config, Data, DatabaseUrl, Json
from vms.cli.output import console, print_json, tell
from vms.cli.storage import with_storage
from vms.exports.export import OPEN, Export
from vms.exports.masking import MaskedAsked
from vms.masked.wish import polygon_of
from vms.settings import load_settings

HELP = say(
    "Hand out recordings under an access (vms access request): one file with all that proves what it is.",
    "按登记编号导出录像（先运行 vms access request）：一个可核验的证据包。",
)


def export(
    access: Annotated[UUID, typer.Argument(help=say("Id of the access.", "登记编号。"))],
    camera: CameraList,
    start: Start,
    end: End,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE.zip", help=say("Where to.", "输出文件。"))
    ] = Path("evidence.zip"),
    masked: Annotated[
        bool,
        typer.Option(
            "--masked",
            help=say(
                "Masked copies instead of the originals: people blurred, masks black, a watermark.",
                "导出遮挡副本而非原件：人员模糊、隐私区域涂黑、加水印。",
            ),
        ),
    ] = False,
    region: Annotated[
        str | None,
        typer.Option(
            metavar='"x,y x,y x,y"',
            help=say(
                "With --masked: corners, 0 to 1, of what stays sharp.",
                "与 --masked 同用：保持清晰的区域顶点（0 到 1）。",
            ),
            show_default=False,
        ),
    ] = None,
    watermark: Annotated[
        str,
        typer.Option(
            help=say(
                "With --masked. [default: who, when, under which access]",
                "与 --masked 同用。[默认：领取人、时间、登记编号]",
            ),
            show_default=False,
        ),
    ] = "",
    originals: Annotated[
        bool,
        typer.Option(
            "--originals", help=say("With --masked: the originals, too.", "与 --masked 同用：同时附上原件。")
        ),
    ] = False,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    if not masked and (region or watermark or originals):
        raise typer.BadParameter(say("needs --masked", "需要 --masked"), param_hint="--masked")
    corners = polygon_of(region) if region else None
    wanted = MaskedAsked(region=corners, watermark=watermark, originals=originals) if masked else None
    settings = load_settings(config, data=data, database=database)

    async def work(storage: Storage) -> Export:
        exports = storage.evidence.exports
        cameras = [await storage.registry.editor.find(each) for each in camera]
        asked = await exports.request(
            access,
            cameras,
            moment_of(start, settings.time_zone),
            moment_of(end, settings.time_zone),
            masked=wanted,
        )
        tell(say("reading {} MB of recordings", "正在读取 {} MB 录像").format(asked.all_bytes >> 20))
        made = await exports.wait_for(asked.id)
        if made.state == "done":
            shutil.copyfile(await exports.file(made.id), out)
        return made

    made = with_storage(settings, work)
    if json:
        print_json("export", export_as_json(made) | {"file": str(out)})
    elif made.state == "done":
        console.print(
            say(
                "{}: {:.1f} MB. Verify it with: vms evidence verify {}",
                "{}：{:.1f} MB。核验：vms evidence verify {}",
            ).format(out, (made.bytes or 0) / 1e6, out),
            markup=False,
        )
    if made.state not in OPEN and made.state != "done":
        console.print(say("It failed: {}", "导出失败：{}").format(made.error), style="red", markup=False)
        raise typer.Exit(1)
