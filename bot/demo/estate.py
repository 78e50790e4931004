"""The demo estate as whoever needs it holds it: start it, ask where it is, give it a bad release, stop it.

    async with demo_estate(directory, progress=print) as estate:
        await estate.release_bad()

It runs as processes of its own, and none of them outlives the one that started it.
"""

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from subprocess import PIPE
from typing import Any, BinaryIO

import httpx

from bot.demo.catalogue import CATALOGUE
from bot.demo.endpoints import Endpoints
from bot.demo.observability import located
from bot.demo.rules import RATE_WINDOW, alertmanager
from bot.demo.shop import BAD_RELEASE
from memory.errors import Conflict, ConnectorUnreachable, DependencyMissing, InvalidInput, QuarterdeckError
from memory.ids import Ids, RandomIds

Progress = Callable[[str], None]

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0
SEEN_TIMEOUT_S = 60.0
HEALTHY_REQUESTS = 80  # of a service, before it is given its bad release: ten seconds of them
BAD_ERROR_RATE = 0.15

_FAILURES = {error.code: error for error in (Conflict, ConnectorUnreachable, DependencyMissing, InvalidInput)}


class Estate:
    """A running estate."""

    catalogue = CATALOGUE

    def __init__(self, directory: Path, endpoints: Endpoints, *, ids: Ids, progress: Progress) -> None:
        self.directory = directory
        self.endpoints = endpoints
        self._ids = ids
        self._progress = progress

    @property
    def prometheus_url(self) -> str:
        """Where Prometheus answers."""
        return self.endpoints.prometheus_url

    @property
    def alertmanager_url(self) -> str:
        """Where Alertmanager answers."""
        return self.endpoints.alertmanager_url

    @property
    def control_url(self) -> str:
        """Where the control API answers."""
        return self.endpoints.control_url

    @property
    def control_token(self) -> str:
        """The bearer token of the control API."""
        return self.endpoints.control_token

    async def send_alerts(self, url: str, secret: str) -> None:
        """Have Alertmanager post its alerts there; raises `ConnectorUnreachable` when it does not take that up."""
        config = self.directory / "alertmanager.yml"
        await asyncio.to_thread(config.write_text, alertmanager(url, secret), encoding="utf-8")
        async with httpx.AsyncClient(timeout=10.0, trust_env=False) as client:
            reloaded = await client.post(f"{self.alertmanager_url}/-/reload")
        if not reloaded.is_success:
            raise ConnectorUnreachable(f"expected Alertmanager to reload, found the status {reloaded.status_code}")

    async def release_bad(self, *, healthy_requests: int = HEALTHY_REQUESTS) -> None:
        """Let some healthy traffic pass, deploy the bad release, return once Prometheus shows that it is bad.

        Raises `ConnectorUnreachable` when that does not show in time.
        """
        service, version = BAD_RELEASE
        async with httpx.AsyncClient(timeout=10.0, trust_env=False) as client:
            self._progress(f"Watching healthy traffic on {service}")
            await self._until(
                lambda: self._has_served(client, service, healthy_requests), f"{service} to serve requests"
            )
            self._progress(f"Releasing {service} {version}")
            response = await client.post(
                f"{self.control_url}/v1/services/{service}/deploy",
                json={"version": version, "by": "release-pipeline"},
                headers={
                    "Authorization": f"Bearer {self.control_token}",
                    "Idempotency-Key": self._ids.new("demo"),
                },
            )
            response.raise_for_status()
            self._progress("Waiting for the error rate to show in Prometheus")
            await self._until(lambda: self._fails(client, service), f"the errors of {service} to show")

    async def _has_served(self, client: httpx.AsyncClient, service: str, requests: int) -> bool:
        served = await self._measure(client, f'sum(http_requests_total{{service="{service}",code="200"}})')
        return served is not None and served >= requests

    async def _fails(self, client: httpx.AsyncClient, service: str) -> bool:
        rate = await self._measure(client, error_rate(service))
        return rate is not None and rate > BAD_ERROR_RATE

    async def _measure(self, client: httpx.AsyncClient, query: str) -> float | None:
        response = await client.get(f"{self.prometheus_url}/api/v1/query", params={"query": query})
        result = response.raise_for_status().json()["data"]["result"]
        return float(result[0]["value"][1]) if result else None

    async def _until(self, holds: Callable[[], Awaitable[bool]], what: str) -> None:
        deadline = asyncio.get_running_loop().time() + SEEN_TIMEOUT_S
        while not await holds():
            if asyncio.get_running_loop().time() > deadline:
                raise ConnectorUnreachable(f"expected {what} within {SEEN_TIMEOUT_S:.0f} s, found it did not")
            await asyncio.sleep(0.25)


def error_rate(service: str, window: str = RATE_WINDOW) -> str:
    """Return the PromQL for the share of a service's requests that fail, between 0 and 1."""
    failed = f'rate(http_requests_total{{service="{service}",code=~"5.."}}[{window}])'
    return f'sum({failed}) / sum(rate(http_requests_total{{service="{service}"}}[{window}]))'


@contextlib.asynccontextmanager
async def demo_estate(
    directory: Path, *, progress: Progress = lambda _: None, ids: Ids | None = None
) -> AsyncIterator[Estate]:
    """Start an estate in `directory`, going on from what an earlier one left there, and stop it in the end.

    `progress` is told in words what happens. Raises `DependencyMissing` when Prometheus or Alertmanager is not
    installed, `Conflict` when an estate runs in the directory already, `ConnectorUnreachable` when it does not
    come up.
    """
    for program in ("prometheus", "alertmanager"):
        located(program)
    process = await _launch(directory)
    try:
        endpoints = await _started(process, directory, progress)
        yield Estate(directory, endpoints, ids=ids or RandomIds(), progress=progress)
    finally:
        await _stop(process)


async def _launch(directory: Path) -> Process:
    with _log_file(directory) as log:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.demo", str(directory)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=log,
            start_new_session=True,  # Ctrl-C in a terminal is for whoever holds the estate, who stops it in order
        )


def _log_file(directory: Path) -> BinaryIO:
    directory.mkdir(parents=True, exist_ok=True)
    return (directory / "supervisor.log").open("ab")


async def _started(process: Process, directory: Path, progress: Progress) -> Endpoints:
    try:
        said = await asyncio.wait_for(_result(process, progress), START_TIMEOUT_S)
    except TimeoutError:
        said = {}
    if "ready" in said:
        return Endpoints.model_validate(said["ready"])
    if "failed" in said:
        failed = said["failed"]
        raise _FAILURES.get(failed["code"], QuarterdeckError)(failed["message"], hint=failed["hint"])
    raise _not_up(directory)


async def _result(process: Process, progress: Progress) -> dict[str, Any]:
    """Return what the supervisor says in the end, empty where it went without a word."""
    while process.stdout is not None and (line := await process.stdout.readline()):
        said: dict[str, Any] = json.loads(line)
        if "progress" not in said:
            return said
        progress(said["progress"])
    return {}


def _not_up(directory: Path) -> ConnectorUnreachable:
    return ConnectorUnreachable(
        f"expected the demo estate to come up within {START_TIMEOUT_S:.0f} s, found it silent or gone",
        hint=f"its own words are in {directory / 'supervisor.log'}",
    )


async def _stop(process: Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
    except TimeoutError:
        process.kill()  # which ends its children too
        await process.wait()
