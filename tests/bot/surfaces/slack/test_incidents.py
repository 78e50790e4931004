"""Incidents in Slack: opened by a command or from a message, one card each, and told to who comes late."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.surfaces.incidents import Window
from bot.surfaces.slack.venue import NAME, place_of
from bot.surfaces.venues import Notice, Opening, Source
from memory.model.incident import Duty, Happening, Incident, IncidentStatus
from tests.bot.surfaces.slack.house import House, everybody, house, says
from tests.bot.surfaces.slack.room import ORIGIN
from tests.fakes.people import TENANT
from tests.fakes.slack.rules import violations
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.workspace import TEAM

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def at(tmp_path: Path, slack: SlackServer) -> AsyncIterator[House]:
    workspace = next(iter(slack.workspaces.values()))
    workspace.add_user("UVIC", "vic")
    workspace.channels["C1"]["members"].append("UVIC")
    workspace.add_channel("C3", "shared", "UALICE", is_ext_shared=True)
    async with house(tmp_path, slack) as made:
        await everybody(made.store)
        yield made


@pytest.fixture
async def kept(at: House) -> AsyncIterator[House]:
    """A house that keeps rooms for incidents."""

    async def leads(_: str, __: float) -> bool:
        return True

    keeping = asyncio.create_task(at.rooms.keep(at.bus, leads))
    yield at
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def incidents(at: House) -> list[Incident]:
    return [*(await at.care.room.incidents(at.person("alice"), (), None, 20)).items]


def cards(at: House, channel: str = "C1") -> list[dict[str, Any]]:
    return [each for each in at.ours(channel) if "Incident 1:" in says(each)]


async def shown(at: House, words: str, channel: str = "C1") -> dict[str, Any]:
    """Return the incident's card once it says this."""
    await at.until(lambda: any(words in says(each) for each in cards(at, channel)))
    return dict(cards(at, channel)[0])


async def used(at: House, shortcut: str, message: dict[str, Any], channel: str = "C1") -> None:
    """Have Alice use a shortcut on a message."""
    payload = {
        "type": "message_action",
        "callback_id": shortcut,
        "trigger_id": at.deliveries.trigger(),
        "message_ts": message["ts"],
        "team": {"id": TEAM, "domain": "acme"},
        "channel": {"id": channel, "name": "ops"},
        "user": {"id": "UALICE", "team_id": TEAM},
        "message": message,
        "response_url": f"{at.slack.url}/hooks/actions/{message['ts']}",
    }
    await at.deliveries.interaction(payload)


async def sent(at: House, window: dict[str, Any], **entered: str) -> None:
    """Have Alice send a window; what is chosen from a list comes as Slack sends it."""
    values = {}
    for block in window["blocks"]:
        value = entered.get(block.get("block_id", ""))
        if value is None or block["type"] != "input":
            continue
        chosen = block["element"]["type"] == "static_select"
        values[block["block_id"]] = {
            "entered": {"selected_option": {"value": value}} if chosen else {"value": value}
        }
    payload = {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "acme"},
        "user": {"id": "UALICE", "team_id": TEAM},
        "view": {**window, "hash": f"{window['id']}.h", "state": {"values": values}},
    }
    await at.deliveries.interaction(payload)


async def window(at: House, form: str) -> dict[str, Any]:
    """Return the window of a form once it is open."""
    await at.until(lambda: any(each["callback_id"] == form for each in at.workspace.views.values()))
    return next(each for each in at.workspace.views.values() if each["callback_id"] == form)


async def declared(at: House) -> dict[str, Any]:
    """Have Alice declare an incident; return its card."""
    await at.deliveries.command("UALICE", "incident sev2 checkout is failing")
    return await shown(at, "SEV2")


async def test_a_severity_and_what_is_wrong_open_an_incident_at_once(at: House) -> None:
    card = await declared(at)
    assert "nobody commands it yet" in says(card)
    (found,) = await incidents(at)
    assert (found.title, found.severity, found.services) == ("checkout is failing", 2, ("checkout",))
    assert found.declared_by == "alice"
    assert len(cards(at)) == 1


async def test_a_command_that_comes_twice_opens_one_incident_with_one_card(at: House) -> None:
    trigger = at.deliveries.trigger()
    for _ in range(2):
        await at.deliveries.command("UALICE", "incident sev1 checkout is failing", trigger_id=trigger)
    await shown(at, "SEV1")
    await at.until(at.settled)
    assert len(await incidents(at)) == len(cards(at)) == 1


