"""What the command line prints: lines and tables for people, JSON lines for programs."""

import json
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from runtime.errors import VmsError
from vms.cli.language import LANGUAGE, say

console = Console(highlight=False, soft_wrap=True)


def print_json(kind: str, body: object) -> None:
    """One line, `{kind: body}`, flushed: a program may be reading along."""
    print(json.dumps({kind: body}, ensure_ascii=False), flush=True)


def print_error(error: VmsError) -> None:
    typer.secho(f"{say('error', '错误')}: {error.message(LANGUAGE)}", fg=typer.colors.RED, err=True)


def tell(what: str) -> None:
    """What a long work is doing now: on standard error, so that JSON lines stay alone."""
    typer.echo(f"  {what}", err=True)


def plain(text: str) -> str:
    """Text from elsewhere, so that nothing in it is taken for markup or obeyed by the terminal."""
    return escape("".join(letter if letter.isprintable() else " " for letter in text))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*row)
    console.print(table)
