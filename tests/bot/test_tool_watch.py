"""A tool that changed is told of in the store, in the ledger and to whoever listens; agreeing to it too."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.tool_watch import ToolWatch
from memory.model.bodies import EntryKind, ToolTrust
from memory.model.record import Event, Topic
from memory.store import Store
from tests.fakes.time import CountingIds, FakeClock
from tests.keys import LOG_KEY
from tests.memory.samples import suspension


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    yield opened
    await opened.close()


async def told(store: Store) -> list[ToolTrust]:
    entries = (await store.ledger.page("acme")).items
    kind = EntryKind.TOOL
    return [ToolTrust.model_validate(each.entry.body) for each in reversed(entries) if each.entry.kind is kind]


async def test_a_change_is_told_once_however_often_it_is_found(store: Store) -> None:
    events: list[Event] = []
    watch = ToolWatch(store, FakeClock(), CountingIds(), events.append)
    await watch.changed(suspension())
    await watch.changed(suspension(found="3" * 64))
    assert await watch.suspended("acme") == (suspension(),)
    assert [(each.change, each.tool, each.found) for each in await told(store)] == [
        ("suspended", "mcp.notes.add", "2" * 64)
    ]
    assert [(each.topic, each.body["tool"]) for each in events] == [(Topic.TOOL, "mcp.notes.add")]


async def test_agreeing_lifts_the_suspension_and_names_the_person(store: Store) -> None:
    watch = ToolWatch(store, FakeClock(), CountingIds(), lambda _: None)
    await watch.changed(suspension())
    await watch.agreed("acme", "mcp.notes.add", "2" * 64, "ada")
    assert await watch.suspended("acme") == ()
    assert [each.change for each in await told(store)] == ["suspended", "agreed"]
    last = (await store.ledger.page("acme")).items[0]
    assert await store.pseudonyms.find("acme", "ada") == last.entry.actor
