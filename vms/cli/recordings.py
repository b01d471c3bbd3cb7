"""`vms recordings`: disk, database and content compared; the chain through a camera's recordings walked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from runtime.clock import SystemClock
from streams.camera import CameraId
from vms.bootstrap import Storage
from vms.cli.camera_changes import Reference
from vms.cli.language import LANGUAGE, say
from vms.cli.moments import moment_of, parse_moment
from vms.cli.options import Author, Config, Data, DatabaseUrl, Json, author_of
from vms.cli.output import console, print_json, tell
from vms.cli.storage import with_storage
from vms.recordings.check import Range, RecordingCheck
from vms.recordings.finding import Finding
from vms.settings import Settings, load_settings
from vms.volumes import recordings_volume

HELP = say("Whether recordings are as they were recorded.", "核对录像与录制时是否一致。")
app = typer.Typer(no_args_is_help=True)

_EVERY = 500
From = Annotated[
    datetime | None,
    typer.Option(
        "--start",
        parser=parse_moment,
        metavar="MOMENT",
        help=say(
            "From when: 2026-11-05 12:00, local time; all when left out.", "起始时间（当地）；默认全部。"
        ),
    ),
]
To = Annotated[
    datetime | None,
    typer.Option("--end", parser=parse_moment, metavar="MOMENT", help=say("To when.", "结束时间（当地）。")),
]
Quick = Annotated[
    bool,
    typer.Option(
        "--quick",
        help=say("Compare lengths only, without reading the files.", "仅核对文件长度，不读取内容。"),
    ),
]


@app.command(
    help=say(
        "Compare disk, database and content, as a file system is checked. Exit status 1 where something is wrong.",
        "核对磁盘、数据库与内容。发现问题时退出码为 1。",
    )
)
def check(
    camera: Annotated[
        list[str] | None,
        typer.Option("--camera", "-c", help=say("Only of these.", "仅核对这些摄像机；可重复。")),
    ] = None,
    start: From = None,
    end: To = None,
    quick: Quick = False,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair",
            help=say(
                "Give files without a row one, and write down which files are lost. Nothing is removed.",
                "为未登记的文件补登记，并记录丢失的文件。不删除任何内容。",
            ),
        ),
    ] = False,
    author: Author = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    settings = load_settings(config, data=data, database=database)
    _run(
        settings, camera or None, start, end, quick=quick, repair=repair, author=author_of(author), json=json
    )


@app.command(
    help=say(
        "Walk the chain of one camera and compare its files: what was altered, removed, put in or moved.",
        "核验一台摄像机的录像链及文件：被修改、删除、插入或调换之处。",
    )
)
def verify(
    camera: Reference,
    start: From = None,
    end: To = None,
    quick: Quick = False,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    settings = load_settings(config, data=data, database=database)
    _run(settings, [camera], start, end, quick=quick, repair=False, author="", json=json)


def _run(
    settings: Settings,
    cameras: Sequence[str] | None,
    start: datetime | None,
    end: datetime | None,
    *,
    quick: bool,
    repair: bool,
    author: str,
    json: bool,
) -> None:
    async def work(storage: Storage) -> tuple[int, int]:
        ids: list[CameraId] | None = None
        if cameras is not None:
            ids = [await storage.registry.editor.find(each) for each in cameras]
        volume_id, folder = await recordings_volume(settings, storage.database, storage.folder.path)
        found = files = 0

        def on_file() -> None:
            nonlocal files
            files += 1
            if files % _EVERY == 0:
                tell(say("{} files looked at", "已核对 {} 个文件").format(files))

        checker = RecordingCheck(
            database=storage.database, folder=folder, volume_id=volume_id, author=author, clock=SystemClock()
        )
        wanted = Range(
            camera_ids=ids,
            start_at=None if start is None else moment_of(start, settings.time_zone),
            end_at=None if end is None else moment_of(end, settings.time_zone),
        )
        async for finding in checker.run(wanted, content=not quick, repair=repair, on_file=on_file):
            found += not finding.repaired and finding.wrong != "part"
            _tell(finding, json)
        return found, files

    found, files = with_storage(settings, work)
    if json:
        print_json("checked", {"files": files, "wrong": found})
    else:
        console.print(
            say("{} files looked at, {} things wrong.", "核对 {} 个文件，{} 处问题。").format(files, found)
        )
    if found:
        raise typer.Exit(1)


def _tell(finding: Finding, json: bool) -> None:
    if json:
        print_json("finding", finding.as_json())
        return
    repaired = say(" (put right)", "（已修复）") if finding.repaired else ""
    console.print(f"{finding.path}: {finding.words(LANGUAGE)}{repaired}", markup=False)
