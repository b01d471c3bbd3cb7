"""`vms audit`: who did what, and whether the chain of lines is whole."""

from pathlib import Path
from typing import Annotated

import typer

from vms.audit.audit import Filters
from vms.audit.entry import AuditLine
from vms.audit.in_json import line_as_json, verification_as_json
from vms.audit.verification import Verification
from vms.bootstrap import Storage
from vms.cameras.sheets.errors import SheetFileUnwritable
from vms.cli.language import LANGUAGE, say
from vms.cli.options import Config, Data, DatabaseUrl, Json
from vms.cli.output import console, plain, print_json, print_table
from vms.cli.storage import with_storage
from vms.evidence.sheets import audit_as_csv
from vms.settings import load_settings

HELP = say(
    "Who did what, in a chain that shows every change of it.", "操作审计：链式记录，任何改动均可发现。"
)
app = typer.Typer(no_args_is_help=True)


@app.command("list", help=say("Lines, the latest first.", "列出审计记录，最新在前。"))
def list_(
    author: Annotated[str | None, typer.Option(help=say("Only theirs.", "仅此人。"))] = None,
    act: Annotated[
        str | None,
        typer.Option(
            help=say("camera.change, or camera for all of them.", "操作，如 camera.change 或 camera。")
        ),
    ] = None,
    camera: Annotated[str | None, typer.Option(help=say("Only about this camera.", "仅此摄像机。"))] = None,
    case: Annotated[str | None, typer.Option(help=say("Only of this case.", "仅此案件。"))] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000)] = 100,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(storage: Storage) -> list[AuditLine]:
        camera_id = None if camera is None else await storage.registry.editor.find(camera)
        return await storage.evidence.audit.lines(
            author=author, act=act, camera_id=camera_id, case=case, limit=limit
        )

    lines = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        for line in lines:
            print_json("line", line_as_json(line))
        return
    print_table(
        [
            say("no.", "序号"),
            say("when", "时间"),
            say("who", "操作人"),
            say("did", "操作"),
            say("to", "对象"),
        ],
        [
            (
                str(line.seq),
                f"{line.at.astimezone():%Y-%m-%d %H:%M:%S}",
                plain(line.author),
                line.act,
                plain(line.target),
            )
            for line in lines
        ],
    )


@app.command(
    help=say(
        "Write lines into a .csv file for a spreadsheet, the latest first.",
        "将审计记录写入 .csv 文件，最新在前。",
    )
)
def export(
    file: Annotated[Path, typer.Argument(help=say("The .csv file.", ".csv 文件。"))],
    author: Annotated[str | None, typer.Option(help=say("Only theirs.", "仅此人。"))] = None,
    act: Annotated[str | None, typer.Option(help=say("Only this act.", "仅此操作。"))] = None,
    case: Annotated[str | None, typer.Option(help=say("Only of this case.", "仅此案件。"))] = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
) -> None:
    async def work(storage: Storage) -> bytes:
        filters = Filters(author=author, act=act, case=case)
        return b"".join([page async for page in audit_as_csv(storage.evidence.audit, filters)])

    content = with_storage(load_settings(config, data=data, database=database), work)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise SheetFileUnwritable(path=file, reason=error.strerror or str(error)) from error
    console.print(say("Wrote {}.", "已写入 {}。").format(file), markup=False)


@app.command(
    help=say(
        "Walk the whole chain: which line was changed, removed, put in or moved. Exit status 1 where one was.",
        "核验整条审计链：哪条记录被修改、删除、插入或调换。发现问题时退出码为 1。",
    )
)
def verify(
    data: Data = None, database: DatabaseUrl = None, config: Config = None, json: Json = False
) -> None:
    async def work(storage: Storage) -> Verification:
        return await storage.evidence.verify()

    found = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        print_json("verification", verification_as_json(found))
    else:
        for fault in found.faults:
            console.print(fault.zh if LANGUAGE == "zh" else fault.en, style="red", markup=False)
        if found.sound:
            console.print(
                say("{} lines, each as it was written.", "共 {} 条记录，均未被改动。").format(found.lines)
            )
        else:
            console.print(
                say("{} faults in {} lines.", "发现 {} 处问题，共 {} 条记录。").format(
                    found.count, found.lines
                )
            )
    if not found.sound:
        raise typer.Exit(1)
