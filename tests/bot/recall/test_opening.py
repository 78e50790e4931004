"""What keeps the vectors of a house: a directory that one process owns, a server for several, or brute force."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.recall_settings import RecallIndex
from bot.settings import Settings
from bot.wiring.recall import home_of, index
from memory.errors import RecallUnavailable
from memory.recall.brute import BruteForce
from memory.recall.opening import LOCK
from memory.recall.port import Near
from tests.bot.recall.conftest import Remembering, incident
from tests.fakes.people import TENANT
from tests.fakes.time import FakeClock
from tests.memory.recall.indexes import chroma_server, kept

_OWNER = """
import fcntl, os, sys
file = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(file, fcntl.LOCK_EX)
os.write(file, str(os.getpid()).encode())
print("mine", flush=True)
sys.stdin.read()
"""


@contextmanager
def owned(directory: Path) -> Iterator[int]:
    """Have another process own a directory; give its id."""
    directory.mkdir(parents=True, exist_ok=True)
    command = (sys.executable, "-c", _OWNER, str(directory / LOCK))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"mine\n"
        yield process.pid


def settings(home: Path, **given: object) -> Settings:
    return Settings.model_validate({"home": home, **given})


def test_a_directory_of_another_process_is_left_to_it_until_that_ends(tmp_path: Path) -> None:
    house = settings(tmp_path)
    with owned(home_of(house)):
        assert index(house, "model", FakeClock()).name == "numpy"
    opened = index(house, "model", FakeClock())
    assert opened.name == "chroma"
    opened.close()


def test_a_corrupt_directory_is_begun_anew_beside_what_it_was(tmp_path: Path) -> None:
    house = settings(tmp_path)
    opened = index(house, "model", FakeClock())
    opened.remember(TENANT, [kept("a", 1)])
    opened.close()
    (home_of(house) / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 999)
    again = index(house, "model", FakeClock())
    assert (again.name, again.known(TENANT)) == ("chroma", {})
    assert len(list(home_of(house).glob("chroma.corrupt-*"))) == 1
    again.close()


def test_numpy_alone_writes_no_file(tmp_path: Path) -> None:
    assert index(settings(tmp_path, recall_index=RecallIndex.NUMPY), "model", FakeClock()).name == "numpy"
    assert list(tmp_path.iterdir()) == []


async def test_nodes_that_share_a_server_find_and_forget_what_either_was_told(
    memory: Remembering, tmp_path: Path
) -> None:
    other = Remembering(memory.store, memory.clock)
    with chroma_server(tmp_path) as address:
        house = settings(tmp_path, recall_url=address)
        for each in (memory, other):
            each.index = index(house, each.embedder.identity, memory.clock)
        await memory.recall.remember(incident(1, "Checkout fails"))
        assert [each.subject for each in await other.recall.similar(TENANT, "checkout fails")] == [
            "incident:inc_1"
        ]
        assert len(await memory.recall.similar(TENANT, "checkout fails")) == 1
        assert other.recall.backend == "chroma server"
        await other.recall.forget(TENANT, "incident:inc_1", "ada")
        assert await memory.recall.similar(TENANT, "checkout fails") == ()
        for each in (memory, other):
            await each.recall.close()


class _Breaking(BruteForce):
    """Breaks when it is searched."""

    def search(self, tenant: str, vector: NDArray[np.float32], limit: int) -> list[Near]:
        raise RecallUnavailable("gone")


async def test_an_index_that_breaks_under_way_is_left_for_brute_force(memory: Remembering) -> None:
    memory.index = _Breaking()
    await memory.recall.remember(incident(1, "Checkout fails"))
    assert [each.subject for each in await memory.recall.similar(TENANT, "checkout fails")] == ["incident:inc_1"]


@pytest.mark.parametrize("given", ["", "qd_home_of_its_own"])
def test_the_directory_is_in_home_unless_another_is_given(tmp_path: Path, given: str) -> None:
    house = settings(tmp_path, recall_dir=tmp_path / given if given else None)
    assert home_of(house) == tmp_path / (given or "memory")
