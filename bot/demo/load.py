"""Mild, steady load on the storefront: 16 requests a second, every other one a purchase."""

import asyncio
import contextlib
from collections.abc import Callable
from itertools import count, cycle

import httpx

REQUESTS_PER_S = 16.0
MOST_IN_FLIGHT = 48
_VISITS = (("GET", "/"), ("POST", "/buy"))


async def generate(client: httpx.AsyncClient, addresses: Callable[[], tuple[str, ...]]) -> None:
    """Send requests until cancelled. A visit that finds no storefront, or too many before it, does not happen."""
    turns, visits = count(), cycle(_VISITS)
    in_flight: set[asyncio.Task[None]] = set()
    try:
        while True:
            await asyncio.sleep(1 / REQUESTS_PER_S)
            method, path = next(visits)
            found = addresses()
            if not found or len(in_flight) >= MOST_IN_FLIGHT:
                continue
            address = found[next(turns) % len(found)]
            task = asyncio.create_task(_visit(client, method, f"http://{address}{path}"))
            in_flight.add(task)
            task.add_done_callback(in_flight.discard)
    finally:
        for task in in_flight:
            task.cancel()


async def _visit(client: httpx.AsyncClient, method: str, url: str) -> None:
    with contextlib.suppress(httpx.HTTPError):  # a visitor who gets no page goes away
        await client.request(method, url)
