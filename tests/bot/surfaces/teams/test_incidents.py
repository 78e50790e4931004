"""An incident in Teams: declared on a card, worked on in a thread, and told to one person where it is theirs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from memory.clock import SystemClock
from memory.model.incident import Duty, Incident, IncidentStatus
from memory.model.war_room import Fixture
from tests.bot.surfaces.teams.house import House, everybody, house, joined
from tests.fakes.people import TENANT
from tests.fakes.teams.client import CHANNEL, CHAT, Client, buttons, titles, words
from tests.fakes.teams.service import FakeTeams, teams
from tests.patience import until

ROOMS = "19:incidents@thread.tacv2"


@pytest.fixture
async def microsoft() -> AsyncIterator[FakeTeams]:
    async with teams(SystemClock()) as made:
        yield joined(made)


@asynccontextmanager
async def standing(home: Path, microsoft: FakeTeams, **more: Any) -> AsyncIterator[House]:
    """Have a house that keeps rooms."""
    async with house(home, microsoft, teams_channel=ROOMS, **more) as at, asyncio.TaskGroup() as tasks:
        if not await at.store.identities.of(TENANT, "alice"):
            await everybody(at.store)
        keeping = [
            tasks.create_task(at.care.projection.keep(TENANT)),
            tasks.create_task(at.rooms.keep(at.bus, leading)),
        ]
        yield at
        for each in keeping:
            each.cancel()


async def leading(name: str, seconds: float) -> bool:
    del name, seconds
    return True


@pytest.fixture
async def at(tmp_path: Path, microsoft: FakeTeams) -> AsyncIterator[House]:
    async with standing(tmp_path, microsoft) as made:
        yield made


async def declared(at: House) -> tuple[Client, dict[str, Any]]:
    """Have Alice declare that checkout fails, in a channel, and return her and the card she is shown."""
    alice = at.client("alice", conversation=CHANNEL, direct=False)
    await alice.say("declare")
    await until(alice.seen)
    form = alice.seen()[-1]
    shown = await alice.press(form, "Declare", title="checkout is failing", severity="2", service="checkout")
    return alice, shown["value"]


async def furnished(at: House) -> bool:
    """Return whether the room has everything that is asked of it at once."""
    (record,) = await at.store.war_rooms.of(TENANT, (await the_one(at)).id)
    return all(record.fitting(each).stands for each in (Fixture.SUMMARY, Fixture.PEOPLE, Fixture.LINKS))


async def the_one(at: House) -> Incident:
    page = await at.care.room.incidents(at.person("alice"), (), None, 9)
    (found,) = page.items
    return found


async def test_an_incident_is_declared_on_a_card_once_however_often_the_press_comes(at: House) -> None:
    alice, card = await declared(at)
    assert "Declared as incident 1." in words(card)
    assert "Incident 1: checkout is failing" in words(card)
    assert (await alice.deliver(alice.sent[-1])).json()["statusCode"] == 409
    found = await the_one(at)
    assert (found.severity, found.services, found.declared_by) == (2, ("checkout",), "alice")
    assert found.threads[0].startswith("teams:place_")


@pytest.mark.parametrize(
    "entered", [{"title": ""}, {"severity": "9"}, {"severity": "worst"}, {"service": "<at>all</at>"}], ids=str
)
async def test_what_is_no_incident_is_refused_with_what_was_expected(at: House, entered: dict[str, str]) -> None:
    alice = at.client("alice")
    await alice.say("declare incident")
    await until(alice.seen)
    given = {"title": "checkout is failing", "severity": "2", "service": ""} | entered
    answer = await alice.press(alice.seen()[-1], "Declare", **given)
    assert answer["statusCode"] == 400
    assert "expected what is wrong" in answer["value"]["message"]
    page = await at.care.room.incidents(at.person("alice"), (), None, 9)
    assert page.items == ()


async def test_incidents_are_listed_and_shown_by_words(at: House) -> None:
    await declared(at)
    bob = at.client("bob", conversation="a:bob")
    await bob.say("incidents?")
    await until(bob.seen)
    assert "Incident 1: checkout is failing (severity 2 · open)" in words(bob.seen()[0]).replace("  ", " ")
    await bob.say("incident 1")
    await until(lambda: len(bob.seen()) == 2)
    assert {"Take command", "Mitigated", "Resolved", "Catch me up"} <= set(titles(bob.seen()[1]))
    await bob.say("incident 77")
    await until(lambda: len(bob.seen()) == 3)
    assert "77" in words(bob.seen()[2])


async def test_duties_and_steps_are_taken_by_buttons_with_a_reason(at: House) -> None:
    alice, card = await declared(at)
    card = (await alice.press(card, "I am on it"))["value"]
    assert "I am on it" not in titles(card)
    card = (await alice.press(card, "Take command"))["value"]
    assert "commander: alice" in words(card)
    card = (await alice.press(card, "Mitigated", reason="rolled back"))["value"]
    assert "mitigated" in words(card)
    card = (await alice.press(card, "Resolved", reason="quiet for an hour"))["value"]
    assert titles(card) == ["Open again", "Catch me up"]
    found = await the_one(at)
    assert (found.status, found.duties) == (IncidentStatus.RESOLVED, {Duty.COMMANDER: "alice"})


async def test_an_incident_has_one_card_where_it_was_declared_and_it_says_how_it_stands(at: House) -> None:
    alice, own = await declared(at)

    def cards() -> list[dict[str, Any]]:
        return [each for each in alice.seen() if titles(each) == ["What can I do?"]]

    await until(cards)
    await alice.press(own, "Mitigated", reason="rolled back")
    await until(lambda: any("mitigated" in words(each) for each in cards()))
    at.bus.how = "lost"
    own = (await alice.press(cards()[0], "What can I do?"))["value"]
    await alice.press(own, "Resolved", reason="quiet")
    await until(lambda: any("resolved" in words(each) for each in cards()))
    assert len(cards()) == 1


async def test_guests_and_strangers_change_nothing_of_an_incident(at: House) -> None:
    alice, card = await declared(at)
    gus = at.client("gus", conversation=alice.conversation, direct=False)
    resolve = next(each for each in buttons(card) if each["title"] == "Resolved")
    assert (await gus.invoke(resolve))["statusCode"] == 403
    assert (await the_one(at)).status is IncidentStatus.OPEN


async def test_what_somebody_missed_is_told_to_them_alone(at: House) -> None:
    _, card = await declared(at)
    channel = at.client("bob", conversation=CHANNEL, direct=False)
    await channel.say("catch me up on 1")
    await until(lambda: any("where nobody else reads it" in words(each) for each in channel.seen()))
    before = len(at.service.said(CHANNEL))
    catch_up = next(each for each in buttons(card) if each["title"] == "Catch me up")
    answer = await channel.invoke(catch_up)
    assert answer["type"].endswith("card.adaptive")
    assert "checkout is failing" in words(answer["value"])
    assert len(at.service.said(CHANNEL)) == before
    bob = at.client("bob", conversation="a:bob")
    await bob.say("catch me up on incident 1")
    await until(bob.seen)
    assert "checkout is failing" in words(bob.seen()[0])


async def test_review_hand_over_and_numbers_are_asked_for_in_words(at: House) -> None:
    await declared(at)
    alice = at.client("alice", conversation="a:alice")

    async def answered(asked: str, told: str) -> bool:
        before = len(alice.seen())
        await alice.say(asked)
        await until(lambda: len(alice.seen()) > before)
        return told in words(alice.seen()[-1])

    assert await answered("review of incident 1", "Post-incident review")
    assert await answered("hand over 1", "checkout is failing")
    assert await answered("incident numbers by team", "MTTD")


async def test_a_thread_of_the_channel_is_the_room_and_its_summary_one_card(at: House) -> None:
    await declared(at)
    await until(lambda: at.service.said(ROOMS))
    (begun,) = at.service.shown[ROOMS]
    thread = f"{ROOMS};messageid={begun}"
    await until(lambda: len(at.service.said(thread)) >= 2)
    first = at.service.said(ROOMS)[0]["attachments"][0]["content"]
    assert "checkout is failing" in words(first)
    assert titles(first) == ["What can I do?"]

    def summaries() -> list[dict[str, Any]]:
        told = [each["attachments"][0]["content"] for each in at.service.said(thread)]
        return [each for each in told if titles(each) == ["What can I do?"]]

    await until(summaries)
    there = at.client("alice", conversation=thread, direct=False)
    own = (await there.press(summaries()[0], "What can I do?"))["value"]
    await there.press(own, "Mitigated", reason="rolled back")
    await until(lambda: any("mitigated" in words(each) for each in summaries()))
    assert len(summaries()) == 1
    await there.say("how are things")

    async def tied() -> bool:
        return len([each for each in (await the_one(at)).threads if each.startswith("teams:")]) == 2

    await at.eventually(tied)


async def test_a_room_is_made_once_whoever_takes_it_up(tmp_path: Path, microsoft: FakeTeams) -> None:
    async with standing(tmp_path, microsoft) as first:
        await declared(first)
        await until(lambda: microsoft.said(ROOMS))
        (begun,) = microsoft.shown[ROOMS]
        thread = f"{ROOMS};messageid={begun}"
        await first.eventually(lambda: furnished(first))
    async with standing(tmp_path, microsoft) as second:
        alice = second.client("alice")
        await alice.say("incident 1")
        await until(lambda: microsoft.said(CHAT))
        await second.eventually(lambda: _settled(second))
    assert len(microsoft.said(ROOMS)) == 1
    said = [words(each["attachments"][0]["content"]) for each in microsoft.said(thread)]
    assert len([each for each in said if "How things stand" in each]) == 1
    assert len([each for each in said if "Incident in Quarterdeck" in each]) == 1


async def _settled(at: House) -> bool:
    return at.settled()
