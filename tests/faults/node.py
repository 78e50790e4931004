"""A real node in a process of its own, to be killed, frozen and cut off: store, gate, runner, engine, membership.

    python -m tests.faults.node DATABASE ENGINE_DATABASE TARGET_PORT

It says on its standard output when it is ready, and ends well on SIGTERM.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.telemetry import configure_logging
from memory.clock import SystemClock
from memory.errors import QuarterdeckError
from memory.ids import RandomIds
from memory.model.node import Node
from memory.store import Store
from runbooks.engine import Queue
from runbooks.engine.durable import EngineOnDbos
from runbooks.engine.leadership import Leadership
from runbooks.engine.live import LiveNode
from runbooks.engine.membership import SHARED, Membership
from runbooks.engine.reaper import Reaper
from runbooks.runner import Drive, Runner, Terms
from tests.fakes.people import TENANT, policy
from tests.faults.hands import RemoteHand
from tests.keys import LOG_KEY
from tools.approvals.signing import Attester
from tools.capabilities import EVERY
from tools.gate import Gate
from tools.registry import Registry

ROOT = Path(__file__).parents[2]
TEND_EVERY_S = 0.5
DRAIN_S = 5.0
QUEUE = Queue(name="standard", concurrency=8, per_tenant=8)


async def live(database: str, engine_database: str, port: int) -> None:
    """Be a node until told to end."""
    clock, ids = SystemClock(), RandomIds()
    store = await Store.open(database, clock, LOG_KEY)
    about = Node(id="node", tenant=TENANT, address=str(os.getpid()), capacity=8, started_at=clock.now())
    membership: Membership
    engine = EngineOnDbos(engine_database, TENANT, lambda: membership.name, (QUEUE,))
    membership = Membership(store, clock, ids, about, lambda: engine.load, rhythm=SHARED)
    leadership = Leadership(store, membership)
    node = LiveNode(engine, membership, leadership, Reaper(store, engine, membership, leadership, SHARED), SHARED)
    gate = Gate(Registry([RemoteHand(port)]), policy(), clock=clock, ids=ids)
    drive = Drive(engine=engine, peers=membership)
    terms = Terms(Attester(LOG_KEY))
    runner = Runner(store, gate, lambda _: None, EVERY, clock=clock, ids=ids, terms=terms, drive=drive)
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    async with node.living(runner):
        tending = asyncio.create_task(_tend(runner))
        await node.at_work()
        print(json.dumps({"ready": membership.name}), flush=True)  # noqa: T201 - what its parent waits for
        await told.wait()
        tending.cancel()
        await node.drain(DRAIN_S)
    await store.close()


async def _tend(runner: Runner) -> None:
    while True:
        with suppress(QuarterdeckError):
            await runner.tend()
        await asyncio.sleep(TEND_EVERY_S)


class Process:
    """A node as its tormentor holds it."""

    def __init__(self, database: str, engine_database: str, port: int, log: Path) -> None:
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.node", database, engine_database, str(port)],
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            cwd=ROOT,
        )
        self.name = str(self._process.pid)

    def ready(self) -> "Process":
        """Return once it says so."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert "ready" in line, self._log.name
        return self

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it without a word."""
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """Let it do nothing, and know nothing of it."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if nothing had been."""
        os.kill(self._process.pid, signal.SIGCONT)

    def tell_to_end(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def ended(self, within_s: float) -> int:
        """Return its exit code once it has ended."""
        return self._process.wait(within_s)

    def close(self) -> None:
        """Leave nothing of it behind."""
        if self.alive:
            self.kill()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()


class Herd:
    """Nodes on one database and one target. They outlive a test: the next one finds them as they are."""

    def __init__(self, database: str, port: int, folder: Path, engine_database: str = "") -> None:
        self._database = database
        self._engine_database = engine_database or database
        self._port = port
        self._folder = folder
        self.nodes: list[Process] = []

    def start(self, *, database: str = "") -> Process:
        """Start one more node; it is not ready yet."""
        where = database or self._database
        engine = database or self._engine_database
        node = Process(where, engine, self._port, self._folder / "nodes.log")
        self.nodes.append(node)
        return node

    @property
    def living(self) -> list[Process]:
        """Those that run."""
        return [node for node in self.nodes if node.alive]

    async def at_least(self, count: int) -> None:
        """Return once so many nodes are there and ready."""
        missing = count - len(self.living)
        fresh = [self.start() for _ in range(missing)]
        for node in fresh:
            await asyncio.to_thread(node.ready)

    def named(self, name: str) -> Process:
        """Return the node of this name."""
        return next(node for node in self.nodes if node.name == name)


@contextmanager
def herd(database: str, port: int, folder: Path, engine_database: str = "") -> Iterator[Herd]:
    """Keep nodes for as long as the block lasts."""
    found = Herd(database, port, folder, engine_database)
    try:
        yield found
    finally:
        for node in found.nodes:
            node.close()


if __name__ == "__main__":
    configure_logging("info")
    asyncio.run(live(sys.argv[1], sys.argv[2], int(sys.argv[3])))
