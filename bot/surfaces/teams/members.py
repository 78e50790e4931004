"""Who is a guest: asked of Teams' roster, kept for a while, and in doubt a yes."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from bot.surfaces.teams.calling import Calls
from memory.clock import Clock
from memory.errors import TeamsGone
from memory.model.teams import Place

KEPT: Final = timedelta(minutes=10)
MOST: Final = 10_000
MEMBER: Final = "user"  # as opposed to `guest` and `anonymous`


class Members:
    """The people of conversations."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], tuple[datetime, bool]] = OrderedDict()

    async def guest(self, place: Place, member: str) -> bool:
        """Return whether somebody is no member of the tenant; raises `TeamsError` where that cannot be known."""
        key = (place.entra, member)
        known = self._known.get(key)
        if known is None or self._clock.now() >= known[0] + KEPT:
            known = self._known[key] = (self._clock.now(), await self._asked(place, member))
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return known[1]

    async def _asked(self, place: Place, member: str) -> bool:
        conversation = place.conversation.partition(";")[0]  # a thread has the people of its channel
        path = ("conversations", conversation, "members", member)
        try:
            said = await self._calls.call(place.entra, place.service_url, "GET", *path)
        except TeamsGone:
            return True
        return said.get("userRole") != MEMBER or said.get("tenantId", place.entra) != place.entra
