"""Progress bars for people; programs get none."""

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from vms.cli.output import console


def progress_bar(*, hidden: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=hidden or not console.is_terminal,
    )
