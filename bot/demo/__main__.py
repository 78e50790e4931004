"""The estate as a process: `python -m bot.demo DIRECTORY`.

It says on standard output, one JSON object a line, what it is doing (`progress`), where it is reached (`ready`) or
why it is not (`failed`). It ends on SIGTERM, on SIGINT, or when its standard input ends, and takes all it started
along; when it is killed, so are they.
"""

import asyncio
import fcntl
import json
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from bot.demo import endpoints
from bot.demo.control import application
from bot.demo.endpoints import Endpoints
from bot.demo.supervisor import Supervisor
from memory.clock import SystemClock
from memory.errors import Conflict, QuarterdeckError
from memory.model.value import JsonValue


def main() -> None:
    """Run the estate in the directory named on the command line."""
    if len(sys.argv) != 2:  # noqa: PLR2004 -- the program and its one argument
        sys.exit("usage: python -m bot.demo DIRECTORY")
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    directory = Path(sys.argv[1]).resolve()
    directory.mkdir(parents=True, exist_ok=True)
    try:
        with _sole_holder(directory):
            asyncio.run(_run(directory))
    except QuarterdeckError as error:
        _say(failed={"code": error.code, "message": error.message, "hint": error.hint})
        sys.exit(1)


async def _run(directory: Path) -> None:
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _heed_standard_input)
    async with httpx.AsyncClient(timeout=5.0, trust_env=False) as client:
        supervisor = Supervisor(directory, SystemClock(), client)
        try:
            await supervisor.start(lambda doing: _say(progress=doing))
            await _serve(supervisor, directory)
        finally:
            endpoints.forget(directory)
            await supervisor.close()


async def _serve(supervisor: Supervisor, directory: Path) -> None:
    token = secrets.token_urlsafe(24)
    listening = socket.create_server(("127.0.0.1", 0))
    programs = supervisor.observability.programs
    where = Endpoints(
        control_url="http://{}:{}".format(*listening.getsockname()),
        control_token=token,
        prometheus_url=programs["prometheus"].url,
        alertmanager_url=programs["alertmanager"].url,
        supervisor_pid=os.getpid(),
        prometheus_pid=programs["prometheus"].process.pid,
        alertmanager_pid=programs["alertmanager"].process.pid,
    )
    endpoints.leave(directory, where)
    _say(ready=where.model_dump())
    config = uvicorn.Config(application(supervisor, token), log_level="warning", access_log=False, lifespan="off")
    await uvicorn.Server(config).serve(sockets=[listening])


@contextmanager
def _sole_holder(directory: Path) -> Iterator[None]:
    with (directory / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                f"expected {directory} to be free, found an estate running in it",
                hint="stop that one, or give another directory",
            ) from error
        yield


def _heed_standard_input() -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        signal.raise_signal(signal.SIGTERM)


def _say(**what: JsonValue) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201 -- whoever started it reads this


if __name__ == "__main__":
    main()
