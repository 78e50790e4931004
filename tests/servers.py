"""Where the real servers are that tests start. A missing one is a skip here and a failure in CI.

Each server listens on 127.0.0.1, on a port nobody had, and is ended by its own process id.
"""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

T = TypeVar("T")

STARTING_S = 30.0
ENDING_S = 10.0


def require(program: str) -> str:
    """Return the program's path; skip the test when it is not installed, or fail it when CI is set."""
    clusters = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places = [*os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin", *map(str, clusters)]
    path = shutil.which(program, path=os.pathsep.join(places))
    if path is not None:
        return path
    message = f"{program} is not installed: deploy/system-packages.sh installs it on Debian"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], bool], what: str, within_s: float = STARTING_S) -> None:
    """Wait until the condition holds; fail the test, naming what was waited for, when it never does."""
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"{what} did not happen within {within_s:g} s")
        time.sleep(0.05)


class Server:
    """A server process that can be killed and started again at the same address."""

    def __init__(self, command: Sequence[str], port: int, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._command = command
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        until(self._ready, f"the start of {self._command[0]} (its log: {self._log})")

    def kill(self) -> None:
        """End it at once, without a chance to say goodbye."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(ENDING_S)
            self._process = None

    def _ready(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            pytest.fail(f"{self._command[0]} ended while starting: {self._log.read_text()[-2000:]}")
        try:
            return httpx.get(f"{self.url}/-/ready", trust_env=False).is_success
        except httpx.TransportError:
            return False


@contextmanager
def _running(server: Server) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.kill()


@contextmanager
def alertmanager(folder: Path) -> Iterator[Server]:
    """Run an Alertmanager that tells nobody; its files are in `folder`."""
    program = require("prometheus-alertmanager")
    config, port = folder / "alertmanager.yml", free_port()
    config.write_text(json.dumps({"route": {"receiver": "nobody"}, "receivers": [{"name": "nobody"}]}))
    command = [
        program,
        f"--config.file={config}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    with _running(Server(command, port, folder / "alertmanager.log")) as server:
        yield server


@contextmanager
def prometheus(
    folder: Path,
    *,
    scrape: Mapping[str, Mapping[str, str]],
    rules: Sequence[Mapping[str, object]] = (),
    alertmanager_url: str = "",
) -> Iterator[Server]:
    """Run a Prometheus that scrapes and evaluates every second; its files are in `folder`.

    `scrape` gives each target's `host:port` its labels; `rules` are alerting rules as in a rule file.
    """
    program = require("prometheus")
    rule_file, config, port = folder / "rules.yml", folder / "prometheus.yml", free_port()
    rule_file.write_text(json.dumps({"groups": [{"name": "alerts", "rules": list(rules)}]}))
    host = alertmanager_url.removeprefix("http://")
    alerting = {"alertmanagers": [{"static_configs": [{"targets": [host]}]}]} if host else {}
    targets = [{"targets": [target], "labels": dict(labels)} for target, labels in scrape.items()]
    settings = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(rule_file)],
        "alerting": alerting,
        "scrape_configs": [{"job_name": "services", "static_configs": targets}],
    }
    config.write_text(json.dumps(settings))  # JSON is YAML
    command = [
        program,
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with _running(Server(command, port, folder / "prometheus.log")) as server:
        yield server


async def eventually(look: Callable[[], Awaitable[T]], holds: Callable[[T], bool], what: str) -> T:
    """Look until what is seen is as wanted and return it; fail the test, naming what was waited for, if never."""
    end = time.monotonic() + STARTING_S
    while not holds(seen := await look()):
        if time.monotonic() > end:
            pytest.fail(f"{what} did not happen within {STARTING_S:g} s; last seen: {seen!r}")
        await asyncio.sleep(0.1)
    return seen
