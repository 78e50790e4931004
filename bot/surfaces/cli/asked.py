"""The options by which entries of the log are chosen, the same for every command that reads it."""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Annotated, Any

import typer

from memory.errors import InvalidWindow
from memory.model.bodies import EntryKind
from memory.model.window import parse_duration

Asked = dict[str, Any]
"""What is asked of the log, as the query of a request."""

_DECISIONS = ("allow", "needs_approval", "deny")

_OPTIONS: dict[str, tuple[Any, object]] = {
    "kind": (
        Annotated[
            list[EntryKind] | None, typer.Option("--kind", help="Only entries of this kind; again for another.")
        ],
        None,
    ),
    "principal": (
        Annotated[str, typer.Option("--principal", metavar="ID", help="Only what this person did.")],
        "",
    ),
    "tool": (Annotated[str, typer.Option("--tool", metavar="NAME", help="Only entries about this tool.")], ""),
    "decision": (Annotated[str, typer.Option("--decision", metavar="|".join(_DECISIONS))], ""),
    "since": (Annotated[str, typer.Option("--since", metavar="WHEN", help="A moment, or 2h, 7d ago.")], ""),
    "until": (Annotated[str, typer.Option("--until", metavar="WHEN", help="Only what was logged before.")], ""),
    "correlation": (
        Annotated[str, typer.Option("--correlation", metavar="ID", help="Only what one message led to.")],
        "",
    ),
    "incident": (Annotated[str, typer.Option("--incident", metavar="ID", help="Only what belongs to it.")], ""),
}


def asks(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options, and hand it what they ask as its argument `asked`."""
    session, *rest = (each for each in inspect.signature(function).parameters.values() if each.name != "asked")

    @wraps(function)
    def asked_first(session: object, **given: Any) -> None:
        options = {name: given.pop(name) for name in _OPTIONS}
        function(session, asked=options, **given)

    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
        for name, (annotation, default) in _OPTIONS.items()
    ]
    keywords = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in rest]
    signature = inspect.Signature([session, *options, *keywords])
    asked_first.__signature__ = signature  # type: ignore[attr-defined]  # inspect looks for it there
    return asked_first


def query_of(options: Asked, now: datetime) -> Asked:
    """Return the options as a request's query; raises `InvalidWindow` for a time that is none."""
    kinds = [kind.value for kind in options["kind"] or ()]
    plain = {name: options[name] for name in ("principal", "tool", "decision", "correlation", "incident")}
    times = {name: moment_of(options[name], now) for name in ("since", "until") if options[name]}
    return {name: value for name, value in {"kind": kinds, **plain, **times}.items() if value}


def moment_of(text: str, now: datetime) -> str:
    """Return a moment given in ISO 8601, or as a duration back from now, in ISO 8601 and UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return (now - parse_duration(text)).isoformat()
    if moment.tzinfo is None:
        raise InvalidWindow(f"expected a time with a zone, such as 2026-11-20T14:00:00Z, found {text!r}")
    return moment.astimezone(UTC).isoformat()
