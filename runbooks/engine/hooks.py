"""What may hold a call back, learn from it, and keep what could not be finished. It is asked, and never acts.

The unpaced hooks are for tests, and for a house that has nothing to pace.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from memory.errors import QuarterdeckError
from memory.model.plan import Call, Plan
from memory.model.run import Outcome, Run
from memory.store import Unit
from runbooks.engine.port import Lane


class Told(Protocol):
    """What a permit is told of the call it was for. A call that raised is told by leaving the context."""

    def outcome(self, outcome: Outcome) -> None:
        """Take note of what came of the call."""


class Pacing(Protocol):
    """How fast, how often, in which order; and what becomes of what cannot be finished."""

    async def admit(self, plan: Plan) -> None:
        """Return where one more plan may wait for its turn; raises `QueueFull`."""

    def lane(self, run: Run) -> Lane:
        """Return the queue a run waits in and its place there."""

    def permit(self, run: Run, step: int, call: Call) -> AbstractAsyncContextManager[Told]:
        """Enter before every call that may have an effect, and leave it after; entering may wait.

        It is entered before anything is decided on or recorded, so waiting costs no grant; the lease is kept
        meanwhile. Raises a `QuarterdeckError` where the call is not to be made at all, which fails the step.
        """

    def again_after(self, run: Run, step: int, call: Call, tries: int, error: QuarterdeckError) -> float | None:
        """Return how many seconds to wait before trying once more; None: give up.

        `tries` counts those that failed, from 1. It is asked only while the step's own `attempts` allow another.
        """

    async def gave_up(self, unit: Unit, run: Run) -> None:
        """Keep a run that ended without success, inside the transaction that ends it. `run` is as it ends."""


class _Unheard:
    def outcome(self, outcome: Outcome) -> None:
        """Forget it."""


class Unpaced:
    """Holds nothing back: one queue, no waiting, every try allowed, nothing kept."""

    async def admit(self, plan: Plan) -> None:
        """Take every plan."""
        del plan

    def lane(self, run: Run) -> Lane:
        """Return the one lane there is."""
        del run
        return Lane()

    @asynccontextmanager
    async def permit(self, run: Run, step: int, call: Call) -> AsyncIterator[Told]:
        """Let everything through."""
        del run, step, call
        yield _Unheard()

    def again_after(self, run: Run, step: int, call: Call, tries: int, error: QuarterdeckError) -> float | None:
        """Try again at once."""
        del run, step, call, tries, error
        return 0.0

    async def gave_up(self, unit: Unit, run: Run) -> None:
        """Keep nothing: the run and the ledger tell of it."""
        del unit, run
