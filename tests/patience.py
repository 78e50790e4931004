"""Waiting for something to become true, within a bound; nothing is decided by how long it took."""

import asyncio
from collections.abc import Callable

BOUND_S = 15.0
BETWEEN_S = 0.01


async def until(holds: Callable[[], object], bound_s: float = BOUND_S) -> None:
    """Return once `holds()` is true; fail after `bound_s` seconds."""
    async with asyncio.timeout(bound_s):
        while not holds():  # noqa: ASYNC110  # what is waited for has no event to set
            await asyncio.sleep(BETWEEN_S)
