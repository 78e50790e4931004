"""A real Prometheus that scrapes the estate and a real Alertmanager behind it, as processes with their own data.

Every target carries the labels `service`, `environment` and `instance`. Replicas are found through a file, so
those that come later are scraped too.
"""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL

import httpx

from bot.demo import leash
from bot.demo.registry import replace
from bot.demo.replicas import stop
from bot.demo.rules import RULES, alertmanager, prometheus
from bot.demo.shop import ENVIRONMENT
from memory.errors import ConnectorUnreachable, DependencyMissing

START_TIMEOUT_S = 30.0
ATTEMPTS = 3  # a free port may be taken by somebody else before the program has it
_NAMES = {"prometheus": ("prometheus",), "alertmanager": ("prometheus-alertmanager", "alertmanager")}


@dataclass(frozen=True)
class Program:
    """A program that answers at `url` until it is stopped."""

    url: str
    process: Process


def located(program: str) -> str:
    """Return the path of `prometheus` or `alertmanager`; raises `DependencyMissing`."""
    for name in _NAMES[program]:
        path = shutil.which(name)
        if path is not None:
            return path
    raise DependencyMissing(
        f"expected the program {program} on this machine, found none",
        hint="on Debian: apt-get install prometheus prometheus-alertmanager",
    )


class Observability:
    """Prometheus and Alertmanager of one estate. `programs` are those that were started, by name."""

    def __init__(self, directory: Path, client: httpx.AsyncClient) -> None:
        self._directory = directory
        self._client = client
        self._targets = directory / "targets.json"
        self.programs: dict[str, Program] = {}

    def publish(self, endpoints: Mapping[str, Sequence[str]]) -> None:
        """Tell Prometheus which addresses to scrape for which service."""
        groups = [
            {"targets": list(addresses), "labels": {"service": service, "environment": ENVIRONMENT}}
            for service, addresses in endpoints.items()
        ]
        replace(self._targets, json.dumps(groups))

    async def start(self) -> None:
        """Start both and wait until they are ready; raises `DependencyMissing` or `ConnectorUnreachable`."""
        self._write("alertmanager.yml", alertmanager())
        await self._run(
            "alertmanager",
            f"--storage.path={self._directory / 'alertmanager'}",
            "--cluster.listen-address=",  # alone, it needs no port for gossip
        )
        self._write("rules.yml", RULES)
        self._write("prometheus.yml", prometheus(self.programs["alertmanager"].url.removeprefix("http://")))
        await self._run(
            "prometheus",
            f"--storage.tsdb.path={self._directory / 'prometheus'}",
            "--storage.tsdb.retention.time=6h",
        )

    async def stop(self) -> None:
        """Stop both."""
        await asyncio.gather(*(stop(program.process) for program in self.programs.values()))

    def _write(self, name: str, text: str) -> None:
        (self._directory / name).write_text(text, encoding="utf-8")

    async def _run(self, name: str, *options: str) -> None:
        for _ in range(ATTEMPTS):
            program = self.programs[name] = await self._launch(name, free_port(), *options)
            if await self._ready(program):
                return
            await stop(program.process)
        raise ConnectorUnreachable(
            f"expected {name} to be ready within {START_TIMEOUT_S:.0f} s, found it silent or gone",
            hint=f"its own words are in {self._directory / f'{name}.log'}",
        )

    async def _launch(self, name: str, port: int, *options: str) -> Program:
        url = f"http://127.0.0.1:{port}"
        with (self._directory / f"{name}.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", leash.__file__, str(os.getpid())),
                *(located(name), f"--config.file={self._directory / f'{name}.yml'}"),
                *(f"--web.listen-address=127.0.0.1:{port}", f"--web.external-url={url}", *options),
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
            )
        return Program(url, process)

    async def _ready(self, program: Program) -> bool:
        deadline = asyncio.get_running_loop().time() + START_TIMEOUT_S
        while program.process.returncode is None and asyncio.get_running_loop().time() < deadline:
            with contextlib.suppress(httpx.HTTPError):  # not listening yet
                if (await self._client.get(f"{program.url}/-/ready")).is_success:
                    return True
            await asyncio.sleep(0.05)
        return False


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
