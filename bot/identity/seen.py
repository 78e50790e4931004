"""Whom accounts belonged to a moment ago, so that people who say one thing after another are looked up once.

Only the account's person is remembered: their rights are looked up each time. A link that ends here is forgotten
at once, one that ends on another node after `FRESH`.
"""

from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from memory.clock import Clock
from memory.model.identity import Account

FRESH: Final = timedelta(seconds=2)
MOST: Final = 5_000


class Seen:
    """The accounts seen last, each with the groups it was in and the person it is."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._people: OrderedDict[Account, tuple[datetime, frozenset[str], str]] = OrderedDict()

    def person(self, account: Account, groups: Collection[str]) -> str | None:
        """Return whose account this was a moment ago, in these groups; None where that has to be looked up."""
        at, before, person = self._people.get(account, (None, frozenset(), ""))
        if at is None or before != frozenset(groups) or self._clock.now() >= at + FRESH:
            return None
        return person

    def keep(self, account: Account, groups: Collection[str], person: str) -> None:
        """Remember whose account this is now."""
        self._people[account] = (self._clock.now(), frozenset(groups), person)
        self._people.move_to_end(account)
        while len(self._people) > MOST:
            self._people.popitem(last=False)

    def forget(self, account: Account) -> None:
        """Look it up next time."""
        self._people.pop(account, None)
