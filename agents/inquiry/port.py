"""The port of whoever looks further into a question than our own rules do."""

from typing import Protocol

from agents.answer import Answer
from agents.case import Case
from agents.reading import ModelExchange
from memory.model.value import Value


class Inquired(Value):
    """What an inquiry came to, and what was asked of models on the way."""

    answer: Answer
    exchanges: tuple[ModelExchange, ...] = ()


class Inquiry(Protocol):
    """Looks into a question."""

    async def inquire(self, case: Case, first: Answer) -> Inquired:
        """Return an answer that holds `first`, which our own rules found. Never raises for a model that fails."""
