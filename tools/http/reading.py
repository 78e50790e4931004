"""From an answer's JSON to the values a connector works with; another form is an error that names the place."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import ValidationError

from memory.errors import ConnectorError
from memory.model.value import JsonValue

S = TypeVar("S")


def read_as(said: JsonValue, validate: Callable[[JsonValue], S], api: str, source: str) -> S:
    """Return the answer as `validate` reads it; raises `ConnectorError` naming `api` and where it differs."""
    try:
        return validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the answer"
        raise ConnectorError(
            f"expected an answer of {api}, found another form at {where}: {first['msg']}",
            hint=f"Check that the configured address of {source} is the address of its API.",
        ) from None
