"""Keeping the directory, and with it the policy in force, at who there is now, on every node."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

import structlog

from bot.identity.directory import Directory
from bot.identity.roles import Rules
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.model.people import Principal
from memory.store import Store

LOOK_EVERY_S = 0.5

_log = structlog.get_logger(__name__)

Renew = Callable[[], Awaitable[None]]


class Roster:
    """Puts the settings' people and what the store knows besides together, whenever either says something else.

    `listed` are the settings' people with their own roles. A policy never changes: over other people it is another
    one, which `renew` puts in its place as a whole.
    """

    def __init__(
        self,
        store: Store,
        tenant: str,
        listed: Iterable[Principal],
        rules: Rules,
        directory: Directory,
        clock: Clock,
    ) -> None:
        self.listed = {person.id: person for person in listed}
        self.rules = rules
        self.tenant = tenant
        self._store = store
        self._directory = directory
        self._clock = clock
        self._number = 0
        self._until: datetime | None = None
        self._renew: Renew | None = None
        self._looking = asyncio.Lock()

    def governs(self, renew: Renew) -> None:
        """Let the policy in force be renewed by this whenever people change."""
        self._renew = renew

    async def look(self) -> None:
        """Bring the directory and the policy to who there is now; raises `StoreUnavailable`."""
        async with self._looking:
            now, number = self._clock.now(), await self._store.members.number(self.tenant)
            if number == self._number and (self._until is None or now < self._until):
                return
            members = await self._store.members.of(self.tenant)
            people = self.rules.everybody(self.listed, members, now)
            changed = people_by_id(people) != people_by_id(self._directory.people())
            self._directory.replace(people)
            if changed and self._renew is not None:
                await self._renew()
            self._number, self._until = number, self.rules.next_change(members, now)

    async def keep(self) -> None:
        """Look again and again, until cancelled. A store that is away leaves people as they were."""
        while True:
            try:
                await self.look()
            except QuarterdeckError as error:
                _log.warning("people.not_looked", code=error.code, why=error.message)
            await asyncio.sleep(LOOK_EVERY_S)


def people_by_id(people: Iterable[Principal]) -> dict[str, Principal]:
    """Return people by id."""
    return {person.id: person for person in people}
