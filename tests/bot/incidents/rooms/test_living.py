"""A room is kept up to date, tells people on a cadence, reminds them a few times, and ends with its incident."""

from datetime import timedelta

from memory.model.incident import Duty, Happening, IncidentStatus
from memory.model.war_room import Fixture
from tests.bot.incidents.rooms.conftest import TERMS, Bench
from tests.fakes.people import TENANT

ROOM = "room-1"
MINUTE = 60


async def test_the_pinned_summary_follows_the_timeline(bench: Bench) -> None:
    bench.declare()
    keeper = bench.keeper()
    await keeper.look()
    before = bench.chat.summaries[ROOM]
    bench.incidents.tell("inc_1", Happening.NOTE, "Customers see errors when they pay.")
    keeper.stale("inc_1")
    await keeper.look()
    assert bench.chat.summaries[ROOM] == before, "not twice within a few seconds"
    bench.clock.move(4)
    await keeper.look()
    assert bench.chat.summaries[ROOM] != before
    assert len(bench.chat.pinned[ROOM]) == 1


async def test_every_citation_of_the_summary_leads_to_something(bench: Bench) -> None:
    bench.declare()
    bench.incidents.tell("inc_1", Happening.NOTE, "Customers see errors when they pay.")
    await bench.keeper().look()
    shown = bench.chat.summaries[ROOM]
    assert shown.sources
    assert all(f"[{number}]" in shown.text for number in range(1, len(shown.sources) + 1))
    assert all(each.link.startswith("https://qd.test/console/incidents/12") for each in shown.sources)


async def test_a_sev2_is_told_of_every_half_hour(bench: Bench) -> None:
    bench.declare()
    keeper = bench.keeper()
    await keeper.look()
    for minute in range(1, 91):
        bench.clock.move(MINUTE)
        bench.incidents.tell("inc_1", Happening.NOTE, f"Minute {minute}: still at it.")
        await keeper.look()
    assert len([key for key in bench.chat.posts[ROOM] if ":update:" in key and "remind" not in key]) == 3


async def test_an_update_where_nothing_happened_says_so(bench: Bench) -> None:
    bench.declare()
    keeper = bench.keeper()
    await keeper.look()
    bench.clock.move(30 * MINUTE)
    await keeper.look()
    assert "Update Nothing new is recorded since 03:00 UTC. Next update at 04:00 UTC." in bench.chat.said(ROOM)


async def test_an_update_is_said_once_when_a_node_takes_over(each_bench: Bench) -> None:
    each_bench.declare()
    await each_bench.keeper().look()
    each_bench.clock.move(30 * MINUTE)
    record = await each_bench.record()
    await each_bench.keeper().look()
    stale = (await each_bench.record()).version
    await each_bench.store.war_rooms.replace(record, stale)  # it died before it wrote down what it had said
    await each_bench.keeper().look()
    assert len([key for key in each_bench.chat.posts[ROOM] if ":update:" in key and "remind" not in key]) == 1


async def test_nobody_in_command_is_asked_about_three_times_and_no_more(bench: Bench) -> None:
    bench.declare(declared_by="quarterdeck", severity=3)
    keeper = bench.keeper()
    for _ in range(6 * 60):
        await keeper.look()
        bench.clock.move(MINUTE)
    assert len([text for text in bench.chat.said(ROOM) if "Nobody commands" in text]) == 3


async def test_the_reminder_to_tell_people_outside_stops_when_they_are_told(bench: Bench) -> None:
    bench.declare(severity=1)
    keeper = bench.keeper()
    reminders: list[int] = []
    for minute in range(70):
        if minute == 20:
            bench.incidents.tell("inc_1", Happening.UPDATE, "We are looking into failing payments.")
            keeper.stale("inc_1")
        await keeper.look()
        reminders.append(len([text for text in bench.chat.said(ROOM) if "people outside" in text]))
        bench.clock.move(MINUTE)
    assert (reminders[14], reminders[15], reminders[34]) == (0, 1, 1)
    assert reminders[36] == 2, "due again a cadence after they were told"


