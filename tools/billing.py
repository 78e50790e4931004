"""An answer about costs as the hand that looks passes it on, and who gives it. Pure."""

from typing import Protocol

from memory.model.evidence import Series
from memory.model.value import JsonValue, Moment, Value


class Told(Value):
    """An answer as this hand passes it on: the sentence, what it rests on, and all of it as `data`."""

    found: bool
    sentence: str
    filters: tuple[str, ...] = ()
    value: float | None = None
    unit: str = ""
    since: Moment | None = None
    until: Moment | None = None
    link: str = ""
    series: tuple[Series, ...] = ()
    data: dict[str, JsonValue]


class CostBook(Protocol):
    """Who knows the bills."""

    async def tell(self, tenant: str, question: str, after: tuple[str, ...]) -> Told:
        """Answer a question, which may lean on those before it."""
