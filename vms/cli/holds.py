"""`vms holds`: recordings that nothing may delete."""

from datetime import datetime
from typing import Annotated

import typer

from vms.bootstrap import Storage
from vms.cli.language import say
from vms.cli.moments import CameraList, End, Start, moment_of, parse_moment
from vms.cli.options import Author, Config, Data, DatabaseUrl, Json, author_of
from vms.cli.output import console, plain, print_json, print_table
from vms.cli.storage import with_storage
from vms.holds.hold import Hold, NewHold
from vms.settings import load_settings

HELP = say("Recordings that nothing may delete.", "录像保全：保全期间任何情况下不得删除。")
app = typer.Typer(no_args_is_help=True)


@app.command(help=say("Hold recordings of cameras in a range of time.", "保全若干摄像机一段时间的录像。"))
def place(
    camera: CameraList,
    start: Start,
    end: End,
    reason: Annotated[str, typer.Option(help=say("Why.", "事由。"))],
    case: Annotated[str, typer.Option(help=say("Number of the case.", "案件编号。"))] = "",
    expires: Annotated[
        datetime | None,
        typer.Option(
            parser=parse_moment,
            metavar="MOMENT",
            help=say("When it ends by itself; never when left out.", "自动到期时间；不填则不自动到期。"),
        ),
    ] = None,
    needs_other: Annotated[
        bool,
        typer.Option("--needs-other", help=say("Only another person may release it.", "须由他人解除。")),
    ] = False,
    author: Author = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    settings = load_settings(config, data=data, database=database)

    async def work(storage: Storage) -> Hold:
        cameras = [await storage.registry.editor.find(each) for each in camera]
        return await storage.evidence.holds.place(
            NewHold(
                camera_ids=cameras,
                start_at=moment_of(start, settings.time_zone),
                end_at=moment_of(end, settings.time_zone),
                reason=reason,
                owner=author_of(author),
                case_number=case,
                expires_at=None if expires is None else moment_of(expires, settings.time_zone),
                needs_other=needs_other,
            )
        )

    placed = with_storage(settings, work)
    if json:
        print_json("hold", placed.as_json())
    else:
        console.print(say("Hold {} is in force.", "保全 {} 已生效。").format(placed.id))


@app.command("list", help=say("Those in force, the latest first.", "列出生效中的保全，最新在前。"))
def list_(
    camera: Annotated[str | None, typer.Option(help=say("Only of this camera.", "仅此摄像机。"))] = None,
    all: Annotated[
        bool, typer.Option("--all", help=say("Released and expired ones too.", "包括已解除和到期的。"))
    ] = False,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(storage: Storage) -> list[Hold]:
        camera_id = None if camera is None else await storage.registry.editor.find(camera)
        return await storage.evidence.holds.list(camera_id=camera_id, all=all, limit=10_000)

    holds = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        for hold in holds:
            print_json("hold", hold.as_json())
        return
    print_table(
        [
            say("no.", "编号"),
            say("cameras", "摄像机"),
            say("from", "起"),
            say("to", "止"),
            say("why", "事由"),
            say("owner", "责任人"),
            say("released by", "解除人"),
        ],
        [
            (
                str(hold.id),
                " ".join(str(each) for each in hold.camera_ids),
                f"{hold.start_at.astimezone():%Y-%m-%d %H:%M:%S}",
                f"{hold.end_at.astimezone():%Y-%m-%d %H:%M:%S}",
                plain(hold.reason[:40]),
                plain(hold.owner),
                plain(hold.released_by or ""),
            )
            for hold in holds
        ],
    )


@app.command(help=say("Retention may delete what it held from now on.", "解除保全，此后可按期删除。"))
def release(
    hold: Annotated[int, typer.Argument(help=say("Its number.", "保全编号。"))],
    reason: Annotated[str, typer.Option(help=say("Why.", "事由。"))],
    author: Author = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
) -> None:
    async def work(storage: Storage) -> Hold:
        return await storage.evidence.holds.release(hold, author=author_of(author), reason=reason)

    with_storage(load_settings(config, data=data, database=database), work)
    console.print(say("Hold {} is released.", "保全 {} 已解除。").format(hold))
