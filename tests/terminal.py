"""Commands typed at the terminal in this process; put together once, as each knows its host from the call."""

from collections.abc import Mapping
from functools import cache
from typing import Final
from unittest.mock import patch

import typer
from typer.main import get_command
from typer.testing import CliRunner, Result

from bot.surfaces.cli.app import build

WIDE: Final = {"COLUMNS": "140"}

_put_together = cache(get_command)


@cache
def commands() -> typer.Typer:
    """Return every command."""
    return build()


def typed(
    *words: str,
    host: object = None,
    stdin: str | bytes = "",
    env: Mapping[str, str] = WIDE,
    catch_exceptions: bool = True,
) -> Result:
    """Return what a command printed and how it ended."""
    with patch("typer.testing._get_command", _put_together):  # takes longer than most commands
        return CliRunner(env=env).invoke(
            commands(), words, input=stdin, obj=host, catch_exceptions=catch_exceptions
        )
