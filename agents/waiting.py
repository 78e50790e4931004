"""Whoever waits for an answer while it is made: is told how far it is, and may stop it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from memory.errors import ModelStopped

STOPPED = "Stopped, as you asked. Nothing was done."


class Stop:
    """A wish to hear no more. What heeds it ends at once; what begins later does not begin."""

    def __init__(self) -> None:
        self.pressed = False
        self.over = False  # there is nothing left to stop
        self._heeding: set[asyncio.Timeout] = set()

    def press(self) -> None:
        """Stop whatever heeds this, now and from now on."""
        self.pressed = True
        for each in tuple(self._heeding):
            each.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def heeded(self) -> AsyncIterator[None]:
        """End the block where this is pressed; raises `ModelStopped` then."""
        if self.pressed:
            early = ModelStopped("was stopped")
            early.tried = ()  # nobody was asked
            raise early
        bound = asyncio.timeout(None)
        try:
            async with bound:
                self._heeding.add(bound)
                yield
        except TimeoutError as error:
            if not bound.expired():
                raise
            raise ModelStopped("was stopped") from error
        finally:
            self._heeding.discard(bound)


def _nobody(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits. `tell` is given all that stands of the answer so far; it never waits and never raises.

    `listens` is whether anybody is told: whatever makes an answer grow costs something.
    """

    stop: Stop = field(default_factory=Stop)
    tell: Callable[[str], None] = _nobody
    listens: bool = False


_WAITING: ContextVar[Waiting] = ContextVar("_WAITING")


def waiting() -> Waiting:
    """Return who waits for what is made here; nobody in particular where nobody said."""
    return _WAITING.get(None) or Waiting()


@contextmanager
def waited_for(who: Waiting) -> Iterator[None]:
    """Have somebody wait within the block."""
    token = _WAITING.set(who)
    try:
        yield
    finally:
        _WAITING.reset(token)
