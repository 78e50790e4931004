"""What comes over a WebSocket as text: JSON objects of a bounded length."""

import json
from typing import Any

from memory.errors import InvalidInput


def json_object(text: str, longest: int, *, what: str = "") -> dict[str, Any]:
    """Return the object that a text is; raises `InvalidInput`, which says `what` is too long."""
    if len(text) > longest:
        raise InvalidInput(f"expected {what}at most {longest} characters, found {len(text)}")
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput("expected JSON, found other text") from None
    if not isinstance(told, dict):
        raise InvalidInput("expected an object, found another value")
    return told
