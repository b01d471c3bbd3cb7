"""`vms timeline`: what was recorded of a camera, what is missing, and why."""

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from runtime.clock import SystemClock
from streams.camera import ProfileName
from vms.bootstrap import Storage
from vms.cli.camera_changes import Reference
from vms.cli.health import span
from vms.cli.language import LANGUAGE, say
from vms.cli.options import Config, Data, DatabaseUrl, Json
from vms.cli.output import console, plain, print_json, print_table
from vms.cli.storage import with_storage
from vms.settings import load_settings
from vms.timeline.in_json import CAUSES, timeline_as_json
from vms.timeline.reading import CameraTimeline, Timelines

HELP = say("What was recorded of a camera, what is missing, and why.", "一台摄像机的录像、缺失及原因。")
_FORMATS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]

Start = Annotated[
    datetime | None,
    typer.Option(
        "--start",
        formats=_FORMATS,
        help=say(
            "Local time of the place; a day before the end when left out.",
            "起始时间（当地）；默认为结束前一天。",
        ),
    ),
]
End = Annotated[
    datetime | None,
    typer.Option(
        "--end",
        formats=_FORMATS,
        help=say("Local time; now when left out.", "结束时间（当地）；默认为现在。"),
    ),
]


def timeline(
    camera: Reference,
    start: Start = None,
    end: End = None,
    sub: Annotated[bool, typer.Option("--sub", help=say("Of the sub stream.", "查看子码流。"))] = False,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    settings = load_settings(config, data=data, database=database)
    zone = ZoneInfo(settings.time_zone)
    clock = SystemClock()
    end_at = end.replace(tzinfo=zone) if end else clock.now()
    start_at = start.replace(tzinfo=zone) if start else end_at - timedelta(days=1)
    profile: ProfileName | None = "sub" if sub else None

    async def work(storage: Storage) -> CameraTimeline:
        camera_id = await storage.registry.editor.find(camera)
        return await Timelines(database=storage.database, clock=clock).read(
            camera_id, profile, start_at, end_at
        )

    found = with_storage(settings, work)
    if json:
        print_json("timeline", timeline_as_json(found, files=True))
    else:
        _print(found, zone)


def _print(found: CameraTimeline, zone: ZoneInfo) -> None:
    index = 1 if LANGUAGE == "zh" else 0
    rows = [
        (
            each.start_at,
            each.end_at,
            say("recorded, {} files, {:.1f} MB", "已录，{} 个文件，{:.1f} MB").format(
                each.segments, each.bytes / 1e6
            ),
        )
        for each in found.stretches
    ]
    rows += [
        (each.start_at, each.end_at, " ".join([CAUSES[each.cause][index], *each.detail]))
        for each in found.gaps
    ]
    rows += [
        (each.raised_at, each.last_event_at, say("alert {} ({})", "警情 {}（{}）").format(each.id, each.kind))
        for each in found.alerts
    ]
    rows += [
        (each.start_at, each.end_at, say("hold {}: {}", "保全 {}：{}").format(each.id, plain(each.reason)))
        for each in found.holds
    ]
    print_table(
        [say("from", "自"), say("to", "至"), say("for", "时长"), say("what", "内容")],
        [
            (
                f"{begin.astimezone(zone):%Y-%m-%d %H:%M:%S}",
                f"{end.astimezone(zone):%Y-%m-%d %H:%M:%S}",
                span((end - begin).total_seconds()),
                what,
            )
            for begin, end, what in sorted(rows, key=lambda row: row[0])
        ],
    )
    recorded = sum((each.end_at - each.start_at).total_seconds() for each in found.stretches)
    console.print(
        say("recorded {} of {}", "共录 {} / {}").format(
            span(recorded), span((found.end_at - found.start_at).total_seconds())
        )
    )
