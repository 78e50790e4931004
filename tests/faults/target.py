"""A target in a process of its own, with its own ledger: what arrived, from whom, and what took effect, in order.

    python -m tests.faults.target FILE

It prints its port. It speaks one line of JSON each way, and knows a call by its key from the moment it arrives, as
a good target does; what it is asked for a second time it does not do again, and writes down that it was asked.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Target:
    """Does what it is told, once a key."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger
        self._done: dict[str, asyncio.Event] = {}

    async def serve(self) -> None:
        """Answer until the process ends."""
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - what its parent waits for
        await server.serve_forever()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = json.loads(await reader.readline())
        answer = await self._do(asked)
        try:
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        except ConnectionError:
            pass  # whoever asked is dead, and that changes nothing
        finally:
            writer.close()

    async def _do(self, asked: dict[str, Any]) -> dict[str, Any]:
        key = asked["key"]
        known = key in self._done
        if asked["do"] == "look":
            self._write("look", asked)
            return {"found": known}
        if known:
            self._write("repeated", asked)
            await self._done[key].wait()
            return {"ok": True}
        self._done[key] = asyncio.Event()
        self._write("arrived", asked)
        await asyncio.sleep(asked.get("takes", 0.0))
        self._write("effect", asked)
        self._done[key].set()
        return {"ok": True}

    def _write(self, what: str, asked: dict[str, Any]) -> None:
        line = {"what": what, "key": asked["key"], "by": asked["by"], "at": time.monotonic()}
        with self._ledger.open("a") as file:
            file.write(json.dumps(line) + "\n")


class Ledger:
    """What a target wrote down, as a test reads it."""

    def __init__(self, port: int, file: Path) -> None:
        self.port = port
        self._file = file

    def lines(self) -> list[dict[str, Any]]:
        """Return every line so far."""
        return [json.loads(line) for line in self._file.read_text().splitlines()] if self._file.exists() else []

    def effects(self) -> Counter[str]:
        """Return how often each key took effect."""
        return Counter(line["key"] for line in self.lines() if line["what"] == "effect")

    def repeated(self) -> int:
        """Return how often it was told to do what it had been told before."""
        return sum(line["what"] == "repeated" for line in self.lines())

    def seen(self, what: str, key: str) -> dict[str, Any] | None:
        """Return the first line of that kind about a key."""
        return next((line for line in self.lines() if line["what"] == what and line["key"] == key), None)

    def first_by_another(self, than: str, after: float) -> float | None:
        """Return when somebody else first asked or told it anything after a moment."""
        return next((line["at"] for line in self.lines() if line["by"] != than and line["at"] > after), None)


@contextmanager
def target(folder: Path) -> Iterator[Ledger]:
    """Run a target for as long as the block lasts."""
    file = folder / "target.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.target", str(file)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    try:
        yield Ledger(int(process.stdout.readline()), file)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    asyncio.run(Target(Path(sys.argv[1])).serve())