async def test_an_incident_is_opened_from_a_message_in_its_thread_by_a_window(at: House) -> None:
    alert = at.workspace.post("C1", "UVIC", "checkout and payments are down <!channel>")
    await used(at, "open_incident", alert)
    window = await at.window()
    entered = {each["block_id"]: each["element"].get("initial_value") for each in window["blocks"]}
    assert entered["services"] == "checkout, payments"
    await sent(at, window, title="checkout is down", severity="1", services="checkout, payments")
    card = await shown(at, "SEV1")
    assert card["thread_ts"] == alert["ts"]
    (found,) = await incidents(at)
    assert found.threads == (f"slack:{TEAM}:C1:{alert['ts']}",)
    assert found.services == ("checkout", "payments")


async def test_without_a_severity_a_window_asks_for_it(at: House) -> None:
    await at.deliveries.command("UALICE", "incident checkout is failing")
    window = await at.window()
    assert window["blocks"][0]["element"]["initial_value"] == "checkout is failing"
    assert await incidents(at) == []


async def test_who_may_not_declare_is_told_so_and_nothing_is_opened(at: House) -> None:
    await at.deliveries.command("UVIC", "incident sev1 checkout is failing")
    await at.until(lambda: bool(at.whispers()))
    assert await incidents(at) == []


async def test_where_others_read_along_the_card_is_in_the_direct_message(at: House) -> None:
    await at.deliveries.command("UALICE", "incident sev2 checkout is failing", "C3")
    await shown(at, "SEV2", "DUALICE")
    assert at.ours("C3") == []


async def test_the_card_is_changed_by_its_buttons_in_place_until_it_is_over(at: House) -> None:
    card = await declared(at)
    await at.deliveries.press("UALICE", "C1", card, "incident_command")
    await shown(at, "commanded by alice")
    await at.deliveries.press("UALICE", "C1", card, "incident_severity")
    await sent(at, await window(at, "qd_incident_severity"), severity="1", reason="more of it")
    await shown(at, "SEV1")
    await at.deliveries.press("UALICE", "C1", card, "incident_status")
    await sent(at, await window(at, "qd_incident_status"), status="mitigated", reason="")
    await shown(at, "Mitigated")
    await at.deliveries.press("UALICE", "C1", card, "incident_note")
    await sent(at, await window(at, "qd_incident_note"), note="the cache was cold")
    await at.whispered("It stands in the timeline.")
    await at.deliveries.press("UALICE", "C1", card, "incident_resolve")
    over = await shown(at, "Resolved")
    assert "actions" not in {block["type"] for block in over["blocks"]}
    assert over["ts"] == card["ts"]
    (found,) = await incidents(at)
    assert found.duties == {Duty.COMMANDER: "alice"}
    notes = await timeline(at, found, Happening.NOTE)
    assert [(each.text, each.trusted) for each in notes] == [("the cache was cold", True)]


@pytest.mark.parametrize("how", ["lost", "late", "twice"])
async def test_a_change_made_elsewhere_is_shown_whether_its_event_is_lost_late_or_doubled(
    at: House, how: str
) -> None:
    await declared(at)
    at.bus.how = how
    (found,) = await incidents(at)
    await at.care.room.set_status(at.person("alice"), found.id, IncidentStatus.MITIGATED, "it is better")
    await shown(at, "Mitigated")
    assert len(cards(at)) == 1


async def test_an_incident_has_its_channel_with_people_a_topic_and_a_pinned_summary(kept: House) -> None:
    room = await opened_room(kept)
    channel = kept.workspace.channels[room]
    assert channel["name"].startswith("inc-1-checkout-is-failing")
    await kept.until(lambda: "UALICE" in channel["members"])
    await kept.until(lambda: bool(channel["topic"]["value"]))
    await kept.until(lambda: bool(channel["pins"]))
    card = await shown(kept, "The room where it is worked on")
    assert f"https://app.slack.com/client/{TEAM}/{room}" in json.dumps(card)


async def test_a_channel_is_made_once_also_by_a_node_that_does_it_again(kept: House) -> None:
    await opened_room(kept)
    (found,) = await incidents(kept)
    opening = Opening(
        tenant=TENANT, incident=found.id, number=found.number, title=found.title, severity=2, thread=None
    )
    venue = kept.rooms.venues[NAME]
    again = [await venue.open(opening) for _ in range(2)]
    assert again[0] == again[1]
    assert len(kept.workspace.called("conversations.create")) <= 2
    assert sum(each["name"].startswith("inc-1-") for each in kept.workspace.channels.values()) == 1


async def test_what_is_said_in_a_room_is_said_once_for_each_key_and_parsed_nowhere(kept: House) -> None:
    room = await opened_room(kept)
    (found,) = await incidents(kept)
    here = await kept.rooms.desk.at(TENANT, NAME, place_of(TEAM, room))
    assert here is not None
    source = Source(label="02:41 rolled back", link=f"{ORIGIN}/console/incidents/{found.number}")
    notice = Notice(text="<!channel> checkout was rolled back [1].", sources=(source,), mentions=("bob",))
    venue = kept.rooms.venues[NAME]
    posts = {await venue.say(here, notice, key="first look") for _ in range(2)}
    assert len(posts) == 1
    (said,) = [each for each in kept.ours(room) if "was rolled back" in says(each)]
    assert {"type": "user", "user_id": "UBOB"} in said["blocks"][0]["elements"][0]["elements"]
    assert violations(said["blocks"]) == []
    assert await venue.invite(here, ("alice", "cara")) == ("cara",)


