"""A room is opened where the incident was declared, furnished once, and furnished on where something failed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from memory.model.alert import Alert, AlertStatus, Link
from memory.model.incident import Duty
from memory.model.record import SYSTEM
from memory.model.war_room import Fixture
from memory.store.database import Database
from memory.store.writing import Body
from tests.bot.incidents.rooms.conftest import TERMS, Bench
from tests.fakes.people import TENANT
from tests.fakes.time import MIDNIGHT
from tests.fakes.venue import Died

ROOM = "room-1"
CALLS = 10  # that furnishing a room takes: open, topic, summary said, pinned and shown, people, links, …
WRITES = 9  # of the record: it is begun, and each fixture noted


async def test_a_declared_incident_gets_a_room_with_everything_in_it(bench: Bench) -> None:
    bench.declare()
    await bench.keeper().look()
    chat = bench.chat
    assert [room.name for room in chat.rooms.values()] == ["inc-12-checkout-is-failing"]
    assert chat.topics[ROOM] == "SEV2 open: Checkout is failing · incident 12 · Alice commands"
    assert chat.people[ROOM] == ["alice", "bob"]
    assert chat.links[ROOM] == {
        "Incident in Quarterdeck": "https://qd.test/console/incidents/12",
        "Grafana": "https://graphs.test/checkout?env=production",
    }
    assert chat.pinned[ROOM] == {"post-inc_1:1:summary"}
    assert chat.summaries[ROOM] == chat.posts[ROOM]["inc_1:1:summary"]
    assert sorted(chat.posts[ROOM]) == ["inc_1:1:evidence", "inc_1:1:runbook", "inc_1:1:summary"]


async def test_whoever_declares_commands_until_somebody_takes_over(bench: Bench) -> None:
    bench.declare()
    keeper = bench.keeper()
    await keeper.look()
    assert bench.incidents.known["inc_1"].duties == {Duty.COMMANDER: "alice"}
    bench.commands("bob")
    await keeper.look()
    assert bench.incidents.known["inc_1"].duties == {Duty.COMMANDER: "bob"}
    assert bench.chat.topics[ROOM].endswith("Bob commands")


async def test_looking_again_changes_nothing(bench: Bench) -> None:
    bench.declare()
    keeper = bench.keeper()
    await keeper.look()
    calls = bench.chat.calls
    await keeper.look()
    await bench.keeper().look()
    assert bench.chat.calls == calls
    assert bench.eyes.readers == ["alice"]


async def test_whoever_gets_a_duty_later_is_brought_in(bench: Bench) -> None:
    bench.declare()
    keeper = bench.keeper()
    await keeper.look()
    bench.incidents.change("inc_1", duties={Duty.COMMANDER: "alice", Duty.SCRIBE: "cara"})
    await keeper.look()
    assert bench.chat.people[ROOM] == ["alice", "bob", "cara"]


async def test_who_has_no_account_there_is_named_once(bench: Bench) -> None:
    bench.chat.strangers = {"bob"}
    bench.declare()
    await bench.keeper().look()
    assert [text for text in bench.chat.said(ROOM) if "bring in" in text] == [
        "I could not bring in Bob: they have no account here that I know of."
    ]


async def test_a_failing_part_is_told_and_tried_again_while_the_rest_stands(bench: Bench) -> None:
    bench.chat.down = {"invite": 2}
    bench.declare()
    keeper = bench.keeper()
    await keeper.look()
    assert bench.chat.topics[ROOM]
    assert bench.eyes.readers == ["alice"]
    told = [text for text in bench.chat.said(ROOM) if text.startswith("I could not bring people in")]
    assert told == [
        "I could not bring people in: expected the chat to invite, found it away. I try again at 03:00:02 UTC."
    ]
    for _ in range(3):
        bench.clock.move(5)
        await keeper.look()
    assert bench.chat.people[ROOM] == ["alice", "bob"]
    assert not (await bench.record()).fitting(Fixture.PEOPLE).failure
    assert len([text for text in bench.chat.said(ROOM) if "could not" in text]) == 1


async def test_a_chat_that_is_away_is_asked_less_and_less_often(bench: Bench) -> None:
    bench.chat.down = {"open": 1000}
    bench.declare()
    keeper = bench.keeper()
    for _ in range(600):
        await keeper.look()
        bench.clock.move(1)
    assert 7 <= bench.chat.calls <= 10
    failing = (await bench.record()).fitting(Fixture.ROOM)
    assert failing.failure == "expected the chat to open, found it away"


async def test_one_room_that_cannot_be_made_keeps_no_other_waiting(bench: Bench) -> None:
    bench.chat.down = {"open": 1}
    bench.declare()
    bench.declare(id="inc_2", number=13)
    await bench.keeper().look()
    assert len(bench.chat.rooms) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before it happened", "after it happened"])
@pytest.mark.parametrize("call", range(1, CALLS + 1))
async def test_a_node_that_dies_at_any_call_is_taken_over_and_nothing_is_done_twice(
    bench: Bench, call: int, after: bool
) -> None:
    bench.declare()
    bench.chat.dies_at, bench.chat.dies_after_doing = call, after
    with pytest.raises(Died):
        await bench.keeper().look()
    bench.chat.dies_at = 0
    await bench.keeper().look()
    await _stands_once(bench)


@pytest.mark.parametrize("after", [False, True], ids=["before it was written", "after it was written"])
@pytest.mark.parametrize("write", range(1, WRITES + 1))
async def test_a_node_that_dies_at_any_write_is_taken_over_and_nothing_is_done_twice(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, write: int, after: bool
) -> None:
    bench.declare()
    left, real = write, Database.joining

    @asynccontextmanager
    async def deadly(database: Database) -> AsyncIterator[Body]:
        nonlocal left
        left -= 1
        if left < 0:
            raise Died
        async with real(database) as body:
            yield body
            if left == 0 and not after:
                raise Died
        if left == 0:
            raise Died

    monkeypatch.setattr(Database, "joining", deadly)
    with pytest.raises(Died):
        await bench.keeper().look()
    monkeypatch.undo()
    await bench.keeper().look()
    await _stands_once(bench)


async def _stands_once(bench: Bench) -> None:
    chat = bench.chat
    assert len(chat.rooms) == 1
    assert chat.people[ROOM] == ["alice", "bob"]
    assert sorted(chat.posts[ROOM]) == ["inc_1:1:evidence", "inc_1:1:runbook", "inc_1:1:summary"]
    assert len(chat.links[ROOM]) == 2
    assert ROOM in chat.summaries
    wanted = set(Fixture) - {Fixture.FAREWELL, Fixture.CLOSED}
    assert {each for each in Fixture if await bench.stands(each)} == wanted


async def test_two_nodes_at_once_make_one_room(each_bench: Bench) -> None:
    each_bench.declare()
    first, second = each_bench.keeper(), each_bench.keeper()
    await first.look()
    await second.look()
    assert len(each_bench.chat.rooms) == 1
    assert len(each_bench.chat.posts[ROOM]) == 3


async def test_an_incident_declared_elsewhere_gets_its_room_on_the_console_where_the_settings_say_so(
    bench: Bench,
) -> None:
    bench.terms = TERMS.model_copy(update={"venue": "console"})
    bench.declare()
    await bench.keeper().look()
    assert not bench.chat.rooms
    record = await bench.record()
    assert record.room is not None
    assert record.room.link == "https://qd.test/console/incidents/12"
    said = await bench.store.war_rooms.posts(TENANT, "inc_1")
    assert [each.key for each in said] == ["inc_1:1:evidence", "inc_1:1:runbook", "inc_1:1:summary"]


async def test_alerts_alone_open_rooms_only_for_what_is_bad_enough(bench: Bench) -> None:
    bench.declare(declared_by=SYSTEM, severity=4)
    await bench.keeper().look()
    assert not bench.chat.rooms
    bench.incidents.change("inc_1", severity=3)
    await bench.keeper().look()
    assert len(bench.chat.rooms) == 1


async def test_nothing_is_looked_at_on_behalf_of_nobody(bench: Bench) -> None:
    bench.declare(declared_by=SYSTEM)
    keeper = bench.keeper()
    await keeper.look()
    assert bench.chat.topics[ROOM].endswith("nobody commands yet")
    assert not bench.eyes.readers
    bench.commands("bob")
    await keeper.look()
    assert bench.eyes.readers == ["bob"]


async def test_the_settings_may_name_on_whose_behalf_is_looked(bench: Bench) -> None:
    bench.terms = TERMS.model_copy(update={"reader": "vic"})
    bench.declare(declared_by=SYSTEM)
    await bench.keeper().look()
    assert bench.eyes.readers == ["vic"]


async def test_links_of_alerts_are_put_up_only_where_they_lead_to_systems_of_ours(bench: Bench) -> None:
    links = (
        Link(rel="dashboard", href="https://graphs.test/d/1"),
        Link(rel="runbook", href="https://evil.test/x"),
    )
    bench.incidents.facts["alert_1"] = Alert(
        id="alert_1",
        tenant=TENANT,
        source="alertmanager",
        fingerprint="a" * 64,
        name="CheckoutErrors",
        status=AlertStatus.FIRING,
        severity=2,
        started_at=MIDNIGHT,
        received_at=MIDNIGHT,
        links=links,
    )
    bench.declare(alerts=("alert_1",))
    await bench.keeper().look()
    assert bench.chat.links[ROOM]["Dashboard of CheckoutErrors"] == "https://graphs.test/d/1"
    assert not [link for link in bench.chat.links[ROOM].values() if "evil" in link]
