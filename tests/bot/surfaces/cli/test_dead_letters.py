"""Dead letters and the queue on the command line."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.queueing import QueueBook
from bot.surfaces.ports import Ports
from memory.model.run import RunStatus
from memory.store import Store
from tests.bot.surfaces.cli.conftest import FakeHost, Terminal
from tests.fakes.doorkeeper import FakeDoorkeeper
from tests.fakes.people import EVERYBODY
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY
from tests.runbooks.deadletters.conftest import Morgue
from tests.runbooks.deadletters.test_origins import gone


class HostWithLetters(FakeHost):
    """A process in whose house one run has died."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.address = f"sqlite:///{home / 'q.db'}"

    async def let_die(self) -> None:
        """Let a run die."""
        store = await Store.open(self.address, FakeClock(), LOG_KEY)
        morgue = Morgue(store)
        with pytest.MonkeyPatch.context() as patch:
            assert (await gone(morgue, patch)).status is RunStatus.FAILED
        await morgue.runner.close()
        await store.close()

    @asynccontextmanager
    async def furnished(self) -> AsyncIterator[Ports]:
        store = await Store.open(self.address, FakeClock(), LOG_KEY)
        morgue = Morgue(store)
        yield self.bare(
            doorkeeper=FakeDoorkeeper(EVERYBODY),
            clock=morgue.clock,
            dead_letters=morgue.desk,
            queue=QueueBook(store, morgue.engine, morgue.lanes, 5),
        )
        await morgue.runner.close()
        await store.close()


@pytest.fixture
def quarterdeck(tmp_path: Path) -> Terminal:
    host = HostWithLetters(tmp_path)
    asyncio.run(host.let_die())
    return Terminal(host)


def letter(quarterdeck: Terminal) -> str:
    listed = quarterdeck("dlq", "list", "--status", "open", "--json")
    assert listed.code == 0, listed.err
    (found,) = json.loads(listed.out)["items"]
    return str(found["id"])


def test_a_letter_is_shown_with_its_way_back_to_the_message(quarterdeck: Terminal) -> None:
    name = letter(quarterdeck)
    assert "target_gone" in quarterdeck("dlq", "list").out
    shown = quarterdeck("dlq", "show", name)
    assert shown.code == 0
    assert "m1 in t1" in shown.out
    assert "#0, #1" in shown.out
    assert "does not tell" not in shown.out


def test_a_replay_is_a_new_plan_that_waits(quarterdeck: Terminal) -> None:
    replayed = quarterdeck("dlq", "replay", letter(quarterdeck), "--reason", "it is back")
    assert replayed.code == 0, replayed.err
    assert "is waiting" in replayed.out
    assert quarterdeck("dlq", "list", "--status", "open").out.strip() == "No dead letters."


def test_a_drop_needs_a_reason(quarterdeck: Terminal) -> None:
    name = letter(quarterdeck)
    assert quarterdeck("dlq", "drop", name).code == 2
    dropped = quarterdeck("dlq", "drop", name, "--reason", "the service was taken down")
    assert dropped.code == 0, dropped.err
    assert quarterdeck("dlq", "replay", name).code == 5


def test_the_queue_is_shown_by_class(quarterdeck: Terminal) -> None:
    shown = quarterdeck("queue")
    assert shown.code == 0, shown.err
    assert "interactive" in shown.out
    (run,) = [json.loads(quarterdeck("dlq", "list", "--json").out)["items"][0]["origin"]["run"]]
    assert "does not wait" in quarterdeck("queue", run).out
