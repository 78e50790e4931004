"""The same talk over a real PostgreSQL: one checkpoint a thread, kept over restarts; and a server that is away."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.answer import AnswerKind
from memory.errors import StoreUnavailable
from memory.store.checkpoints import checkpoints
from tests.agents.talking import World, talking
from tests.servers import free_port, require


class Cluster:
    """A PostgreSQL of its own, run as another user where this one is root."""

    def __init__(self, folder: Path) -> None:
        self._as: tuple[str, ...] = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        self._control = require("pg_ctl")
        self._data = folder / "data"
        self._log = folder / "log"
        self.port = free_port()
        user = "postgres" if self._as else pwd.getpwuid(os.geteuid()).pw_name
        self.address = f"postgresql://{user}@127.0.0.1:{self.port}/postgres"
        if self._as:
            shutil.chown(folder, "postgres")
        self._run(require("initdb"), "--no-sync", "-A", "trust", "-D", str(self._data))

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories="
        self._run(self._control, "start", "-w", "-D", str(self._data), "-l", str(self._log), "-o", options)

    def stop(self) -> None:
        self._run(self._control, "stop", "-m", "immediate", "-D", str(self._data))

    def _run(self, *command: str) -> None:
        subprocess.run((*self._as, *command), check=True, stdout=subprocess.DEVNULL, cwd="/")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    require("initdb")
    with tempfile.TemporaryDirectory(prefix="qd-pg-") as folder:
        found = Cluster(Path(folder))
        found.start()
        try:
            yield found
        finally:
            found.stop()


async def test_a_thread_keeps_one_checkpoint_and_its_question_survives_a_restart(
    cluster: Cluster, incident: World
) -> None:
    for _ in range(3):
        async with talking(cluster.address, incident) as before:
            await before.say("what is wrong with checkout?")
            assert (await before.say("restart payments")).kind is AnswerKind.CLARIFY
        async with talking(cluster.address, incident) as after:
            assert (await after.say("staging")).kind is AnswerKind.PLAN
    async with checkpoints(cluster.address) as saver:
        assert len([kept async for kept in saver.alist(None)]) == 1


async def test_a_server_that_is_away_is_a_store_that_is_not_available(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memory.store.checkpoints.postgresql.CONNECT_S", 0.3)
    with pytest.raises(StoreUnavailable, match="expected the conversation's checkpoint"):
        async with checkpoints(f"postgresql://nobody@127.0.0.1:{free_port()}/none?connect_timeout=1"):
            pass
