"""`vms workers`: who watches cameras in this house, how many, and whether each keeps up."""

from vms.bootstrap import Storage
from vms.cli.health import span
from vms.cli.language import say
from vms.cli.options import Config, Data, DatabaseUrl, Json
from vms.cli.output import print_json, print_table
from vms.cli.storage import with_storage
from vms.cluster.crew import Crew, crew_as_json, crew_of
from vms.settings import load_settings

HELP = say("Who watches cameras in this house, and how many.", "本系统中由哪些进程承担摄像机，各承担多少。")


def workers(
    data: Data = None, database: DatabaseUrl = None, config: Config = None, json: Json = False
) -> None:
    async def work(storage: Storage) -> Crew:
        return await crew_of(storage.database)

    crew = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        print_json("workers", crew_as_json(crew))
        return
    print_table(
        [
            say("worker", "工作进程"),
            say("state", "状态"),
            say("seen", "最近联系"),
            say("cameras", "摄像机"),
            say("limit", "上限"),
            say("no time for", "算力不足"),
        ],
        [
            (
                each.name,
                say("live", "在线") if each.live else say("gone", "离线"),
                say("{} ago", "{}前").format(span(each.silent_s)),
                str(each.cameras),
                str(each.capacity or "–"),
                f"{each.lag:.1%}",
            )
            for each in crew.workers
        ]
        + [(say("nobody", "无人承担"), "", "", str(crew.free), "", "")],
    )