async def test_reminders_go_to_whoever_has_the_duty(bench: Bench) -> None:
    bench.declare(severity=1, duties={Duty.COMMANDER: "alice", Duty.COMMUNICATIONS: "bob"})
    keeper = bench.keeper()
    await keeper.look()
    bench.clock.move(31 * MINUTE)
    await keeper.look()
    said = bench.chat.posts[ROOM]
    assert {notice.mentions for key, notice in said.items() if ":remind:update:" in key} == {("bob",)}
    assert {notice.mentions for key, notice in said.items() if ":remind:next_step:" in key} == {("alice",)}


async def test_a_resolved_incident_says_farewell_and_its_room_closes_later(bench: Bench) -> None:
    bench.declare()
    keeper = bench.keeper()
    await keeper.look()
    bench.clock.move(40 * MINUTE)
    bench.resolve()
    await keeper.look()
    assert bench.chat.topics[ROOM].startswith("SEV2 resolved")
    (farewell,) = [text for text in bench.chat.said(ROOM) if "is resolved" in text]
    assert farewell == (
        "Incident 12 is resolved Resolved at 03:40 UTC, after 44 minutes. The review stands on its page. "
        "Alice sees to the review. This room closes in 60 minutes."
    )
    assert not bench.chat.closed
    bench.clock.move(61 * MINUTE)
    await keeper.look()
    assert bench.chat.closed == {ROOM}
    assert not await bench.store.war_rooms.live(TENANT)


async def test_nobody_is_told_or_reminded_of_anything_once_it_is_over(bench: Bench) -> None:
    bench.terms = TERMS.model_copy(update={"linger": timedelta(days=1)})
    bench.declare(declared_by="quarterdeck")
    keeper = bench.keeper()
    await keeper.look()
    bench.resolve()
    await keeper.look()
    said = len(bench.chat.said(ROOM))
    for _ in range(20):
        bench.clock.move(20 * MINUTE)
        await keeper.look()
    assert len(bench.chat.said(ROOM)) == said


async def test_an_incident_opened_again_before_its_room_closed_keeps_it(bench: Bench) -> None:
    bench.declare()
    keeper = bench.keeper()
    await keeper.look()
    bench.resolve()
    await keeper.look()
    bench.clock.move(10 * MINUTE)
    bench.incidents.change("inc_1", status=IncidentStatus.OPEN, resolved_at=None)
    await keeper.look()
    bench.clock.move(120 * MINUTE)
    await keeper.look()
    assert len(bench.chat.rooms) == 1
    assert not bench.chat.closed
    assert [text for text in bench.chat.said(ROOM) if "open again" in text]


async def test_an_incident_opened_again_later_gets_a_new_room_and_keeps_its_commander(bench: Bench) -> None:
    bench.declare()
    keeper = bench.keeper()
    await keeper.look()
    bench.commands("bob")
    bench.resolve()
    await keeper.look()
    bench.clock.move(61 * MINUTE)
    await keeper.look()
    bench.incidents.change("inc_1", status=IncidentStatus.OPEN, resolved_at=None)
    await keeper.look()
    assert [room.name for room in bench.chat.rooms.values()] == [
        "inc-12-checkout-is-failing",
        "inc-12-2-checkout-is-failing",
    ]
    assert bench.chat.topics["room-2"].endswith("Bob commands")
    assert (await bench.record()).turn == 2


async def test_an_incident_that_was_over_before_it_had_a_room_gets_none(bench: Bench) -> None:
    bench.chat.down = {"open": 1}
    bench.declare()
    keeper = bench.keeper()
    await keeper.look()
    bench.resolve()
    bench.clock.move(MINUTE)
    await keeper.look()
    assert not bench.chat.rooms
    assert not await bench.store.war_rooms.live(TENANT)


async def test_a_merged_incident_says_where_work_goes_on(bench: Bench) -> None:
    bench.declare()
    keeper = bench.keeper()
    await keeper.look()
    bench.incidents.change("inc_1", status=IncidentStatus.MERGED, merged_into="inc_9")
    await keeper.look()
    assert any("part of another incident" in text for text in bench.chat.said(ROOM))
    assert await bench.stands(Fixture.FAREWELL)
