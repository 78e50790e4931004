"""What forms and addresses of the incident pages say: unknown words are told, and nothing is guessed. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeVar

from starlette.datastructures import QueryParams

from memory.errors import InvalidInput
from memory.model.incident import Happening, TimelineWindow

LONGEST_SEARCH: Final = 200

Word = TypeVar("Word", bound=StrEnum)


def window_of(asked: QueryParams) -> TimelineWindow:
    """Return the part of a timeline that an address asks for, newest first; raises `InvalidInput`."""
    text = asked.get("text", "").strip()
    if len(text) > LONGEST_SEARCH:
        raise InvalidInput(f"expected words to look for, of at most {LONGEST_SEARCH} letters, found {len(text)}")
    kinds = tuple(word(Happening, each) for each in asked.getlist("kind"))
    return TimelineWindow(kinds=kinds, text=text, pinned=True if asked.get("pinned") else None, newest_first=True)


def word(kind: type[Word], text: str) -> Word:
    """Return the word of an enumeration; raises `InvalidInput`."""
    try:
        return kind(text)
    except ValueError:
        raise InvalidInput(f"expected one of {', '.join(kind)}, found {text[:40]!r}") from None


def severity_of(fields: Mapping[str, str]) -> int:
    """Return a severity from 1 to 5; raises `InvalidInput`."""
    text = fields.get("severity", "")
    if text not in set("12345"):
        raise InvalidInput(f"expected a severity from 1 to 5, found {text[:20]!r}")
    return int(text)


def moment_of(text: str) -> datetime | None:
    """Return the moment that a field says in UTC, None for an empty one; raises `InvalidInput`."""
    if not text.strip():
        return None
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(f"expected a time such as 2026-11-20T03:02, found {text[:40]!r}") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
