"""The command line. Each command stands in a file of its own; here they are joined and their errors are told."""

import sys

import typer

from runtime.errors import VmsError
from vms.cli import (
    access,
    audit,
    bench,
    cameras,
    deletions,
    demo,
    discover,
    doctor,
    evaluate,
    evidence,
    export,
    health,
    holds,
    keys,
    life,
    masked,
    migrate,
    models,
    openapi,
    poses,
    recordings,
    replay,
    serve,
    timeline,
    units,
    worker,
    workers,
)
from vms.cli.language import say
from vms.cli.output import print_error

app = typer.Typer(
    name="vms",
    help=say(
        "Watches cameras for a person who has fallen and a place that is too full, and tells the room.",
        "看护摄像机画面：有人跌倒、场所过密时，立即通知值班室。",
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo", help=demo.HELP)(demo.demo)
app.command("serve", help=serve.HELP)(serve.serve)
app.command("worker", help=worker.HELP)(worker.worker)
app.command("workers", help=workers.HELP)(workers.workers)
app.command("migrate", help=migrate.HELP)(migrate.migrate)
app.add_typer(cameras.app, name="cameras", help=cameras.HELP)
app.command("discover", help=discover.HELP)(discover.discover)
app.command("health", help=health.HELP)(health.health)
app.add_typer(access.app, name="access", help=access.HELP)
app.add_typer(recordings.app, name="recordings", help=recordings.HELP)
app.command("export", help=export.HELP)(export.export)
app.add_typer(evidence.app, name="evidence", help=evidence.HELP)
app.add_typer(holds.app, name="holds", help=holds.HELP)
app.command("deletions", help=deletions.HELP)(deletions.deletions)
app.add_typer(audit.app, name="audit", help=audit.HELP)
app.add_typer(units.app, name="units", help=units.HELP)
app.command("timeline", help=timeline.HELP)(timeline.timeline)
app.add_typer(keys.app, name="keys", help=keys.HELP)
app.command("openapi", help=openapi.HELP)(openapi.openapi)
app.command("replay", help=replay.HELP)(replay.replay)
app.command("evaluate", help=evaluate.HELP)(evaluate.evaluate)
app.command("life", help=life.HELP)(life.life)
app.command("masked", help=masked.HELP)(masked.masked)
app.add_typer(poses.app, name="poses", help=poses.HELP)
app.add_typer(models.app, name="models", help=models.HELP)
app.command("doctor", help=doctor.HELP)(doctor.doctor)
app.add_typer(bench.app, name="bench", help=bench.HELP)


def main() -> None:
    """Run the command line; an expected failure is one line on standard error and exit status 1."""
    try:
        app()
    except VmsError as error:
        print_error(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
