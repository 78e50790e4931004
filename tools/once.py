"""Carrying a call out once under its key, for targets that do not remember keys themselves.

What was begun and has no outcome is unknown, and stays so until somebody finds out: it is never simply repeated.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from memory.errors import ConnectorUnreachable, OutcomeUnknown
from memory.model.attempt import Attempt
from memory.model.run import Outcome
from memory.model.value import JsonValue
from tools.contract import CallContext

Act = Callable[[], Awaitable[Outcome]]
Looked = Callable[[dict[str, JsonValue]], Awaitable[Outcome | None]]


def not_begun(message: str, *, hint: str = "") -> ConnectorUnreachable:
    """Return the error that says that nothing was begun: nothing was sent, no program was started."""
    error = ConnectorUnreachable(message, hint=hint)
    error.begun = False
    return error


class Attempts(Protocol):
    """Where calls are remembered."""

    async def begin(self, attempt: Attempt) -> Attempt | None:
        """Record that a call begins: None means go ahead, an attempt is the one already begun."""

    async def find(self, tenant: str, key: str) -> Attempt | None:
        """Return the call that was begun under the key."""

    async def finish(self, tenant: str, key: str, outcome: Outcome, at: datetime) -> None:
        """Keep what came of a call."""

    async def forget(self, tenant: str, key: str) -> None:
        """Forget a call that took no effect."""


class Once:
    """Begins each call of one tool once."""

    def __init__(self, attempts: Attempts, tool: str) -> None:
        self._attempts = attempts
        self._tool = tool

    async def act(self, arguments: dict[str, JsonValue], context: CallContext, act: Act) -> Outcome:
        """Return what came of the call. `act` raises what `not_begun` gives where nothing was sent or started.

        Any other error leaves it without an outcome; raises `ConnectorUnreachable` where it was left so before.
        """
        attempt = Attempt(
            tenant=context.tenant,
            key=context.key,
            tool=self._tool,
            correlation=context.correlation,
            arguments=arguments,
            begun_at=context.now,
        )
        before = await self._attempts.begin(attempt)
        if before is not None:
            if before.outcome is not None:
                return before.outcome
            raise ConnectorUnreachable(f"{self._tool} was begun before, and what came of it is not known yet")
        try:
            outcome = await act()
        except ConnectorUnreachable as error:
            if not error.begun:
                await self._attempts.forget(context.tenant, context.key)
            raise
        await self._attempts.finish(context.tenant, context.key, outcome, context.now)
        return outcome

    async def look(self, context: CallContext, looked: Looked | None) -> Outcome | None:
        """Return what came of the call, None if it took no effect.

        `looked` asks the target itself, given the arguments; raises `OutcomeUnknown` where nobody can be asked.
        """
        begun = await self._attempts.find(context.tenant, context.key)
        if begun is None or begun.outcome is not None:
            return begun.outcome if begun else None
        if looked is None:
            raise OutcomeUnknown(
                f"{self._tool} was begun at {begun.begun_at:%H:%M:%S} UTC, and nobody can tell what came of it",
                hint="Look at the target, then cancel the run or take the step by hand.",
            )
        found = await looked(begun.arguments)
        if found is None:
            await self._attempts.forget(context.tenant, context.key)
        else:
            await self._attempts.finish(context.tenant, context.key, found, context.now)
        return found
