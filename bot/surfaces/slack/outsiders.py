"""Whether people of other organisations may read along: channels that are shared by Slack Connect.

Events say so themselves; for everything else Slack is asked now and then. Where nobody knows, somebody may.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from bot.surfaces.slack.ports import Arrival, Web
from memory.clock import Clock
from memory.errors import SlackRejected

FRESH: Final = timedelta(minutes=10)
MOST: Final = 5_000
_COMPOSER: Final = "COMPOSER"  # a message that is still being written, for one person's eyes


class Outsiders:
    """Remembers for a while which channels are shared."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shared: OrderedDict[tuple[str, str], tuple[datetime, bool]] = OrderedDict()

    async def may_read(self, web: Web, channel: str, arrival: Arrival | None = None) -> bool:
        """Return whether outsiders may read what is said there. `arrival` may have told."""
        if arrival is not None and arrival.shared is not None and arrival.channel == channel:
            self._keep(web.team, channel, shared=arrival.shared)
        known = await self._known(web, channel)
        return known is None or known

    async def read(self, web: Web, channel: str) -> bool:
        """Return whether outsiders are known to read what is said there."""
        return bool(await self._known(web, channel))

    async def _known(self, web: Web, channel: str) -> bool | None:
        if channel.startswith("D") or channel == _COMPOSER:  # we are alone with somebody who was let in
            return False
        until, shared = self._shared.get((web.team, channel), (None, False))
        if until is not None and self._clock.now() < until:
            return shared
        try:
            answer = await web.call("conversations.info", channel=channel)
        except SlackRejected:
            return None
        told = answer.get("channel", {})
        shared = bool(told.get("is_ext_shared") or told.get("is_pending_ext_shared"))
        self._keep(web.team, channel, shared=shared)
        return shared

    def _keep(self, team: str, channel: str, *, shared: bool) -> None:
        self._shared[team, channel] = (self._clock.now() + FRESH, shared)
        self._shared.move_to_end((team, channel))
        while len(self._shared) > MOST:
            self._shared.popitem(last=False)
