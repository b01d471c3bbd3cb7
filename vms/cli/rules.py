"""Rules named on the command line, separated by commas."""

from typing import cast

import typer

from detectors.event import EVENT_KINDS, EventKind
from vms.cli.language import say


def parse_rules(text: str) -> frozenset[EventKind]:
    """Raises: typer.BadParameter, with those there are."""
    kinds = {rule.strip() for rule in text.split(",") if rule.strip()}
    if kinds - set(EVENT_KINDS) or not kinds:
        raise typer.BadParameter(
            say("use one or more of: {}", "可选：{}").format(", ".join(EVENT_KINDS)), param_hint="--rules"
        )
    return frozenset(cast(set[EventKind], kinds))
