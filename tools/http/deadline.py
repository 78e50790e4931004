"""How long a piece of work may still take, over as many requests as it makes."""

import asyncio


class Deadline:
    """A moment on the running event loop's clock, `seconds` from its construction."""

    def __init__(self, seconds: float) -> None:
        self._clock = asyncio.get_running_loop().time
        self._at = self._clock() + seconds

    def remaining(self) -> float:
        """Return the seconds that are left, never less than zero."""
        return max(0.0, self._at - self._clock())
