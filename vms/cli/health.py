"""`vms health`: how much of a month the cameras of a unit could be seen, and why they could not."""

from typing import Annotated

import typer

from vms.bootstrap import Storage
from vms.cli.condition_words import STATES, cause_words
from vms.cli.language import say
from vms.cli.options import Config, Data, DatabaseUrl, Json
from vms.cli.output import console, print_json, print_table
from vms.cli.storage import with_storage
from vms.health.availability import Availability, Seconds
from vms.health.in_json import availability_as_json
from vms.settings import load_settings

HELP = say(
    "How much of a month the cameras of a unit could be seen, and why not.",
    "某辖区的摄像机在一个月内有多少时间看得到，以及看不到的原因。",
)

MonthOption = Annotated[
    str | None,
    typer.Option(
        "--month",
        metavar="2026-11",
        help=say("The month; this one when left out.", "月份；不填为本月。"),
        show_default=False,
    ),
]


def health(
    unit: Annotated[
        str | None,
        typer.Option(
            help=say(
                "Only this unit and all below it: code, path or name.", "仅此辖区及其下级：代码、路径或名称。"
            ),
            show_default=False,
        ),
    ] = None,
    month: MonthOption = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(storage: Storage) -> Availability:
        unit_id = None if unit is None else (await storage.registry.units.tree()).find(unit).id
        return await storage.history.availability(unit_id, month=month)

    found = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        print_json("availability", availability_as_json(found))
        return
    print_units(found)
    print_downtime(found)
    if found.worst:
        console.print()
        print_table(
            [
                say("worst cameras", "最差的摄像机"),
                say("unit", "辖区"),
                say("seen", "可见"),
                say("down", "不可见"),
            ],
            [
                (f"{each.name} ({each.id})", each.unit_name, share(each.seconds), span(each.seconds.down_s))
                for each in found.worst
            ],
        )


def print_units(found: Availability) -> None:
    rows = [(unit.path, *_figures(unit.seconds)) for unit in found.units]
    whole = found.unit.path if found.unit is not None else say("all", "合计")
    if len(rows) != 1 or rows[0][0] != whole:
        rows.append((whole, *_figures(found.total)))
    print_table(
        [
            f"{say('unit', '辖区')} · {found.month.name}",
            say("cameras", "摄像机"),
            say("seen", "可见"),
            say("down", "不可见"),
            say("degraded", "质量下降"),
            say("not watched (not counted)", "未监看（不计入）"),
        ],
        rows,
    )


def print_downtime(found: Availability) -> None:
    if not found.downtime:
        return
    states = {str(state): word for state, word in STATES.items()}
    console.print()
    print_table(
        [say("why not seen", "不可见原因"), say("cameras", "摄像机"), say("time", "时长")],
        [
            (
                " · ".join(
                    filter(None, [states[each.state], cause_words([each.cause] if each.cause else [])])
                ),
                str(each.cameras),
                span(each.seconds),
            )
            for each in found.downtime
        ],
    )


def _figures(seconds: Seconds) -> tuple[str, ...]:
    return (
        str(seconds.cameras),
        share(seconds),
        span(seconds.down_s),
        span(seconds.degraded_s),
        span(seconds.unwatched_s),
    )


def share(seconds: Seconds) -> str:
    """Cut, not rounded: what was not seen for a second is not 100 %."""
    found = seconds.seen_share
    return "–" if found is None else f"{int(found * 100_000) / 1000:.3f} %"


def span(seconds: float) -> str:
    whole = round(seconds)
    days, hours, minutes = whole // 86_400, whole // 3600 % 24, whole // 60 % 60
    if days:
        return say("{} d {} h", "{} 天 {} 小时").format(days, hours)
    if hours:
        return say("{} h {} min", "{} 小时 {} 分").format(hours, minutes)
    if minutes:
        return say("{} min {} s", "{} 分 {} 秒").format(minutes, whole % 60)
    return say("{} s", "{} 秒").format(whole)
