"""What every command that speaks to Quarterdeck has in common: `--json`, `--server` and `--as`."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from bot.surfaces.cli.screen import Screen
from bot.surfaces.cli.session import Session

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, errors too.")]
Server = Annotated[
    str, typer.Option("--server", metavar="URL", help="The Quarterdeck to talk to (QUARTERDECK_SERVER_URL).")
]
Person = Annotated[
    str, typer.Option("--as", metavar="PERSON", help="Who you are; only without a server, and in the demo.")
]


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options all share, and hand it the session they make as its first argument."""

    @wraps(function)
    def started(context: typer.Context, *, as_json: bool, server: str, person: str, **given: Any) -> None:
        function(Session(context.obj, Screen(as_json=as_json), server=server, person=person), **given)

    _, *own = inspect.signature(function).parameters.values()
    shared = [
        _parameter("as_json", AsJson, default=False),
        _parameter("server", Server, default=""),
        _parameter("person", Person, default=""),
    ]
    keywords = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]
    context = _parameter("context", typer.Context, default=inspect.Parameter.empty)
    signature = inspect.Signature([context, *keywords, *shared])
    started.__signature__ = signature  # type: ignore[attr-defined]  # inspect looks for it there
    started.__annotations__ = {name: each.annotation for name, each in signature.parameters.items()}
    return started


def _parameter(name: str, annotation: Any, *, default: object) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
