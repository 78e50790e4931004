"""An incident in Slack from the alert to its end, in its own channel, whatever is lost, repeated or late."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.surfaces.incidents import Window
from bot.surfaces.slack.venue import NAME, place_of
from memory.model.incident import Duty, Happening, IncidentStatus
from memory.model.run import RunStatus
from tests.bot.surfaces.slack.house import House, everybody, house, says
from tests.bot.surfaces.slack.room import PACE, workspace
from tests.bot.surfaces.slack.test_incidents import incidents, sent, shown, used, window
from tests.fakes.people import TENANT
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.workspace import TEAM

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[House]:
    """A house that keeps rooms for incidents."""

    async def leads(_: str, __: float) -> bool:
        return True

    async with SlackServer(workspace(), pace=PACE).serving() as slack, house(tmp_path, slack) as made:
        await everybody(made.store)
        keeping = asyncio.create_task(made.rooms.keep(made.bus, leads))
        yield made
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def room_of(at: House) -> str:
    """Return the incident's channel once it is there."""

    def there() -> list[str]:
        return [name for name, each in at.workspace.channels.items() if each["name"].startswith("inc-1-")]

    await at.until(lambda: bool(there()), 60.0)
    (channel,) = there()

    async def known() -> bool:
        return await at.rooms.desk.at(TENANT, NAME, place_of(TEAM, channel)) is not None

    await at.eventually(known)
    return channel


@pytest.mark.parametrize(
    ("how", "delivered"),
    [("heard", {}), ("twice", {"times": 2}), ("lost", {"lost": 1}), ("late", {"lost": 1, "times": 2})],
)
async def test_from_an_alert_to_the_end_of_the_incident(at: House, how: str, delivered: Any) -> None:
    alert = at.workspace.post("C1", "UBOB", "checkout fails for a third of its users")
    await used(at, "open_incident", alert)
    asked = await window(at, "qd_incident")
    await sent(at, asked, title="checkout fails", severity="2", services="checkout")
    card = await shown(at, "SEV2")
    room = await room_of(at)
    at.bus.how = how
    await at.until(lambda: "UALICE" in at.workspace.channels[room]["members"], 30.0)
    await at.deliveries.press("UALICE", "C1", card, "incident_command")
    await shown(at, "commanded by alice")

    thread = await at.deliveries.mention(room, "UALICE", "what is wrong with checkout?", **delivered)
    await at.until(lambda: bool(at.thread(thread, room)))
    assert "31 % of its requests [1]" in says(at.thread(thread, room)[0])
    await at.deliveries.mention(room, "UALICE", "roll back checkout", thread, **delivered)
    plan = dict(await at.card(thread, room))
    await at.deliveries.press("UBOB", room, plan, "approve")
    await at.shows(thread, "Done and verified", room)

    pinned = at.workspace.post(room, "UBOB", "the deploy of 02:39 did it")
    item = {"type": "message", "channel": room, "message": pinned}
    await at.deliveries.event(
        {"type": "pin_added", "user": "UALICE", "channel_id": room, "item": item}, **delivered
    )
    await at.deliveries.press("UALICE", "C1", card, "incident_resolve")
    over = await shown(at, "Resolved")
    await at.until(at.settled)

    assert over["ts"] == card["ts"], "an incident has one card"
    (found,) = await incidents(at)
    assert (found.status, found.duties) == (IncidentStatus.RESOLVED, {Duty.COMMANDER: "alice"})
    (run,) = await at.runs()
    assert run.status is RunStatus.SUCCEEDED
    assert sum(at.estate.effects.values()) == 1
    page = await at.care.room.timeline(at.person("alice"), found.id, Window(kinds=(Happening.NOTE,)), None, 50)
    assert [(each.text, each.trusted) for each in page.items] == [
        ("UBOB wrote: the deploy of 02:39 did it", False)
    ]
    assert sum(each["name"].startswith("inc-1-") for each in at.workspace.channels.values()) == 1
