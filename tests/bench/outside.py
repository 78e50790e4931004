"""A real `quarterdeck serve` in its own process: how soon it is ready, how fast it answers, what it weighs."""

import asyncio
import json
import os
import re
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.bench.inside import COUNT, QUESTIONS, TURNS_IN_A_THREAD, WARM
from tests.bench.timing import Timing, timed

READY_WITHIN_S = 60.0
_MEMORY = r"^{name}:\s+(\d+) kB$"


@dataclass(frozen=True)
class Served:
    """A server that answers: where, after how long, and its process."""

    url: str
    ready_s: float
    process: Process

    def resident_mb(self) -> float:
        """Return the memory the process holds now, in MiB. Linux only."""
        return self._memory("VmRSS")

    def peak_mb(self) -> float:
        """Return the most memory the process ever held, in MiB. Linux only."""
        return self._memory("VmHWM")

    def _memory(self, name: str) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(_MEMORY.format(name=name), status, re.MULTILINE)
        return round(int(found[1]) / 1024, 1) if found else 0.0


@asynccontextmanager
async def started(command: list[str], environment: Mapping[str, str]) -> AsyncIterator[Served]:
    """Start a server that prints `{"url": …}` once it listens, and stop it at the end."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, env=os.environ | dict(environment))
    try:
        url = await asyncio.wait_for(_url(process), READY_WITHIN_S)
        async with httpx.AsyncClient(base_url=url) as http:
            (await http.get("/readyz")).raise_for_status()
        yield Served(url=url, ready_s=round(time.perf_counter() - began, 3), process=process)
    finally:
        process.terminate()
        await process.wait()


async def turns(served: Served, key: str) -> Timing:
    """Time turns over HTTP on one connection."""
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=served.url, headers=headers, timeout=30) as http:

        async def ask(number: int) -> None:
            text = QUESTIONS[number % len(QUESTIONS)]
            body = {"text": text, "thread": f"thr_http_{number // TURNS_IN_A_THREAD}"}
            (await http.post("/v1/messages", json=body)).raise_for_status()

        return await timed(ask, warm=WARM, count=COUNT)


async def bare_endpoint(served: Served) -> Timing:
    """Time requests to an endpoint that does nothing."""
    async with httpx.AsyncClient(base_url=served.url, timeout=30) as http:

        async def post(_number: int) -> None:
            (await http.post("/nothing", json={"text": "hello"})).raise_for_status()

        return await timed(post, warm=WARM, count=COUNT)


async def lines_a_second(environment: Mapping[str, str], lines: int) -> float:
    """Return how many lines a second `quarterdeck interpret` understands, its loading left out."""
    process = await asyncio.create_subprocess_exec(
        *quarterdeck("interpret"), stdin=PIPE, stdout=PIPE, env=os.environ | dict(environment)
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("expected pipes to the process, found none")
    process.stdin.write(b"hello\n")
    await process.stdin.drain()
    await process.stdout.readline()
    began = time.perf_counter()
    asked = (f"error rate of checkout over the last {number % 50 + 1}m\n" for number in range(lines))
    process.stdin.write("".join(asked).encode())
    process.stdin.write_eof()
    await process.stdout.read()
    await process.wait()
    return round(lines / (time.perf_counter() - began), 1)


def quarterdeck(*words: str) -> list[str]:
    """Return the command line that runs Quarterdeck with this interpreter."""
    return [sys.executable, "-m", "bot", *words]


async def _url(process: Process) -> str:
    said = b""
    while process.stdout is not None and (line := await process.stdout.readline()):
        said += line
        try:
            return str(json.loads(said)["url"])
        except json.JSONDecodeError:
            continue
    raise RuntimeError(f"expected the server's address, found it silent: {said.decode(errors='replace')}")
