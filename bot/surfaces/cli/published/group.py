"""`quarterdeck log`: what was recorded, asked of Quarterdeck or read from the published files."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import typer

from bot.surfaces.cli import logkeys, looking, receipts, tracing
from bot.surfaces.cli.archiving import add_archive
from bot.surfaces.cli.published import proving, reading, verifying


def log_group() -> typer.Typer:
    """Return the group. Alone, it does what `list` does."""
    group = typer.Typer(rich_markup_mode="rich", invoke_without_command=True)
    group.callback()(_alone(looking.log))
    group.command("list")(looking.log)
    for function in (
        tracing.trace,
        receipts.receipt,
        verifying.verify,
        proving.prove,
        proving.check,
        proving.consistency,
        reading.show,
        reading.tail,
        reading.checkpoint,
    ):
        group.command()(function)
    add_archive(group)
    group.add_typer(logkeys.key, name="key")
    return group


def _alone(started: Callable[..., None]) -> Callable[..., None]:
    """Return the command as one that does nothing where a command of its group was given."""

    @wraps(started)
    def maybe(context: typer.Context, **given: Any) -> None:
        if context.invoked_subcommand is None:
            started(context, **given)

    return maybe
