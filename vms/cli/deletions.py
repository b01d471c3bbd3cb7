"""`vms deletions`: what was deleted, when and by which rule."""

from typing import Annotated, Any

import typer

from vms.bootstrap import Storage
from vms.cli.language import say
from vms.cli.options import Config, Data, DatabaseUrl, Json
from vms.cli.output import console, print_json, print_table
from vms.cli.storage import with_storage
from vms.retention.report import deletion_report
from vms.settings import load_settings

HELP = say("Recordings that were deleted, when and by which rule.", "已删除的录像：时间与依据。")
_RULES = {
    "retention": say("its time was over", "保存期满"),
    "full_disk": say("the disk was full", "磁盘已满"),
    "lost": say("the file was missing", "文件丢失"),
}


def deletions(
    camera: Annotated[str | None, typer.Option(help=say("Only of this camera.", "仅此摄像机。"))] = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(storage: Storage) -> dict[str, Any]:
        camera_id = None if camera is None else await storage.registry.editor.find(camera)
        return await deletion_report(storage.database, camera_id=camera_id)

    report = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        print_json("report", report)
        return
    print_table(
        [say("day", "日期"), say("camera", "摄像机"), say("why", "依据"), say("files", "文件"), "MB"],
        [
            (
                each["day"],
                f"{each['camera_id']} {each['profile']}",
                _RULES[each["rule"]],
                str(each["segments"]),
                f"{each['bytes'] / 1e6:.1f}",
            )
            for each in report["deletions"]
        ],
    )
    console.print(
        say("{} files, {:.1f} MB in all.", "共 {} 个文件，{:.1f} MB。").format(
            report["segments"], report["bytes"] / 1e6
        )
    )
