"""Who guesses is stopped. Counted in this process: a code has 49 bits and lives ten minutes, so that is enough."""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from memory.clock import Clock
from memory.errors import LimitExceeded

MOST: Final = 5
WITHIN: Final = timedelta(minutes=10)
LONGEST: Final = 10_000  # of those who guess, as many as are remembered


class Attempts:
    """Counts failures by who failed, and admits nobody after five in ten minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failed: dict[str, deque[datetime]] = {}

    def admit(self, who: str) -> None:
        """Return when they may try; raises `LimitExceeded`."""
        found = self._failed.get(who)
        since = self._clock.now() - WITHIN
        if found and len(found) == MOST and found[0] > since:
            raise LimitExceeded(
                f"expected fewer than {MOST} wrong codes within ten minutes, found {MOST}",
                hint="Wait ten minutes, and begin with a new code.",
            )

    def failed(self, who: str) -> None:
        """Count a failure."""
        if len(self._failed) >= LONGEST:
            self._failed.pop(next(iter(self._failed)))
        self._failed.setdefault(who, deque(maxlen=MOST)).append(self._clock.now())
