"""Slack from a question to the receipt, in one thread, whatever Slack and the bus lose, repeat or delay."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from memory.model.run import RunStatus
from tests.bot.surfaces.behind import Deaf
from tests.bot.surfaces.slack.house import House, everybody, house, says
from tests.bot.surfaces.slack.room import PACE, workspace
from tests.fakes.slack.server import SlackServer

pytestmark = pytest.mark.timeout(90)


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    filled = workspace()
    for user in ("UCARA", "UVIC", "UADA"):
        filled.add_user(user, user[1:].lower())
        filled.channels["C1"]["members"].append(user)
    async with SlackServer(filled, pace=PACE).serving() as served:
        yield served


@pytest.fixture
async def at(tmp_path: Path, slack: SlackServer) -> AsyncIterator[House]:
    async with house(tmp_path, slack) as made:
        await everybody(made.store)
        yield made


async def approve(at: House, user: str, card: dict[str, Any], *, times: int = 1) -> None:
    """Press Approve, with the very same press delivered so many times."""
    for _ in range(times):
        await at.deliveries.press(user, "C1", card, "approve", trigger_id=f"{user}.{card['ts']}")


def outside(at: House, thread: str) -> list[dict[str, Any]]:
    """Return what we said in the channel and not in the thread."""
    inside = {each["ts"] for each in at.thread(thread)}
    return [each for each in at.ours("C1") if each["ts"] not in inside]


def buttons(message: dict[str, Any]) -> list[str]:
    rows = [block for block in message["blocks"] if block["type"] == "actions"]
    return [each["action_id"] for row in rows for each in row["elements"]]


@pytest.mark.parametrize(
    ("how", "delivered"),
    [("heard", {}), ("twice", {"times": 3}), ("lost", {"lost": 2}), ("late", {"lost": 1, "times": 2})],
)
async def test_from_a_question_to_the_receipt_in_one_thread(at: House, how: str, delivered: Any) -> None:
    at.bus.how = how
    thread = await at.deliveries.mention("C1", "UALICE", "what is wrong with checkout?", **delivered)
    await at.until(lambda: bool(at.thread(thread)))
    answer = at.thread(thread)[0]
    assert "31 % of its requests [1]" in says(answer)
    assert "image" in {block["type"] for block in answer["blocks"]}

    await at.deliveries.mention("C1", "UALICE", "roll back payments", thread, **delivered)
    card = dict(await at.card(thread))
    assert "Needs: 2 approvals, not from Alice" in says(card)
    assert "version: 3.0.1 → 3.0.0" in says(card)
    assert "owned by money (payments)" in says(card)
    assert buttons(card)[:2] == ["approve", "deny"]

    await approve(at, "UBOB", card, times=delivered.get("times", 1))
    await at.shows(thread, "Approved by Bob at ")
    await approve(at, "UCARA", card, times=delivered.get("times", 1))
    done = await at.shows(thread, "Done and verified")
    assert "Approved by Cara at " in says(done)
    assert buttons(done) == ["why", "receipts"]
    assert at.estate.versions["payments"] == "3.0.0"
    assert sum(at.estate.effects.values()) == 1

    assert len(at.cards(thread)) == 1, "a run has one card"
    assert len(at.thread(thread)) == 3, "an answer, the words of the plan, and its card: no flood"
    await at.until(lambda: len(outside(at, thread)) == 1)
    (day,) = outside(at, thread)
    assert "1 plan done and verified on" in says(day), "what goes well is one message of the channel for each day"
    assert (await at.told()).count("approval") == 2
    assert not [error for method, error in at.slack.refused if error != "ratelimited"]


async def test_of_two_clicks_at_once_by_one_person_one_counts(at: House) -> None:
    thread = await at.deliveries.mention("C1", "UALICE", "roll back payments")
    card = dict(await at.card(thread))
    await asyncio.gather(*(at.deliveries.press("UBOB", "C1", card, "approve") for _ in range(2)))
    await at.shows(thread, "Approved by Bob at ")
    await at.until(at.settled)
    (run,) = await at.runs()
    assert [each.approver for each in run.approvals] == ["bob"]
    assert run.status is RunStatus.WAITING
    assert at.whispers() == []


async def test_of_two_people_who_click_at_once_both_count_and_it_runs_once(at: House) -> None:
    thread = await at.deliveries.mention("C1", "UALICE", "roll back payments")
    card = dict(await at.card(thread))
    await asyncio.gather(*(at.deliveries.press(user, "C1", card, "approve") for user in ("UBOB", "UCARA")))
    await at.shows(thread, "Done and verified")
    assert sum(at.estate.effects.values()) == 1


async def test_a_click_by_somebody_who_may_not_is_told_to_them_alone_and_stands_in_the_log(at: House) -> None:
    thread = await at.deliveries.mention("C1", "UALICE", "roll back checkout")
    card = dict(await at.card(thread))
    await at.deliveries.press("UALICE", "C1", card, "approve")
    own = await at.whispered("Expected somebody other than alice, who asked for this plan.")
    assert own["user"] == "UALICE"
    await at.deliveries.press("UVIC", "C1", card, "approve")
    vic = await at.whispered("vic")
    assert vic["user"] == "UVIC"
    assert "It needs 1 approval, not from Alice; given so far: 0." in says(vic)
    assert (await at.told()).count("denial") == 2
    (run,) = await at.runs()
    assert run.approvals == ()
    assert len(at.thread(thread)) == 2


async def test_a_restart_between_request_and_approval_loses_nothing(tmp_path: Path, slack: SlackServer) -> None:
    async with house(tmp_path, slack) as first:
        await everybody(first.store)
        thread = await first.deliveries.mention("C1", "UALICE", "roll back checkout")
        card = dict(await first.card(thread))
    async with house(tmp_path, slack) as second:
        await approve(second, "UBOB", card)
        done = await second.shows(thread, "Done and verified")
        assert done["ts"] == card["ts"]
        assert len(second.thread(thread)) == 2


async def test_a_plan_decided_while_nobody_was_there_is_shown_as_it_stands_after_the_start(
    tmp_path: Path, slack: SlackServer
) -> None:
    deaf = Deaf()
    async with house(tmp_path, slack, bus=deaf) as first:
        await everybody(first.store)
        thread = await first.deliveries.mention("C1", "UALICE", "roll back checkout")
        await first.card(thread)
        (run,) = await first.runs()
    slack.failing["chat.update"] = ["internal_error"] * 3
    async with house(tmp_path, slack) as second:
        await second.desk.cancel(second.person("alice"), run.id, "changed my mind")
        gone = await second.shows(thread, "Withdrawn")
        assert "approve" not in buttons(gone)


async def test_what_tools_say_can_call_nobody_forge_no_link_and_hide_nothing(at: House) -> None:
    at.thinking.says = "<!channel> <@UALICE> *bold* <https://evil.test|docs> [docs](https://evil.test) \u202egnp"
    thread = await at.deliveries.mention("C1", "UALICE", "hello")
    await at.until(lambda: bool(at.thread(thread)))
    answer = at.thread(thread)[0]
    assert "<!channel>" not in answer["text"]
    pieces = [piece for part in answer["blocks"][0]["elements"] for piece in part["elements"]]
    assert {piece["type"] for piece in pieces} == {"text"}
    assert "".join(piece["text"] for piece in pieces).startswith("<!channel> <@UALICE> *bold*")
    assert "⟨U+202E⟩gnp" in says(answer)
    assert "mrkdwn" not in json.dumps(answer)


async def test_two_nodes_show_a_plan_once_and_bring_it_up_to_date_together(
    tmp_path: Path, slack: SlackServer
) -> None:
    deaf = Deaf()
    async with house(tmp_path, slack, bus=deaf) as first, house(tmp_path, slack) as second:
        await everybody(first.store)
        thread = await first.deliveries.mention("C1", "UALICE", "roll back payments", times=3)
        card = dict(await first.card(thread))
        deaf.how = "lost"  # what the second node does, the first one hears of by looking alone
        await second.deliveries.press("UBOB", "C1", card, "approve")
        await first.deliveries.press("UCARA", "C1", card, "approve")
        done = await second.shows(thread, "Done and verified")
        assert "Approved by Bob at " in says(done)
        assert "Approved by Cara at " in says(done)
        assert len(first.thread(thread)) == 2
        assert sum((first.estate.effects + second.estate.effects).values()) == 1


@pytest.mark.parametrize("after", ["chat.postMessage", "chat.update"])
async def test_a_process_that_dies_while_it_shows_a_plan_leaves_one_card(
    tmp_path: Path, slack: SlackServer, after: str
) -> None:
    async with house(tmp_path, slack) as first:
        await everybody(first.store)
        slack.failing[after] = [503] * 2  # Slack did nothing, or so it seems
        thread = await first.deliveries.mention("C1", "UALICE", "roll back checkout")
        await first.until(lambda: not slack.failing[after] or bool(first.cards(thread)))
    slack.failing.clear()
    async with house(tmp_path, slack) as second:
        card = dict(await second.card(thread))
        await approve(second, "UBOB", card)
        await second.shows(thread, "Done and verified")
        assert len(second.cards(thread)) == 1
