"""How fast the ledger takes entries, each durable and under a signed checkpoint when its append returns.

Beside it, in the same run: the same store with one signed commit for each entry; what the bare driver makes of
that, one after another, the same rows into the same tables (SQLite, write-ahead, synchronous=FULL); one fdatasync.
"""

import asyncio
import os
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from memory.canonical import canonical
from memory.clock import SystemClock
from memory.ids import RandomIds
from memory.log.checkpoint import Checkpoint
from memory.log.frontier import Frontier
from memory.log.identity import LogKey
from memory.log.merkle import leaf_hash
from memory.model.bodies import MessageReceived
from memory.model.people import Surface
from memory.model.record import Entry, Record
from memory.store import Store, writing
from tests.bench.report import Figure
from tests.bench.timing import Timing, timing
from tests.keys import private_key

WRITERS = (1, 16, 64)
SECONDS = 6.0
GROWTH = 60_000  # entries between two looks at the memory
TENANT = "acme"
_KEY = LogKey("bench.test", private_key("bench"))
_IDS = RandomIds()


async def appends(folder: Path) -> list[Figure]:
    """Return durable appends a second and their latency by number of writers, the floors, and the memory held."""
    synced = _each(SECONDS, _fdatasync(folder / "disk"))
    await (await Store.open(f"sqlite:///{folder / 'floor.db'}", SystemClock(), _KEY)).close()  # makes the tables
    alone = _each(SECONDS, _commit(folder / "floor.db"))
    figures = [
        _rate("raw fdatasync of an entry, one after another", synced),
        _rate("one signed commit per entry by the bare driver, one after another", alone),
    ]
    store = await Store.open(f"sqlite:///{folder / 'bench.db'}", SystemClock(), _KEY)
    for writers in WRITERS:
        with _one_commit_each():
            _, floor = await _appended(store, writers)
        taken, rate = await _appended(store, writers)
        aim = "≥ 3 x one commit per entry" if writers == max(WRITERS) else ""
        name = f"durable appends, {writers} at once" if writers > 1 else "durable appends, one after another"
        figures.append(Figure(name=name, unit="/s", value=rate, floor=floor, aim=aim))
        figures.append(Figure(name=f"{name}: the bare driver", unit="/s", value=rate, floor=_per_second(alone)))
        latency = "≤ 30 ms p99" if writers == max(WRITERS) else ""
        figures.append(
            Figure(name=f"{name}: latency", unit="ms", value=taken.p50_ms, p99=taken.p99_ms, aim=latency)
        )
    before = _resident_mb()
    await _grow(store, GROWTH)
    figures.append(
        Figure(
            name=f"memory held after {GROWTH:,} more entries",
            unit="MiB",
            value=_resident_mb(),
            floor=before,
            aim="flat",
        )
    )
    await store.close()
    return figures


def _record() -> Record:
    body = MessageReceived(message=_IDS.new("msg"), thread="thread_1", surface=Surface.SLACK, text="ab" * 32)
    return Record(tenant=TENANT, at=SystemClock().now(), actor="alice", correlation=_IDS.new("cor"), body=body)


async def _appended(store: Store, writers: int) -> tuple[Timing, float]:
    """Append for some seconds from as many writers; return the latencies and the entries a second."""
    taken: list[float] = []
    end = time.perf_counter() + SECONDS

    async def write() -> None:
        while (began := time.perf_counter()) < end:
            await store.ledger.append(_record())
            taken.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(write() for _ in range(writers)))
    return timing(taken), round(len(taken) / (time.perf_counter() - began))


async def _grow(store: Store, entries: int) -> None:
    for _ in range(entries // 500):
        await asyncio.gather(*(store.ledger.append(_record()) for _ in range(500)))


def _each(seconds: float, write: Callable[[bytes], None]) -> list[float]:
    """Write entries one after another for so long; return the milliseconds that each took."""
    taken, end = [], time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        record = _record()
        write(canonical(Entry.of(record, actor="p_alice", logged=record.at)))
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _fdatasync(path: Path) -> Callable[[bytes], None]:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(entry: bytes) -> None:
        os.write(file, entry)
        os.fdatasync(file)

    return write


def _commit(path: Path) -> Callable[[bytes], None]:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous = FULL")
    tree, signer = Frontier(), _KEY.signer(TENANT)
    put_entry = "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    put_head = "INSERT OR REPLACE INTO ledger_heads VALUES (?, ?, ?, ?, ?, ?)"

    def write(entry: bytes) -> None:
        leaf, at = leaf_hash(entry), "2026-11-21 03:00:00.000000"
        index, correlation = tree.size, _IDS.new("cor")
        about = ("message", correlation, "p_alice", f"message:{correlation}", None, None, None)
        tree.extend([leaf])
        note = Checkpoint(signer.key.name, tree.size, tree.root()).signed(signer)
        head = (TENANT, tree.size, b"".join(tree.edge), at, str(signer.key), note.encode())
        database.execute("BEGIN IMMEDIATE")
        database.execute(put_entry, (TENANT, index, *about, at, at, leaf, entry))
        database.execute(put_head, head)
        database.execute("COMMIT")

    return write


@contextmanager
def _one_commit_each() -> Iterator[None]:
    """Let no two transactions share a commit."""
    usual, writing.MOST = writing.MOST, 1
    try:
        yield
    finally:
        writing.MOST = usual


def _rate(name: str, taken: list[float]) -> Figure:
    return Figure(name=name, unit="/s", value=_per_second(taken))


def _per_second(taken_ms: list[float]) -> float:
    return round(len(taken_ms) / (sum(taken_ms) / 1000))


def _resident_mb() -> float:
    with Path("/proc/self/statm").open() as file:
        return round(int(file.read().split()[1]) * resource.getpagesize() / 2**20, 1)
