"""Keeps the estate as it is ordered to be: what runs follows what is recorded, at start, after orders and crashes.

An order is recorded first and then brought about by the same loop that replaces a crashed replica, so an order
survives the supervisor. It only ever stops processes it started.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path

import httpx

from bot.demo import load
from bot.demo.observability import Observability
from bot.demo.orders import Effect, Order
from bot.demo.records import Records
from bot.demo.registry import Book, publish
from bot.demo.replicas import Home, ReplicaFailed, ReplicaSet
from bot.demo.watching import Watch
from memory.clock import Clock
from memory.errors import ConnectorUnreachable
from memory.tasks import stopped

ROLLOUT_WAIT_S = 4.0  # that the answer to an order waits for its processes
LOOK_INTERVAL_S = 1.0

_log = logging.getLogger(__name__)


class Supervisor:
    """All parts of one estate, in one directory."""

    def __init__(self, directory: Path, clock: Clock, client: httpx.AsyncClient) -> None:
        self.records = Records(directory)
        self.logs = directory / "logs"
        self.logs.mkdir(exist_ok=True)
        self.observability = Observability(directory, client)
        self.watch = Watch(client)
        home = Home(directory / "registry.json", self.logs, clock)
        self.services = {name: ReplicaSet(name, home) for name in self.records.state.deployments}
        self.clock = clock
        self._client = client
        self._registry = home.registry
        self._rounds = asyncio.Condition()
        self._ordered = self._reached = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, progress: Callable[[str], None]) -> None:
        """Bring everything up; raises `DependencyMissing` or `ConnectorUnreachable`, and `close` is still due."""
        self._publish()
        progress("Starting the services")
        failures = await self._converge()
        if failures:
            raise ConnectorUnreachable(f"expected every service to come up, found: {'; '.join(failures)}")
        # Later, for Prometheus looks at its list of targets when it starts and then every five seconds.
        progress("Starting Prometheus and Alertmanager")
        await self.observability.start()
        progress("Sending traffic to the storefront")
        self._spawn(self._reconcile())
        self._spawn(self._look())
        self._spawn(load.generate(self._client, self.services["storefront"].addresses))

    async def close(self) -> None:
        """Stop everything."""
        await stopped(*self._tasks)
        await asyncio.gather(*(service.close() for service in self.services.values()), self.observability.stop())

    async def carry_out(self, order: Order) -> Effect:
        """Record an order, and give its processes a few seconds to follow; raises `Refused`."""
        effect = self.records.carry_out(order, self.clock.now())
        self._publish()
        self._ordered += 1
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._followed(self._ordered), ROLLOUT_WAIT_S)
        return effect

    def converged(self, service: str) -> bool:
        """Return whether what runs of a service is what shall run."""
        return self.services[service].converged(self.records.state.deployments[service])

    async def _followed(self, goal: int) -> None:
        async with self._rounds:
            self._rounds.notify_all()
            await self._rounds.wait_for(lambda: self._reached >= goal)

    async def _reconcile(self) -> None:
        while True:
            goal = self._ordered
            for failure in await self._converge():
                _log.warning("%s", failure)
            async with self._rounds:
                self._reached = goal
                self._rounds.notify_all()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._rounds.wait_for(lambda: self._ordered > self._reached), 1.0)

    async def _converge(self) -> list[str]:
        """Bring every service to what it shall be; return what did not work."""
        wanted = self.records.state.deployments
        results = await asyncio.gather(
            *(service.converge(wanted[name], self._publish) for name, service in self.services.items()),
            return_exceptions=True,
        )
        failures = [result for result in results if isinstance(result, BaseException)]
        for failure in failures:
            if not isinstance(failure, ReplicaFailed):
                raise failure
        return [str(failure) for failure in failures]

    def _publish(self) -> None:
        endpoints = {name: service.addresses() for name, service in self.services.items()}
        publish(Book(endpoints=endpoints, flags=self.records.state.flags), self._registry)
        self.observability.publish(endpoints)

    async def _look(self) -> None:
        while True:
            await self.watch.look(address for service in self.services.values() for address in service.addresses())
            await asyncio.sleep(LOOK_INTERVAL_S)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(_end_if_failed)
        self._tasks.append(task)


def _end_if_failed(task: asyncio.Task[None]) -> None:
    """End the estate in order: one that no longer looks after itself would only pretend to be there."""
    if not task.cancelled() and task.exception() is not None:
        _log.critical("the estate cannot go on", exc_info=task.exception())
        signal.raise_signal(signal.SIGTERM)
