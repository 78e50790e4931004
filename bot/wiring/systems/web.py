"""HTTP requests that the settings allow."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.wiring.systems.opened import Opened, Surroundings
from tools.connectors.web import Asking, hand


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give a hand for each endpoint; raises `InvalidSettings` for a header that HTTP cannot carry."""
    async with AsyncExitStack() as stack:
        hands = []
        for endpoint in around.settings.http_endpoints:
            asking = Asking(endpoint)
            stack.push_async_callback(asking.close)
            hands.append(hand(asking, around.store.attempts))
        yield Opened(hands=tuple(hands))
