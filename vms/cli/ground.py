"""The measured ground of a zone on the command line: marks and distances."""

from typing import Annotated

import typer

from vms.cameras.draft import GroundDraft
from vms.cli.language import say
from vms.errors import GroundTextInvalid, ZoneTextInvalid
from vms.replay import parse_corners

GroundMarks = Annotated[
    str,
    typer.Option(
        "--ground",
        help=say(
            "Four marks on the ground of the crowd zone, in order: 'x,y x,y x,y x,y', 0 to 1 of the picture. "
            "With --ground-metres, persons per square metre count instead of the limit.",
            "过密区域地面上依次四个标记点：'x,y x,y x,y x,y'，取画面的 0 至 1。"
            "与 --ground-metres 一起使用时，按每平方米人数而不按人数上限告警。",
        ),
        show_default=False,
    ),
]
GroundMetres = Annotated[
    str,
    typer.Option(
        "--ground-metres",
        help=say(
            "Their distances: 'A B', the sides 1-2 and 2-3 of a rectangle, or 'A B C D E', four sides and the diagonal 1-3.",
            "标记点间的距离（米）：'A B' 为矩形的边 1-2 和 2-3；'A B C D E' 为四条边和对角线 1-3。",
        ),
        show_default=False,
    ),
]


def parse_ground(marks: str, metres: str, *, zoned: bool = True) -> GroundDraft | None:
    """None where neither was given. Raises: GroundTextInvalid, also where there is no zone that it belongs to."""
    if not marks and not metres:
        return None
    text = f"{marks} {metres}".strip()
    try:
        corners = parse_corners(marks)
        distances = tuple(float(distance) for distance in metres.split())
    except (ValueError, ZoneTextInvalid) as error:
        raise GroundTextInvalid(text=text) from error
    if not corners or not distances or not zoned:
        raise GroundTextInvalid(text=text)
    return GroundDraft(points=corners, metres=distances)
