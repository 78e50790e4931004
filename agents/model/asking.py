"""What a question carries on its way through the router: its terms, its time, what was tried, and how it fails."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from agents.model.completion import Attempt
from agents.model.fleet import Model
from agents.model.question import Asker, Question
from agents.profiles import NOTHING_HIDDEN, Redaction, Veil
from memory.errors import ModelOverBudget, ModelUnavailable
from memory.model.model_call import Assignment


class Breaker(Protocol):
    """Remembers how a provider fared; `tools.http.Circuit` is one. Ask once, then report at most once."""

    def open_until(self) -> datetime | None:
        """Return until when it is left alone, None when it may be asked."""

    def succeeded(self) -> None:
        """Note that it answered."""

    def failed(self, error: Exception) -> None:
        """Note that it did not."""


def nobody_answered(message: str, tried: tuple[Attempt, ...] = ()) -> ModelUnavailable:
    """Return the error for no answer: `tried` says who was asked, and why not. Its code is that of the last."""
    error = ModelUnavailable(message)
    error.tried = tried
    if tried:
        error.code = tried[-1].code
    return error


def unasked(error: ModelUnavailable) -> ModelUnavailable:
    """Return the error as one before which nobody was asked: nothing was shown to anybody."""
    error.tried = ()
    return error


async def _anybody() -> None:
    """Let everybody ask."""


@dataclass(frozen=True)
class Terms:
    """What holds for every question. `allowed` raises `ModelUnavailable` where no token is left to the asker.

    `budget_s` is how long a question may take where the asker's turn sets no end.
    """

    tenant: str
    redaction: Redaction = NOTHING_HIDDEN
    allowed: Callable[[], Awaitable[None]] = _anybody
    budget_s: float = 10.0
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass
class Asking:
    """One question on its way: who asks, what is hidden, what was tried, and whether a retry is left."""

    question: Question
    who: Asker
    veil: Veil
    until: float
    fell: Assignment | None
    tried: list[Attempt] = field(default_factory=list)
    retried: bool = False
    last: ModelUnavailable | None = None  # what went wrong with the try that was just made

    def remaining(self) -> float:
        """Return the seconds that are left."""
        return self.until - asyncio.get_running_loop().time()

    def failed(self, model: Model, error: ModelUnavailable) -> None:
        """Note that a try of a model failed."""
        self.last = error
        self.missed(model, error, asked=not isinstance(error, ModelOverBudget))

    def missed(self, model: Model, error: ModelUnavailable, *, asked: bool = True) -> None:
        """Note that a model did not answer, or was not asked, and why."""
        self.tried.append(
            Attempt(
                model=model.name,
                provider=model.provider,
                version=model.version,
                code=error.code,
                why=error.message,
                asked=asked,
                shown=self.question.shown(),
            )
        )

    def nobody(self) -> ModelUnavailable:
        """Return the error that says of each model why it did not answer."""
        last = {each.model: each.why for each in self.tried}
        if len(last) == 1:
            return nobody_answered(next(iter(last.values())), tuple(self.tried))
        return nobody_answered(", and ".join(f"{name} {why}" for name, why in last.items()), tuple(self.tried))
