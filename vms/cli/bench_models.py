"""`vms bench models`: what one run of each network costs, as a table, as JSON, and written into a document."""

from typing import Annotated

import typer

from vms.bench import models as models_bench
from vms.bench.models_report import HEAD, NAME, as_markdown, rows
from vms.bench.readme_block import check_block, write_block
from vms.cli.language import say
from vms.cli.options import Json, WriteTable
from vms.cli.output import print_json, print_table, tell

HELP = say(
    "One run of each network: int8 against float32, one picture against several.",
    "各模型单次推理的开销：int8 与 float32 对比，单张与批量对比。",
)


def models(
    turns: Annotated[
        int, typer.Option(min=2, help=say("Runs of each network.", "每个模型的运行次数。"))
    ] = models_bench.TURNS,
    write: WriteTable = None,
    json: Json = False,
) -> None:
    if write is not None:
        check_block(write, NAME)
    report = models_bench.run(turns=turns, tell=tell)
    if write is not None:
        write_block(write, NAME, as_markdown(report))
    if json:
        print_json(NAME, report.as_json())
        return
    print_table(list(HEAD), rows(report))
    for note in report.notes:
        typer.echo(note)
