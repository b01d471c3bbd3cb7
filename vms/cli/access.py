"""`vms access`: the register of who looks at or takes recordings, why, and on what authority."""

from datetime import datetime, timedelta
from typing import Annotated, cast, get_args
from uuid import UUID

import typer

from streams.segment import iso
from vms.access.access import REQUEST_KINDS, Access, NewAccess, RequestType
from vms.access.register import RegisteredAccess
from vms.api.accesses import registered_as_json
from vms.bootstrap import Storage
from vms.cli.language import LANGUAGE, say
from vms.cli.moments import CameraList, End, Start, moment_of
from vms.cli.options import Author, Config, Data, DatabaseUrl, Json, author_of
from vms.cli.output import console, plain, print_json, print_table
from vms.cli.storage import with_storage
from vms.settings import load_settings

HELP = say(
    "The register of who looks at or takes recordings, why, and on what authority.",
    "录像查阅登记：谁、为何、依据什么查阅或调取录像。",
)
app = typer.Typer(no_args_is_help=True)

_TYPES = "; ".join(f"{name}: {say(kind.en, kind.zh)}" for name, kind in REQUEST_KINDS.items())
AccessId = Annotated[UUID, typer.Argument(help=say("Id of the access.", "登记编号。"))]


def _request_type(text: str) -> RequestType:
    if text not in get_args(RequestType):
        raise typer.BadParameter(_TYPES)
    return cast(RequestType, text)


@app.command(help=say("Enter a request; its id is what export asks for.", "登记一次查阅，得到登记编号。"))
def request(
    camera: CameraList,
    start: Start,
    end: End,
    person: Annotated[str, typer.Option(help=say("Who wants it.", "查阅人。"))],
    organisation: Annotated[str, typer.Option(help=say("Of whom.", "查阅人单位。"))],
    reason: Annotated[str, typer.Option(help=say("What for.", "事由。"))],
    type: Annotated[str, typer.Option("--type", callback=_request_type, help=_TYPES)],
    document: Annotated[str, typer.Option(help=say("Number of the legal document.", "法律文书编号。"))] = "",
    case: Annotated[str, typer.Option(help=say("Number of the case.", "案件编号。"))] = "",
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help=say("Without privacy masks.", "不加隐私遮挡。"))
    ] = False,
    hours: Annotated[float, typer.Option(help=say("How long it is good for.", "有效小时数。"))] = 24.0,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    settings = load_settings(config, data=data, database=database)

    async def work(storage: Storage) -> Access:
        cameras = [await storage.registry.editor.find(each) for each in camera]
        return await storage.evidence.register.request(
            NewAccess(
                person=person,
                organisation=organisation,
                reason=reason,
                request_type=_request_type(type),
                document_number=document,
                case_number=case,
                camera_ids=cameras,
                start_at=moment_of(start, settings.time_zone),
                end_at=moment_of(end, settings.time_zone),
                unmasked=unmasked,
                expires_in=timedelta(hours=hours),
            )
        )

    access = with_storage(settings, work)
    if json:
        print_json("access", access.as_json())
    else:
        console.print(
            say("Access {} until {:%Y-%m-%d %H:%M}.", "登记编号 {}，有效至 {:%Y-%m-%d %H:%M}。").format(
                access.id, access.expires_at.astimezone()
            )
        )


@app.command("list", help=say("The latest first.", "列出登记，最新在前。"))
def list_(
    person: Annotated[str | None, typer.Option(help=say("Only theirs.", "仅此人。"))] = None,
    camera: Annotated[str | None, typer.Option(help=say("Only of this camera.", "仅此摄像机。"))] = None,
    case: Annotated[str | None, typer.Option(help=say("Only of this case.", "仅此案件。"))] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(storage: Storage) -> list[Access]:
        camera_id = None if camera is None else await storage.registry.editor.find(camera)
        return await storage.evidence.register.list(
            person=person, camera_id=camera_id, case=case, limit=limit
        )

    accesses = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        for access in accesses:
            print_json("access", access.as_json())
        return
    print_table(
        [
            say("id", "编号"),
            say("when", "时间"),
            say("who", "查阅人"),
            say("of", "单位"),
            say("why", "事由"),
            say("document", "文书"),
            say("cameras", "摄像机"),
        ],
        [
            (
                str(access.id),
                f"{access.at.astimezone():%Y-%m-%d %H:%M}",
                plain(access.person),
                plain(access.organisation),
                plain(access.reason[:40]),
                plain(access.document_number),
                " ".join(str(each) for each in access.camera_ids),
            )
            for access in accesses
        ],
    )


@app.command(help=say("One, with what was done with it.", "查看一次登记及其使用情况。"))
def show(
    access: AccessId,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(storage: Storage) -> RegisteredAccess:
        return await storage.evidence.register.find(access)

    found = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        print_json("access", registered_as_json(found))
        return
    kind = REQUEST_KINDS[found.access.request_type]
    print_table(
        [say("what", "项目"), say("said", "内容")],
        [
            (say("who", "查阅人"), plain(f"{found.access.person}, {found.access.organisation}")),
            (say("why", "事由"), plain(found.access.reason)),
            (say("on what", "依据"), kind.zh if LANGUAGE == "zh" else kind.en),
            (say("document", "文书编号"), plain(found.access.document_number)),
            (say("from", "起"), iso(found.access.start_at)),
            (say("to", "止"), iso(found.access.end_at)),
            *(
                (_when(use.at), f"{use.act} {' '.join(str(each) for each in use.camera_ids)}")
                for use in found.uses
            ),
        ],
    )


@app.command(help=say("End an access before its time.", "提前终止一次登记。"))
def end(
    access: AccessId,
    author: Author = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
) -> None:
    async def work(storage: Storage) -> Access:
        return await storage.evidence.register.end(access, author=author_of(author))

    with_storage(load_settings(config, data=data, database=database), work)
    console.print(say("It gives nothing any more.", "该登记已失效。"))


def _when(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
