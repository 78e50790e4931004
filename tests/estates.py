"""A demo estate for tests: started for real, spoken to over its control API, and left with no process behind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from bot.demo.estate import Estate, demo_estate
from tests.servers import require

PATIENCE_S = 30.0
_keys = count()


class Running:
    """An estate that runs, and a client of its control API."""

    def __init__(self, estate: Estate, client: httpx.AsyncClient) -> None:
        self.estate = estate
        self.client = client

    async def get(self, path: str, **params: str) -> Any:
        response = await self.client.get(path, params=params)
        assert response.is_success, response.text
        return response.json()

    async def post(self, path: str, key: str | None = None, **body: Any) -> httpx.Response:
        return await self.client.post(path, json=body, headers={"Idempotency-Key": key or fresh_key()})

    async def service(self, name: str) -> Any:
        return await self.get(f"/v1/services/{name}")

    async def prometheus(self, query: str) -> list[Any]:
        url = f"{self.estate.prometheus_url}/api/v1/query"
        found: list[Any] = (await self.client.get(url, params={"query": query})).json()["data"]["result"]
        return found

    async def number(self, query: str) -> float | None:
        found = await self.prometheus(query)
        return float(found[0]["value"][1]) if found else None


def fresh_key() -> str:
    return f"test:{next(_keys)}"


@asynccontextmanager
async def running_estate(directory: Path) -> AsyncIterator[Running]:
    """Start an estate in `directory`; skip the test where Prometheus or Alertmanager is not installed."""
    require("prometheus")
    require("prometheus-alertmanager")
    async with (
        demo_estate(directory) as estate,
        httpx.AsyncClient(
            base_url=estate.control_url,
            headers={"Authorization": f"Bearer {estate.control_token}"},
            timeout=20.0,
            trust_env=False,
        ) as client,
    ):
        yield Running(estate, client)


async def eventually(holds: Callable[[], Awaitable[bool]], within_s: float = PATIENCE_S) -> bool:
    """Return whether the condition comes to hold in time."""
    deadline = asyncio.get_running_loop().time() + within_s
    while not await holds():
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(0.1)
    return True


def children(pid: int) -> set[int]:
    """Return the processes that a process started and that are alive."""
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def alive(pid: int) -> bool:
    """Return whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
