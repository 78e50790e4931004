"""What the supervisor sees of its replicas from outside: who answers, and how many requests a second."""

import asyncio
from collections import deque
from collections.abc import Iterable

import httpx

REMEMBERED = 10  # looks, one a second


class Watch:
    """Asks each replica's `/healthz` and remembers its request counts."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._counts: dict[str, deque[tuple[int, float, float]]] = {}  # (pid, uptime in s, requests)
        self._silent: set[str] = set()

    async def look(self, addresses: Iterable[str]) -> None:
        """Ask all of them once; an address not named any more is forgotten."""
        wanted = list(addresses)
        self._counts = {address: self._counts.get(address, deque(maxlen=REMEMBERED)) for address in wanted}
        self._silent &= set(wanted)
        await asyncio.gather(*(self._ask(address) for address in wanted))

    def silent(self, address: str) -> bool:
        """Return whether the replica there did not answer when it was last asked."""
        return address in self._silent

    def traffic(self, addresses: Iterable[str]) -> float:
        """Return the requests a second that these replicas answered of late, together."""
        return sum(self._rate(self._counts.get(address, deque())) for address in addresses)

    async def _ask(self, address: str) -> None:
        seen = self._counts[address]
        try:
            found = (await self._client.get(f"http://{address}/healthz")).raise_for_status().json()
        except httpx.HTTPError:
            self._silent.add(address)
            return
        self._silent.discard(address)
        if seen and seen[-1][0] != found["pid"]:
            seen.clear()  # another process counts from zero
        seen.append((found["pid"], found["uptime_s"], found["requests"]))

    @staticmethod
    def _rate(seen: deque[tuple[int, float, float]]) -> float:
        if not seen:
            return 0.0
        _, began, before = seen[0] if len(seen) > 1 else (0, 0.0, 0.0)
        _, until, after = seen[-1]
        return (after - before) / max(until - began, 0.001)