async def test_what_somebody_pins_in_the_room_is_quoted_in_the_timeline_once(kept: House) -> None:
    room = await opened_room(kept)
    (found,) = await incidents(kept)
    message = kept.workspace.post(room, "UVIC", "the deploy of 02:39 did it, <!channel>")
    pinned = {
        "type": "pin_added",
        "user": "UALICE",
        "channel_id": room,
        "item": {"type": "message", "channel": room, "message": message},
    }
    await kept.deliveries.event(pinned, times=2)
    await used(kept, "note_message", message, room)
    await kept.whispered("as somebody else's words")
    await kept.until(kept.settled)
    (note,) = await timeline(kept, found, Happening.NOTE)
    assert not note.trusted
    assert note.text == "UVIC wrote: the deploy of 02:39 did it, <!channel>"


async def test_a_message_outside_of_any_incident_is_put_nowhere(at: House) -> None:
    await used(at, "note_message", at.workspace.post("C1", "UVIC", "lunch?"))
    await at.whispered("no incident's channel")


async def test_what_was_missed_is_told_to_who_asks_alone(kept: House) -> None:
    await kept.deliveries.command("UBOB", "catchup")
    await kept.whispered("Say which incident")
    room = await opened_room(kept)
    said = len(kept.whispers())
    await kept.deliveries.command("UBOB", "catchup", room)
    await kept.until(lambda: len(kept.whispers()) > said)
    assert "catch" not in "".join(says(each) for each in kept.ours(room)).lower()


async def test_review_hand_over_and_numbers_are_told_to_who_asks_and_the_note_in_the_room(kept: House) -> None:
    await kept.deliveries.command("UALICE", "review")
    await kept.whispered("Say which incident: /qd review NUMBER.")
    room = await opened_room(kept)
    await kept.deliveries.command("UALICE", "review", room)
    await kept.whispered("Post-incident review")
    await kept.deliveries.command("UALICE", "handover 1")
    await kept.until(lambda: any("andover" in says(each) or "and over" in says(each) for each in kept.ours(room)))
    await kept.deliveries.command("UALICE", "numbers team")
    told = await kept.whispered("Incidents in numbers")
    assert "MTTD" in says(told)
    assert "by team" in says(told)


async def test_incidents_are_listed_shown_and_linked_to(at: House) -> None:
    await at.deliveries.command("UALICE", "incident")
    await at.whispered("No incident is open.")
    await declared(at)
    await at.deliveries.command("UALICE", "incident")
    await at.whispered("1: checkout is failing")
    await at.deliveries.command("UALICE", "incident 1")
    await at.whispered("Incident 1: checkout is failing")
    message = at.workspace.post("C1", "UALICE", "see")
    link = {"url": f"{ORIGIN}/console/incidents/1", "domain": "quarterdeck.test"}
    told = {"type": "link_shared", "user": "UALICE", "channel": "C1", "message_ts": message["ts"]}
    await at.deliveries.event({**told, "links": [link]})
    await at.until(lambda: bool(at.workspace.unfurls))
    assert "Incident 1: checkout is failing" in json.dumps(at.workspace.unfurls[0]["unfurls"])


async def test_home_shows_the_incidents_that_are_open(at: House) -> None:
    await at.deliveries.event({"type": "app_home_opened", "user": "UBOB", "channel": "DBOB", "tab": "home"})
    await at.until(lambda: "UBOB" in at.workspace.homes)
    assert "Incidents" not in says(at.workspace.homes["UBOB"])
    await declared(at)
    await at.until(lambda: "1: checkout is failing" in says(at.workspace.homes["UBOB"]))


async def timeline(at: House, incident: Incident, kind: Happening) -> list[Any]:
    page = await at.care.room.timeline(at.person("alice"), incident.id, Window(kinds=(kind,)), None, 50)
    return [*page.items]


async def opened_room(at: House) -> str:
    """Have an incident be declared, and return its channel once there is one."""
    await declared(at)

    def there() -> list[str]:
        return [name for name, each in at.workspace.channels.items() if each["name"].startswith("inc-1-")]

    await at.until(lambda: bool(there()))
    (channel,) = there()

    async def known() -> bool:
        return await at.rooms.desk.at(TENANT, NAME, place_of(TEAM, channel)) is not None

    await at.eventually(known)
    return channel
