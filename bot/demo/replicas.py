"""The processes behind one service: started, replaced without losing a request, and stopped, by their own handle.

A slot is a listening socket that stays while replicas come and go on it: the next replica accepts before the last
one stops, and the address that is scraped stays the same.
"""

import asyncio
import contextlib
import os
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from subprocess import DEVNULL, PIPE

from bot.demo.orders import Deployment
from memory.clock import Clock

START_TIMEOUT_S = 15.0
STOP_TIMEOUT_S = 5.0
HANDOVER_S = 0.3  # for callers to read the registry before an address goes away
KEPT_LOGS = 4  # of one service, besides those being written


class ReplicaFailed(Exception):
    """A replica did not come up."""


@dataclass(frozen=True)
class Home:
    """Where replicas find the registry and leave their logs."""

    registry: Path
    logs: Path
    clock: Clock


@dataclass
class Replica:
    """One running process of a release."""

    process: Process
    version: str
    restarts: int
    started_at: datetime

    def serves(self, wanted: Deployment) -> bool:
        """Return whether this is what shall run."""
        return self.alive() and (self.version, self.restarts) == (wanted.version, wanted.restarts)

    def alive(self) -> bool:
        """Return whether the process runs."""
        return self.process.returncode is None


class Slot:
    """One address of a service, and the replica that answers there."""

    def __init__(self, service: str, home: Home, launches: Iterator[int]) -> None:
        self._service = service
        self._home = home
        self._launches = launches
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address = "{}:{}".format(*self._socket.getsockname())
        self.replica: Replica | None = None

    async def become(self, wanted: Deployment) -> None:
        """Have this slot answered by the wanted release; raises `ReplicaFailed`, and the old one goes on."""
        before = self.replica
        if before is not None and before.serves(wanted):
            return
        self.replica = await self._launch(wanted)
        if before is not None:
            await stop(before.process)

    def answered(self) -> bool:
        """Return whether a replica runs here."""
        return self.replica is not None and self.replica.alive()

    async def close(self) -> None:
        """Stop answering here for good."""
        if self.replica is not None:
            await stop(self.replica.process)
        self._socket.close()

    async def _launch(self, wanted: Deployment) -> Replica:
        log = self._home.logs / f"{self._service}.{next(self._launches):06}.log"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.demo.service"),
            *("--name", self._service, "--version", wanted.version),
            *("--socket", str(self._socket.fileno()), "--registry", str(self._home.registry)),
            *("--log", str(log), "--parent", str(os.getpid())),
            stdin=DEVNULL,
            stdout=PIPE,
            pass_fds=(self._socket.fileno(),),
        )
        if not await _ready(process):
            await stop(process)
            raise ReplicaFailed(f"expected {self._service} {wanted.version} to say ready, found it silent or gone")
        return Replica(process, wanted.version, wanted.restarts, self._home.clock.now())


class ReplicaSet:
    """All replicas of one service."""

    def __init__(self, service: str, home: Home) -> None:
        self._service = service
        self._home = home
        self._launches = count(_next_launch(home.logs, service))
        self.slots: list[Slot] = []

    def addresses(self) -> tuple[str, ...]:
        """Return where the service is to be asked."""
        return tuple(slot.address for slot in self.slots)

    def replicas(self) -> tuple[Replica, ...]:
        """Return the replicas that run."""
        return tuple(slot.replica for slot in self.slots if slot.replica is not None and slot.replica.alive())

    def converged(self, wanted: Deployment) -> bool:
        """Return whether exactly what shall run runs."""
        running = self.replicas()
        return len(self.slots) == len(running) == wanted.replicas and all(each.serves(wanted) for each in running)

    async def converge(self, wanted: Deployment, publish: Callable[[], None]) -> None:
        """Bring about what shall run, one running replica after another; raises `ReplicaFailed`.

        `publish` is called whenever the addresses have changed.
        """
        for slot in self.slots[: wanted.replicas]:
            await slot.become(wanted)
        fresh = [Slot(self._service, self._home, self._launches) for _ in range(wanted.replicas - len(self.slots))]
        try:
            await asyncio.gather(*(slot.become(wanted) for slot in fresh))
        except ReplicaFailed:
            await _close(fresh)
            raise
        surplus = self.slots[wanted.replicas :]
        self.slots = [*self.slots[: wanted.replicas], *fresh]
        if fresh or surplus:
            publish()
        if surplus:
            await asyncio.sleep(HANDOVER_S)
            await _close(surplus)
        self._forget_logs()

    async def close(self) -> None:
        """Stop every replica."""
        slots, self.slots = self.slots, []
        await _close(slots)

    def _forget_logs(self) -> None:
        logs = sorted(self._home.logs.glob(f"{self._service}.*.log"))
        for log in logs[: -(KEPT_LOGS + len(self.slots))]:
            log.unlink()
            log.with_name(f"{log.name}.1").unlink(missing_ok=True)


async def stop(process: Process) -> None:
    """End a process: asked first, killed after five seconds."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _ready(process: Process) -> bool:
    if process.stdout is None:
        return False
    try:
        line = await asyncio.wait_for(process.stdout.readline(), START_TIMEOUT_S)
    except TimeoutError:
        return False
    return line.startswith(b"ready")


async def _close(slots: list[Slot]) -> None:
    await asyncio.gather(*(slot.close() for slot in slots))


def _next_launch(logs: Path, service: str) -> int:
    numbers = [int(log.name.split(".")[1]) for log in logs.glob(f"{service}.*.log")]
    return max(numbers, default=0) + 1
