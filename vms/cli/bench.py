"""`vms bench`: what things cost here, as ratios against the bare library in the same run."""

import typer

from vms.cli.language import say

HELP = say("Measure what things cost on this machine.", "测量本机上的各项开销。")
app = typer.Typer(no_args_is_help=True)


@app.callback()
def benchmarks() -> None:
    """Benchmarks."""
