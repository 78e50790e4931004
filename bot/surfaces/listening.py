"""How a surface keeps listening: what happened, with a beat in the quiet, until the server closes."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress

from memory.model.record import Event, Gap
from memory.model.value import Value

BEAT_S = 15.0  # shorter than the idle limit of common proxies


class Beat(Value):
    """Nothing happened for a while; the line still stands."""


async def until_closed(
    happenings: AsyncIterator[Event | Gap], closing: asyncio.Event, beat_s: float = BEAT_S
) -> AsyncGenerator[Event | Gap | Beat, None]:
    """Yield what happens and, every `beat_s` seconds without anything, a `Beat`; end when `closing` is set."""
    closed = asyncio.ensure_future(closing.wait())
    following = asyncio.ensure_future(anext(happenings, None))
    try:
        while True:
            await asyncio.wait({closed, following}, timeout=beat_s, return_when=asyncio.FIRST_COMPLETED)
            if closed.done():
                return
            if not following.done():
                yield Beat()
                continue
            happened = following.result()
            if happened is None:
                return
            following = asyncio.ensure_future(anext(happenings, None))
            yield happened
    finally:
        closed.cancel()
        following.cancel()
        with suppress(asyncio.CancelledError, StopAsyncIteration):
            await following
