"""A real PostgreSQL for tests: a cluster of its own, run as another user where this one is root."""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests import databases
from tests.servers import free_port, require

_names = count()


class Cluster:
    """One server, started and stopped at will; its databases are made on demand."""

    def __init__(self, folder: Path) -> None:
        self._as: tuple[str, ...] = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        self._control = require("pg_ctl")
        self._data = folder / "data"
        self._log = folder / "log"
        self.port = free_port()
        self._template: str | None = None
        self._user = "postgres" if self._as else pwd.getpwuid(os.geteuid()).pw_name
        self.address = self._address("postgres")
        if self._as:
            shutil.chown(folder, "postgres")
        self._run(require("initdb"), "--no-sync", "-A", "trust", "-D", str(self._data))

    def start(self) -> None:
        kept = "-c fsync=off -c dynamic_shared_memory_type=mmap"  # all in its folder, with which it goes
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= {kept}"
        self._run(self._control, "start", "-w", "-D", str(self._data), "-l", str(self._log), "-o", options)

    def stop(self) -> None:
        self._run(self._control, "stop", "-m", "immediate", "-D", str(self._data))

    def database(self) -> str:
        """Return the address of a new, empty database."""
        return self._address(self._create())

    def migrated(self) -> str:
        """Return the address of a new database at the newest schema."""
        if self._template is None:
            self._template = self._create()
            with ThreadPoolExecutor(1) as aside:  # a loop may run in this thread
                aside.submit(asyncio.run, databases.make(self._address(self._template))).result()
        return self._address(self._create("-T", self._template))

    def _create(self, *options: str) -> str:
        name = f"quarterdeck_{next(_names)}"
        server = ("-h", "127.0.0.1", "-p", str(self.port), "-U", self._user)
        self._run(require("createdb"), *server, *options, name)
        return name

    def _address(self, name: str) -> str:
        return f"postgresql://{self._user}@127.0.0.1:{self.port}/{name}"

    def _run(self, *command: str) -> None:
        subprocess.run((*self._as, *command), check=True, stdout=subprocess.DEVNULL, cwd="/")


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a cluster and remove it afterwards; skip the test where PostgreSQL is not installed."""
    require("initdb")
    with tempfile.TemporaryDirectory(prefix="qd-pg-") as folder:
        found = Cluster(Path(folder))
        found.start()
        try:
            yield found
        finally:
            found.stop()
