"""What is said once, and not again for a while: that a scope is missing, that somebody may do nothing here.

It is known to every node, and after a restart.
"""

import hashlib
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from bot.surfaces.slack.keeping import Notices
from memory.clock import Clock

MOST: Final = 5_000


class Once:
    """Remembers what was said; here, so that most need not be looked up, and in the store."""

    def __init__(self, notices: Notices, tenant: str, clock: Clock, every: timedelta) -> None:
        self._notices = notices
        self._tenant = tenant
        self._clock = clock
        self._every = every
        self._said: OrderedDict[tuple[str, ...], datetime] = OrderedDict()

    async def first(self, team: str, *about: str) -> bool:
        """Return whether this is to be said in a workspace now, and take it as said."""
        now, key = self._clock.now(), (team, *about)
        said = self._said.get(key)
        if said is not None and now < said + self._every:
            return False
        self._said[key] = now
        self._said.move_to_end(key)
        while len(self._said) > MOST:
            self._said.popitem(last=False)
        return await self._notices.first(self._tenant, team, _name(about), now, self._every)


def _name(about: tuple[str, ...]) -> str:
    """Return a short name of what is said, that two things never share."""
    return f"{about[0][:40]}:{hashlib.sha256(repr(about).encode()).hexdigest()[:40]}"
