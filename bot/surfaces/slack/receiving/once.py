"""What is said once, and not again for a while: that a scope is missing, that somebody may do nothing here."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from memory.clock import Clock

MOST: Final = 5_000


class Once:
    """Remembers what was said, in this process."""

    def __init__(self, clock: Clock, every: timedelta) -> None:
        self._clock = clock
        self._every = every
        self._said: OrderedDict[tuple[str, ...], datetime] = OrderedDict()

    def first(self, *about: str) -> bool:
        """Return whether this is to be said now, and take it as said."""
        now = self._clock.now()
        said = self._said.get(about)
        if said is not None and now < said + self._every:
            return False
        self._said[about] = now
        self._said.move_to_end(about)
        while len(self._said) > MOST:
            self._said.popitem(last=False)
        return True
