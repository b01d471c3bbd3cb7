"""`vms bench audit`: acts a second that the audit takes."""

from typing import Annotated

import typer

from vms.bench import audit as audit_bench
from vms.cli.language import say
from vms.cli.options import Json
from vms.cli.output import console, print_json

HELP = say("Acts a second that the audit takes.", "操作审计每秒可写入的记录数。")


def audit(
    acts: Annotated[int, typer.Option(min=10, help=say("Acts that are written.", "写入的记录数。"))] = 2000,
    writers: Annotated[int, typer.Option(min=1, max=100, help=say("At once.", "并发数。"))] = 8,
    json: Json = False,
) -> None:
    report = audit_bench.run(acts=acts, writers=writers)
    if json:
        print_json("audit", report.as_json())
        return
    console.print(
        say(
            "{} acts a second from one writer, {} from {} at once; {} lines a second verified.",
            "单个写入者每秒 {0} 条，{2} 个并发时每秒 {1} 条；每秒核验 {3} 条。",
        ).format(*(f"{each:.0f}" for each in (report.one, report.many, report.writers, report.verified)))
    )
