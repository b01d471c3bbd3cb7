"""`vms doctor`: what this machine has and lacks."""

import asyncio
from dataclasses import asdict

import typer

from runtime.clock import SystemClock
from vms import doctor as examination
from vms.cli.language import LANGUAGE, say
from vms.cli.options import Config, Data, DatabaseUrl, Json
from vms.cli.output import print_json, print_table
from vms.settings import load_settings

HELP = say("See what this machine has and lacks.", "检查本机条件是否齐备。")

_MARKS = {"ok": "[green]✓[/green]", "warning": "[yellow]![/yellow]", "missing": "[red]✗[/red]"}


def doctor(
    data: Data = None, database: DatabaseUrl = None, config: Config = None, json: Json = False
) -> None:
    settings = load_settings(config, data=data, database=database)
    findings = asyncio.run(examination.examine(settings, clock=SystemClock()))
    if json:
        for finding in findings:
            print_json("finding", asdict(finding))
    else:
        print_table(
            ["", "", ""],
            [
                (_MARKS[finding.verdict], finding.name, finding.zh if LANGUAGE == "zh" else finding.en)
                for finding in findings
            ],
        )
    if any(finding.verdict == "missing" for finding in findings):
        raise typer.Exit(1)
