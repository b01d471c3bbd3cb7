"""`vms cameras health`: what a camera was like, and how much of a month it could be seen."""

from typing import Annotated, cast

import typer

from vms.bootstrap import Storage
from vms.cli.camera_changes import Reference
from vms.cli.condition_words import STATES, cause_words
from vms.cli.health import MonthOption, print_downtime, share, span
from vms.cli.language import LANGUAGE, say
from vms.cli.options import Config, Data, DatabaseUrl, Json
from vms.cli.output import console, print_json, print_table
from vms.cli.storage import with_storage
from vms.health.availability import Availability
from vms.health.history import HistoryPage
from vms.health.in_json import availability_as_json, condition_as_json
from vms.settings import load_settings

HELP = say("What a camera was like, and for how long.", "一台摄像机的健康历史。")


def health(
    camera: Reference,
    month: MonthOption = None,
    last: Annotated[
        int, typer.Option(min=1, max=1000, help=say("So many conditions.", "显示最近多少条。"))
    ] = 20,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(storage: Storage) -> tuple[HistoryPage, Availability]:
        camera_id = await storage.registry.editor.find(camera)
        return (
            await storage.history.of_camera(camera_id, limit=last),
            await storage.history.availability_of_camera(camera_id, month=month),
        )

    settings = load_settings(config, data=data, database=database)
    page, found = with_storage(settings, work)
    if json:
        for each in page.conditions:
            print_json("condition", condition_as_json(each))
        print_json("availability", availability_as_json(found))
        return
    states = {str(state): word for state, word in STATES.items()}
    print_table(
        [
            say("since", "自"),
            say("until", "至"),
            say("profile", "码流"),
            say("state", "状态"),
            say("why", "原因"),
        ],
        [
            (
                f"{each.since.astimezone(found.month.since.tzinfo):%Y-%m-%d %H:%M:%S}",
                f"{each.until.astimezone(found.month.since.tzinfo):%Y-%m-%d %H:%M:%S}" if each.until else "",
                each.profile,
                states[each.state],
                _words(each.error) or cause_words(each.causes),
            )
            for each in page.conditions
        ],
    )
    console.print()
    console.print(
        say(
            "{}: seen {} of the time that it was watched; down {}, not watched {}.",
            "{}：监看期间可见 {}；不可见 {}，未监看 {}。",
        ).format(
            found.month.name, share(found.total), span(found.total.down_s), span(found.total.unwatched_s)
        )
    )
    print_downtime(found)


def _words(error: dict[str, object] | None) -> str:
    return cast(dict[str, str], error["message"])[LANGUAGE] if error else ""
