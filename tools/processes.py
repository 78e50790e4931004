"""Ending a program that we started, with every process of its group, and letting go of its pipes."""

import asyncio
import os
import signal
from asyncio.subprocess import Process
from contextlib import suppress

from memory.tasks import stopped

GONE_S = 10.0  # how long the kernel may take to end what was killed, on a busy machine
_CHUNK = 65_536


async def ended(process: Process, grace_s: float = 0.0, *, asked: signal.Signals | None = None) -> None:
    """End a program that leads a process group of its own; it has `grace_s` to end by itself, once it was `asked`.

    Whoever waits may be cancelled; the program is ended all the same, and only then is that told. What it still
    writes is read and dropped: a full pipe would keep it, and us, waiting.
    """
    ending = asyncio.create_task(_ended(process, grace_s, asked))
    cancelled: asyncio.CancelledError | None = None
    while not ending.done():
        try:
            await asyncio.wait({ending})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    ending.result()


def sent(process: Process, what: signal.Signals) -> None:
    """Send a signal to every process of the group that is still there."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, what)


async def _ended(process: Process, grace_s: float, asked: signal.Signals | None) -> None:
    if process.stdin is not None:
        process.stdin.close()
    draining = [asyncio.create_task(_drained(each)) for each in (process.stdout, process.stderr) if each]
    try:
        if grace_s and process.returncode is None:
            if asked is not None:
                sent(process, asked)
            await _gone(process, grace_s)
        sent(process, signal.SIGKILL)
        await _gone(process, GONE_S)
    finally:
        await stopped(*draining)
        process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001 - nothing public closes pipes that others hold


async def _gone(process: Process, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await process.wait()


async def _drained(stream: asyncio.StreamReader) -> None:
    with suppress(ConnectionError, RuntimeError):  # somebody else may be reading it still
        while await stream.read(_CHUNK):
            pass
