"""People decide on a plan by its card: each button does what it says, once, for who may, on what was shown."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from memory.model.approval import Assurance, Verdict
from memory.model.bodies import EntryKind
from memory.model.people import Surface
from memory.model.record import LogFilter
from memory.model.run import RunStatus
from tests.bot.surfaces.slack.house import House, blocks_of, everybody, house, says
from tests.fakes.estate import Fault
from tests.fakes.people import TENANT, glass
from tests.fakes.slack.server import SlackServer
from tools.approvals import Requirement

pytestmark = pytest.mark.timeout(60)


def joined_by(slack: SlackServer) -> SlackServer:
    """Return the workspace with everybody in it."""
    workspace = next(iter(slack.workspaces.values()))
    for user in ("UCARA", "UVIC", "UADA"):
        workspace.add_user(user, user[1:].lower())
        workspace.channels["C1"]["members"].append(user)
    return slack


@pytest.fixture
async def at(tmp_path: Path, slack: SlackServer) -> AsyncIterator[House]:
    async with house(tmp_path, joined_by(slack), rules=glass()) as made:
        await everybody(made.store)
        yield made


async def waiting(at: House, what: str = "roll back checkout") -> tuple[str, dict[str, Any]]:
    """Have Alice ask for a plan; return its thread and its card as it was shown."""
    thread = await at.deliveries.mention("C1", "UALICE", what)
    return thread, dict(await at.card(thread))


def labels(message: dict[str, Any]) -> list[str]:
    rows = [block for block in blocks_of(message) if block["type"] == "actions"]
    return [each["text"]["text"] for row in rows for each in row["elements"]]


async def test_a_no_needs_a_reason_and_shows_it(at: House) -> None:
    thread, card = await waiting(at)
    await at.deliveries.press("UBOB", "C1", card, "deny")
    window = await at.window()
    refused = (await at.submit("UBOB", window, reason="")).json()
    assert refused["response_action"] == "errors"
    assert (await at.runs())[0].approvals == ()
    await at.submit("UBOB", window, reason="payday is not the day for it")
    denied = await at.shows(thread, "Denied by Bob at ")
    assert "payday is not the day for it" in says(denied)
    assert labels(denied) == ["Why?", "Receipts"]


async def test_a_question_goes_to_who_asked_for_the_plan_in_its_thread(at: House) -> None:
    thread, card = await waiting(at)
    await at.deliveries.press("UBOB", "C1", card, "ask_more")
    await at.submit("UBOB", await at.window(), reason="Is <!channel> 1.4.1 tested?")
    await at.until(lambda: len(at.thread(thread)) == 3)
    asked = at.thread(thread)[-1]
    (pieces, quoted) = (part["elements"] for part in asked["blocks"][0]["elements"])
    assert pieces[0] == {"type": "user", "user_id": "UALICE"}
    assert quoted == [{"type": "text", "text": "Is <!channel> 1.4.1 tested?"}]
    assert (await at.runs())[0].status is RunStatus.WAITING


async def test_an_edit_makes_another_plan_and_voids_the_old_one_with_what_was_said_to_it(at: House) -> None:
    thread, card = await waiting(at, "roll back payments")
    await at.deliveries.press("UBOB", "C1", card, "approve")
    await at.shows(thread, "Approved by Bob at ")
    await at.deliveries.press("UALICE", "C1", card, "edit")
    window = await at.window()
    shown = {each["block_id"]: each["element"]["initial_value"] for each in window["blocks"][1:]}
    assert shown == {"service": "payments", "environment": "production", "version": "3.0.0"}
    await at.submit("UALICE", window, **{**shown, "version": "2.9.9"})
    new = await at.shows(thread, "version: 3.0.1 → 2.9.9")
    old = await at.shows(thread, "Withdrawn")
    assert old["ts"] == card["ts"] != new["ts"]
    assert "Approved" not in says(new)
    waits, over = await at.runs()
    assert (waits.status, over.status) == (RunStatus.WAITING, RunStatus.CANCELLED)
    assert waits.approvals == ()


async def test_an_edit_that_did_not_become_just_that_leaves_the_old_plan(at: House) -> None:
    _, card = await waiting(at)
    await at.deliveries.press("UALICE", "C1", card, "edit")
    await at.submit("UALICE", await at.window(), service="checkout", environment="production", version="1.4.2")
    await at.whispered("the old one stays")
    assert [run.status for run in await at.runs()] == [RunStatus.WAITING]


async def test_who_may_neither_withdraw_nor_deny_may_not_edit(at: House) -> None:
    _, card = await waiting(at)
    await at.deliveries.press("UVIC", "C1", card, "edit")
    await at.whispered("Ask for more instead.")
    assert at.workspace.views == {}


async def test_more_shows_each_person_their_own_choices(at: House) -> None:
    thread, card = await waiting(at)
    await at.deliveries.press("UALICE", "C1", card, "more")
    mine = await at.whispered("What you may do")
    assert labels(mine) == ["Withdraw", "Break glass", "Why?"]
    await at.deliveries.press("UALICE", "C1", {**mine, "ts": card["ts"], "blocks": blocks_of(mine)}, "withdraw")
    await at.shows(thread, "Withdrawn")


async def test_breaking_the_glass_takes_a_reason_and_is_shown_to_all(at: House) -> None:
    thread, card = await waiting(at)
    await at.deliveries.press("UALICE", "C1", card, "more")
    mine = await at.whispered("What you may do")
    place = {**mine, "ts": card["ts"], "thread_ts": thread, "blocks": blocks_of(mine)}
    await at.deliveries.press("UALICE", "C1", place, "break_glass")
    await at.submit("UALICE", await at.window(), reason="everybody else is asleep")
    done = await at.shows(thread, "Done and verified")
    assert "BREAK-GLASS by Alice" in says(done)
    assert "everybody else is asleep" in says(done)


async def test_who_approved_may_approve_the_same_for_a_while(at: House) -> None:
    thread, card = await waiting(at, "roll back payments")
    await at.deliveries.press("UBOB", "C1", card, "approve")
    await at.shows(thread, "Approved by Bob at ")
    await at.deliveries.press("UBOB", "C1", card, "more")
    mine = await at.whispered("What you may do")
    assert "Approve the same for 30 minutes" in labels(mine)
    await at.deliveries.press("UBOB", "C1", {**mine, "ts": card["ts"], "blocks": blocks_of(mine)}, "standing")
    await at.whispered("The same is approved until")
    (given,) = await at.store.standing.of(TENANT)
    assert given.approver == "bob"
    await at.deliveries.event({"type": "app_home_opened", "user": "UBOB", "channel": "DBOB", "tab": "home"})
    await at.until(lambda: "of 5 used" in says(at.workspace.homes.get("UBOB", {})))
    home = {"blocks": at.workspace.homes["UBOB"]["blocks"], "ts": ""}
    await at.deliveries.press("UBOB", "", home, "revoke")
    await at.until(lambda: "You approve nothing in advance." in says(at.workspace.homes["UBOB"]))


async def test_why_is_told_to_who_asks(at: House) -> None:
    _, card = await waiting(at)
    await at.deliveries.press("UVIC", "C1", card, "why")
    await at.whispered("Policy: ")


async def test_a_stale_card_is_refused_and_brought_up_to_date(at: House) -> None:
    thread, card = await waiting(at)
    (run,) = await at.runs()
    forged = dict(card)
    forged["blocks"] = [
        block
        if block["type"] != "actions"
        else {**block, "elements": [{**each, "value": f"{run.id} {'0' * 64}"} for each in block["elements"]]}
        for block in card["blocks"]
    ]
    before = len(at.workspace.called("chat.update"))
    await at.deliveries.press("UBOB", "C1", forged, "approve")
    await at.whispered("digest")
    await at.until(lambda: len(at.workspace.called("chat.update")) > before)
    assert (await at.runs())[0].approvals == ()
    assert "Waiting for approval" in says(at.cards(thread)[0])


async def test_a_press_on_a_plan_that_is_over_is_refused_and_told_to_that_person(at: House) -> None:
    thread, card = await waiting(at)
    await at.desk.cancel(at.person("alice"), (await at.runs())[0].id, "")
    await at.shows(thread, "Withdrawn")
    await at.deliveries.press("UBOB", "C1", card, "approve")
    await at.until(at.whispers)
    assert at.estate.effects == {}


async def test_where_policy_asks_for_a_passkey_the_button_opens_its_page(
    tmp_path: Path, slack: SlackServer
) -> None:
    asked = Requirement(assurance=Assurance.PASSKEY)
    async with house(tmp_path, joined_by(slack), asked) as at:
        await everybody(at.store)
        thread, card = await waiting(at)
        (run,) = await at.runs()
        row = next(block for block in card["blocks"] if block["type"] == "actions")
        assert row["elements"][0]["url"] == f"http://quarterdeck.test/console/approve/{run.id}"
        assert labels(card)[0] == "Approve with a passkey"
        await at.deliveries.press("UBOB", "C1", card, "sign")  # Slack tells of links that were opened, too
        await at.until(at.settled)
        assert (await at.runs())[0].approvals == ()
        assert len(at.thread(thread)) == 2


async def test_what_was_verified_is_kept_beside_the_approval_without_what_is_secret(at: House) -> None:
    thread, card = await waiting(at)
    await at.deliveries.press("UBOB", "C1", card, "approve")
    await at.shows(thread, "Approved by Bob at ")
    page = await at.store.ledger.matching(TENANT, LogFilter(kinds=(EntryKind.APPROVAL,)), 0, 9)
    kept = await at.kept(page[0].entry)
    assert b'"surface":"slack"' in kept
    assert b'"action_id":"approve"' in kept
    for secret in (b"response_url", b"trigger_id", b'"token"', b"hooks/actions"):
        assert secret not in kept


async def test_what_did_not_end_well_calls_who_asked_once(at: House) -> None:
    thread, card = await waiting(at)
    at.estate.faults = [Fault.REFUSED]
    await at.deliveries.press("UBOB", "C1", card, "approve")
    await at.shows(thread, "Failed")
    await at.until(lambda: len(at.thread(thread)) == 3)
    cried = at.thread(thread)[-1]
    assert cried["blocks"][0]["elements"][0]["elements"][0] == {"type": "user", "user_id": "UALICE"}
    (run,) = await at.runs()
    await at.side.board.refresh(run.id, anew=True)
    assert len(at.thread(thread)) == 3


async def test_a_card_that_was_deleted_comes_back_when_it_changes(at: House) -> None:
    thread, card = await waiting(at)
    del at.workspace.channels["C1"]["messages"][card["ts"]]
    await at.decide("bob", Verdict.APPROVE, Surface.CONSOLE)
    back = await at.shows(thread, "Approved by Bob at ")
    assert back["ts"] != card["ts"]


async def test_a_channel_that_was_archived_is_left_alone(at: House) -> None:
    thread, _ = await waiting(at)
    at.workspace.channels["C1"]["is_archived"] = True
    await at.decide("bob", Verdict.APPROVE, Surface.CONSOLE)
    (run,) = await at.runs()

    async def over() -> bool:
        shown = await at.store.slack_cards.find(TENANT, run.id)
        return shown is not None and shown.over

    await at.eventually(over)
    assert "Waiting for approval" in says(at.cards(thread)[0])


async def test_a_decision_made_elsewhere_is_shown_here(at: House) -> None:
    thread, _ = await waiting(at)
    await at.decide("bob", Verdict.APPROVE, Surface.CONSOLE)
    await at.shows(thread, "Done and verified")


async def test_a_run_that_is_under_way_is_paused_and_goes_on_by_buttons(at: House) -> None:
    thread, card = await waiting(at)
    at.estate.hold = asyncio.Event()
    await at.deliveries.press("UBOB", "C1", card, "approve")
    running = dict(await at.shows(thread, "Running"))
    assert labels(running)[:2] == ["Pause", "Cancel"]
    await at.deliveries.press("UVIC", "C1", running, "pause")
    await at.until(at.whispers)
    await at.deliveries.press("UBOB", "C1", running, "pause")
    paused = dict(await at.shows(thread, "Paused by Bob at "))
    assert labels(paused)[0] == "Resume"
    await at.deliveries.press("UALICE", "C1", paused, "resume")
    at.estate.hold.set()
    await at.shows(thread, "Done and verified")


async def test_a_card_comes_to_say_the_newest_however_often_it_changes_and_without_a_flood(at: House) -> None:
    thread, card = await waiting(at, "roll back payments")
    (run,) = await at.runs()
    before = len(at.workspace.called("chat.update"))
    for _ in range(200):
        at.bus.publish(at.event(run))
    await at.deliveries.press("UBOB", "C1", card, "approve")
    await at.shows(thread, "Approved by Bob at ")
    assert len(at.workspace.called("chat.update")) - before < 5


async def test_an_older_state_never_takes_the_place_of_a_newer_one(at: House) -> None:
    thread, card = await waiting(at)
    (run,) = await at.runs()
    shown = await at.store.slack_cards.find(TENANT, run.id)
    assert shown is not None
    await at.deliveries.press("UBOB", "C1", card, "approve")
    await at.shows(thread, "Done and verified")

    async def over() -> bool:
        now = await at.store.slack_cards.find(TENANT, run.id)
        return now is not None and now.over

    await at.eventually(over)
    assert not await at.store.slack_cards.move(shown)
    assert await over()
