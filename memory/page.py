"""A page of a longer list, and the opaque mark where the next one begins. Pure.

A mark is exactly what was written into it, or it is refused: what people send back is never a database's problem.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from memory.errors import InvalidInput
from memory.model.value import Value

LARGEST = 200
LONGEST_CURSOR = 1000  # characters; the longest that is given out has about 250

T = TypeVar("T")
Place = TypeVar("Place", bound=Value)


class Page(Value, Generic[T]):
    """Some items of a list in its order. `next_cursor` gives the page after this one; None: there is none."""

    items: tuple[T, ...]
    next_cursor: str | None = None


def cut(found: Sequence[T], limit: int, place: Callable[[T], Value]) -> Page[T]:
    """Return the page of the first `limit` items, when one more was asked for to see whether there are more."""
    items = tuple(found[:limit])
    return Page(items=items, next_cursor=written(place(items[-1])) if len(found) > limit else None)


def checked(limit: int) -> int:
    """Return the limit; raises `InvalidInput` outside 1 to 200."""
    if not 1 <= limit <= LARGEST:
        raise InvalidInput(f"expected a page of 1 to {LARGEST} items, found {limit}")
    return limit


def written(place: Value) -> str:
    """Return a place in a list as an opaque cursor that is safe in an address."""
    return urlsafe_b64encode(place.model_dump_json().encode()).decode().rstrip("=")


def read(cursor: str, kind: type[Place]) -> Place:
    """Return the place a cursor marks; raises `InvalidInput` for one that was not given out for this list."""
    if len(cursor) <= LONGEST_CURSOR:
        try:
            place = kind.model_validate_json(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        except ValueError:
            pass
        else:
            if written(place) == cursor:
                return place
    raise InvalidInput(
        f"expected a cursor that came with an earlier page of this list, found {cursor[:40]!r}",
        hint="Leave the cursor away to begin with the first page.",
    )
