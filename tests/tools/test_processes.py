"""Ending a program that we started, whatever happens to whoever ends it."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

import pytest

from tools.processes import ended

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('up', flush=True)
time.sleep(60)
"""
TIDY = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
print('up', flush=True)
time.sleep(60)
"""


async def started(program: str) -> Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"up\n"
    return process


def gone(process: Process) -> bool:
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_who_is_cancelled_while_ending_a_program_ends_it_first() -> None:
    process = await started(STUBBORN)
    ending = asyncio.create_task(ended(process, 0.2, asked=signal.SIGTERM))
    await asyncio.sleep(0)
    ending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ending
    assert process.returncode == -signal.SIGKILL
    assert gone(process)


async def test_a_program_that_is_asked_may_tidy_up() -> None:
    process = await started(TIDY)
    await ended(process, 30.0, asked=signal.SIGTERM)
    assert process.returncode == 7


async def test_a_child_that_outlives_its_program_is_ended_too() -> None:
    process = await started(
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print('up', flush=True); print(child.pid, flush=True)"
    )
    assert process.stdout is not None
    child = int(await process.stdout.readline())
    async with asyncio.timeout(10):
        while process.returncode is None:  # noqa: ASYNC110 - the public wait would wait for the child's end of the pipe too
            await asyncio.sleep(0.005)
    assert running(child)
    await ended(process)
    async with asyncio.timeout(10):
        while running(child):  # noqa: ASYNC110 - the kernel tells nobody of a grandchild's end
            await asyncio.sleep(0.005)


def running(pid: int) -> bool:
    """Return whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
