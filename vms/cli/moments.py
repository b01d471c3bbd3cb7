"""Moments on the command line: local time of the place, or with an offset."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from vms.cli.language import say


def parse_moment(text: str) -> datetime:
    """A date with or without a time, in ISO form; without an offset it is the place's local time (`moment_of`)."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise typer.BadParameter(
            say("{!r} is no moment: write 2026-11-05 12:00", "{!r} 不是时间：请写成 2026-11-05 12:00").format(
                text
            )
        ) from error


def moment_of(given: datetime, time_zone: str) -> datetime:
    """Aware; what was given without an offset is meant at the place."""
    return given if given.tzinfo else given.replace(tzinfo=ZoneInfo(time_zone))


Start = Annotated[
    datetime,
    typer.Option(
        "--start",
        parser=parse_moment,
        metavar="MOMENT",
        help=say("From when: 2026-11-05 12:00, local time.", "起始时间：2026-11-05 12:00，当地时间。"),
    ),
]
End = Annotated[
    datetime,
    typer.Option(
        "--end",
        parser=parse_moment,
        metavar="MOMENT",
        help=say("To when, local time.", "结束时间，当地时间。"),
    ),
]
CameraList = Annotated[
    list[str],
    typer.Option(
        "--camera",
        "-c",
        help=say("A camera's number, code or name; several times.", "摄像机编号、国标编码或名称；可重复。"),
    ),
]
