"""What every hand does first and last: take its own kind of arguments, and give its evidence an id. Pure."""

from typing import TypeVar

from memory.errors import InvalidInput
from memory.ids import derived
from tools.contract import Arguments, CallContext

A = TypeVar("A", bound=Arguments)


def given(arguments: Arguments, kind: type[A]) -> A:
    """Return the arguments as the kind a hand takes; raises `InvalidInput` for those of another hand."""
    if isinstance(arguments, kind):
        return arguments
    raise InvalidInput(f"expected {kind.__name__} as arguments, found {type(arguments).__name__}")


def evidence_id(context: CallContext, *parts: str) -> str:
    """Return the id of what one call saw. The same call at the same moment gives the same id."""
    return derived("ev", context.tenant, context.key, context.now.isoformat(), *parts)
