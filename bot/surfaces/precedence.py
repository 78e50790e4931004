"""Acknowledgements go first: a platform waits for them three seconds, people for an answer rather longer.

New work begins once nobody has waited for an acknowledgement for a moment. While there always is somebody, it
begins one piece after the other, so that nothing waits for ever.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

QUIET_S: Final = 0.002  # who sends one delivery after another is back by then
PATIENCE_S: Final = 0.05  # between two pieces of work while deliveries keep coming


class Precedence:
    """Of one inbox: who acknowledges says what they owe, and new work asks for its turn."""

    def __init__(self) -> None:
        self._owed = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._soon: asyncio.TimerHandle | None = None
        self._turn = asyncio.Lock()  # those who wait get it in order

    @contextmanager
    def owing(self) -> Iterator[None]:
        """Owe somebody an acknowledgement until the block ends."""
        self._owed += 1
        self._quiet.clear()
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        try:
            yield
        finally:
            self._owed -= 1
            if not self._owed:
                self._soon = asyncio.get_running_loop().call_later(QUIET_S, self._quiet.set)

    async def turn(self) -> None:
        """Return when another piece of work may begin."""
        async with self._turn:
            await self.quiet()

    async def quiet(self) -> None:
        """Return when nobody waits for an acknowledgement, or after a while."""
        if self._quiet.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await self._quiet.wait()
