"""Programs that tests run in a process of their own, so that they can be raced, killed and starved.

Each says on its standard output how far it is, a line at a time, and goes on where it is told to.
"""

import asyncio
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.memory.opening import opened
from tests.memory.pairs import write, write_until_full

ROOT = Path(__file__).parents[2]
ENDING_S = 10.0
SPARE_BYTES = 300_000  # how much more a starved program may write to a file


class Process:
    """A program that runs beside the test."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.memory.processes", *command],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def heard(self) -> str:
        """Return the next line it says; empty once it has ended."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def rest(self) -> list[str]:
        """Return every line it still says until it ends."""
        return list(iter(self.heard, ""))

    def go_on(self) -> None:
        """Let it go on where it waits."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """End it at once, without a chance to say goodbye. What it said before can still be heard."""
        self._process.kill()
        self._process.wait(ENDING_S)

    def close(self) -> None:
        """Kill it and forget what it said."""
        self.kill()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()


@contextmanager
def beside(*command: str) -> Iterator[Process]:
    """Run a program until the end of the block at the latest."""
    process = Process(*command)
    try:
        yield process
    finally:
        process.close()


async def _open(address: str) -> None:
    """Open a store at the same moment as others do."""
    _say("ready")
    _wait()
    async with opened(address):
        _say("opened")


async def _write(address: str) -> None:
    """Write pairs for ever, and say each once it is acknowledged."""
    async with opened(address) as store:
        for number in count():
            await write(store, f"m{number}")
            _say(f"m{number}")


async def _lock(path: str) -> None:
    """Hold the lock of an SQLite file."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    _say("locked")
    _wait()
    connection.close()


async def _starve(address: str) -> None:
    """Write until no file may grow any more, then again once it may; say every pair that was acknowledged."""
    async with opened(address) as store:
        with _starved(Path(address.removeprefix("sqlite:///"))):
            for name in await write_until_full(store):
                _say(name)
            _say("full")
        await write(store, "after")
        _say("after")


@contextmanager
def _starved(path: Path) -> Iterator[None]:
    """Let no file grow beyond the size of this one or of its write-ahead log, and a little."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(file.stat().st_size for file in (path, Path(f"{path}-wal")))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + SPARE_BYTES, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the test listens


def _wait() -> None:
    sys.stdin.readline()


PROGRAMS = {"open": _open, "write": _write, "lock": _lock, "starve": _starve}

if __name__ == "__main__":
    asyncio.run(PROGRAMS[sys.argv[1]](sys.argv[2]))
