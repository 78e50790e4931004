"""Hands of a conversation say what is expected through the same service as people do, once, and take it back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.costs.watching.book import WatchBook
from bot.costs.watching.room import CostWatchRoom
from memory.errors import InvalidInput, NotFound
from memory.model.watching import Again, CostFinding, Expectation
from memory.store import Store
from tests.bot.costs.watched import LAST, STORAGE, finding, watching
from tests.fakes.people import ALICE
from tests.fakes.time import CountingIds, FakeClock
from tests.memory.opening import opened
from tools.capabilities.cost_watch import EveryOne, Expecting, Outlooks, Unexpecting
from tools.connectors.costs import expecting, looking
from tools.contract import Actor, CallContext, Reader

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
CALL = CallContext(tenant="acme", principal=ALICE.id, correlation="cor_1", key="run_1:0", now=NOW)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(NOW)) as opened_store:
        await opened_store.cost_watch.put(finding("compute"))
        await opened_store.cost_watch.put(finding("storage", STORAGE, since=LAST - timedelta(3)))
        yield opened_store


@pytest.fixture
def both(store: Store) -> tuple[CostWatchRoom, WatchBook]:
    return watching(store, FakeClock(NOW), CountingIds())


@pytest.fixture
def hands(both: tuple[CostWatchRoom, WatchBook]) -> tuple[Actor, Actor]:
    expect, unexpect = expecting(both[1])
    assert isinstance(expect, Actor)
    assert isinstance(unexpect, Actor)
    return expect, unexpect


async def silenced(store: Store) -> list[str]:
    return [each.id for each in await store.cost_watch.of("acme", CostFinding) if each.silenced]


async def test_that_is_expected_is_shown_first_then_done_once_and_taken_back(
    hands: tuple[Actor, Actor], store: Store
) -> None:
    expect, unexpect = hands
    asked = Expecting(which="compute", again=Again.MONTHLY, reason="load test")
    preview = await expect.preview(asked, CALL)
    assert preview.call.arguments == {"which": "finding_compute", "again": "monthly", "reason": "load test"}
    assert "every month" in preview.summary
    assert await silenced(store) == []
    assert await expect.look(CALL) is None
    done = await expect.act(asked, CALL)
    assert await silenced(store) == ["finding_compute"]
    assert await expect.look(CALL) is not None
    (taught,) = await store.cost_watch.of("acme", Expectation)
    assert (taught.by, taught.reason, taught.again) == (ALICE.id, "load test", Again.MONTHLY)
    assert done.undo is not None
    assert done.undo.tool == unexpect.capability.name
    back = CALL.model_copy(update={"key": "run_1:0:undo"})
    undone = await unexpect.act(Unexpecting(which="finding_compute"), back)
    assert await silenced(store) == []
    assert undone.undo == preview.call
    assert await unexpect.look(back) is not None


async def test_who_said_so_in_a_conversation_stands_in_the_log_under_its_turn(
    hands: tuple[Actor, Actor], store: Store
) -> None:
    await hands[0].act(Expecting(which="storage"), CALL)
    (entry,) = await store.ledger.trace("acme", "cor_1")
    assert (entry.entry.body["change"], entry.entry.body["name"]) == ("expected", "finding_storage")


async def test_that_alone_means_what_was_noticed_last_and_words_what_they_name(
    both: tuple[CostWatchRoom, WatchBook], store: Store
) -> None:
    book = both[1]
    assert (await book.meant("acme", "", expected=False)).finding.id == "finding_compute"
    assert (await book.meant("acme", "Storage", expected=False)).finding.id == "finding_storage"
    await store.cost_watch.put(finding("more", STORAGE))
    for which in ("", "storage"):
        with pytest.raises(InvalidInput, match="finding_more"):
            await book.meant("acme", which, expected=False)
    with pytest.raises(NotFound, match="'database'"):
        await book.meant("acme", "database", expected=False)
    with pytest.raises(NotFound):
        await book.meant("acme", "storage", expected=True)


async def test_what_people_and_hands_say_is_the_same(both: tuple[CostWatchRoom, WatchBook]) -> None:
    room, book = both
    await room.expect(ALICE, "finding_compute", Again.ALWAYS, "grown")
    meant = await book.meant("acme", "", expected=True)
    assert (meant.finding.id, meant.again, meant.reason) == ("finding_compute", Again.ALWAYS, "grown")
    await book.unexpect(CALL, "finding_compute")
    assert len(await room.findings(ALICE)) == 2


async def test_findings_outlooks_and_budgets_are_told_in_a_conversation(
    both: tuple[CostWatchRoom, WatchBook],
) -> None:
    findings, outlook, budgets = [each for each in looking(both[1]) if isinstance(each, Reader)]
    told = await findings.read(EveryOne(), CALL)
    assert told.summary == "2 things stand out in the bills of the last 90 days."
    assert {fact.query for fact in told.evidence} == {"finding_compute", "finding_storage"}
    ahead = await outlook.read(Outlooks(), CALL)
    assert "November 2026" in ahead.summary
    assert ahead.value == pytest.approx(30 * 103, rel=0.02)
    assert [line.name for line in ahead.evidence[0].series] == ["billed", "expected"]
    assert (await budgets.read(EveryOne(), CALL)).summary == "There are no budgets."
