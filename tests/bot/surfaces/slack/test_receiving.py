"""What Slack sends is verified, written down, acknowledged and then worked on: once, whatever it does."""

import asyncio
import json

import pytest

from bot.surfaces.slack.ports import ArrivalKind
from bot.surfaces.slack.receiving.door import LONGEST
from memory.errors import PolicyDenied, StoreUnavailable
from tests.bot.surfaces.slack.room import Node
from tests.fakes.slack.workspace import BOT, BOT_USER


async def heard(here: Node, count: int = 1) -> None:
    await here.slack.until(lambda: len(here.talking.done) >= count)


async def settled(here: Node) -> None:
    """Return once nothing is worked on any more."""
    async with asyncio.timeout(10):
        while await here.store.arrivals.waiting("acme"):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.005)


async def test_a_mention_reaches_the_talking_side_as_its_person(here: Node) -> None:
    ts = await here.deliveries.mention("C1", "UALICE", "what is wrong with <#C1|checkout> &amp; co?")
    await heard(here)
    visit = here.talking.done[0]
    assert (visit.person.id, visit.arrival.text) == ("alice", "what is wrong with #checkout & co?")
    assert (visit.arrival.kind, visit.arrival.thread, visit.web.bot_user) == (ArrivalKind.MESSAGE, ts, BOT_USER)


@pytest.mark.parametrize(("lost", "times"), [(0, 1), (0, 4), (1, 1), (2, 2), (3, 1)])
async def test_lost_and_repeated_deliveries_are_one_arrival(here: Node, lost: int, times: int) -> None:
    await here.deliveries.mention("C1", "UALICE", "status", lost=lost, times=times)
    await heard(here)
    await settled(here)
    assert here.talking.heard() == [("alice", "status")]


async def test_a_mention_that_also_comes_as_a_message_is_one_arrival(here: Node) -> None:
    slack = here.slack.workspaces["xoxb-acme"]
    message = slack.post("C1", "UALICE", f"<@{BOT_USER}> status") | {"channel": "C1"}
    await here.deliveries.event({**message, "channel_type": "channel"})
    await here.deliveries.event({**message, "type": "app_mention"})
    await heard(here)
    await settled(here)
    assert here.talking.heard() == [("alice", "status")]


async def test_a_command_and_a_click_that_come_twice_are_done_once(here: Node) -> None:
    for _ in range(2):
        answer = await here.deliveries.command("UALICE", "help", trigger_id="1.2.abc")
        assert (answer.status_code, answer.content) == (200, b"")
    message = {
        "ts": "1.000001",
        "blocks": [{"type": "actions", "block_id": "b", "elements": [{"action_id": "yes:1", "value": "v"}]}],
    }
    pressed = {"actions": [{"action_id": "yes:1", "block_id": "b", "action_ts": "9.1", "value": "v"}]}
    for _ in range(2):
        await here.deliveries.press("UBOB", "C1", message, "yes", **pressed)
    await heard(here, 2)
    await settled(here)
    assert sorted(visit.arrival.kind for visit in here.talking.done) == [ArrivalKind.CLICK, ArrivalKind.COMMAND]


async def test_what_bots_say_and_what_only_changed_its_look_is_ignored(here: Node) -> None:
    said = {"type": "message", "channel": "DALICE", "channel_type": "im", "ts": "5.1"}
    for event in (
        {**said, "bot_id": BOT, "user": BOT_USER, "text": "mine"},
        {**said, "subtype": "bot_message", "text": "theirs"},
        {**said, "subtype": "channel_join", "user": "UALICE", "text": "joined"},
        {**said, "subtype": "message_changed", "message": {"ts": "5.0", "user": "UALICE", "text": "a preview"}},
    ):
        assert (await here.deliveries.event(event)).status_code == 200
    await here.deliveries.direct("DALICE", "UALICE", "status")
    await heard(here)
    await settled(here)
    assert here.talking.heard() == [("alice", "status")]


def _edit(ts: str, text: str) -> dict[str, object]:
    message = {
        "type": "message",
        "user": "UALICE",
        "ts": ts,
        "text": text,
        "edited": {"user": "UALICE", "ts": "8.1"},
    }
    return {"type": "message", "subtype": "message_changed", "channel": "DALICE", "ts": "8.2", "message": message}


def _said(ts: str, text: str) -> dict[str, object]:
    return {
        "type": "message",
        "channel": "DALICE",
        "channel_type": "im",
        "user": "UALICE",
        "ts": ts,
        "text": text,
    }


async def test_an_edit_that_comes_before_its_message_is_what_is_read(here: Node) -> None:
    await here.deliveries.event(_edit("7.1", "status of checkout"))
    await here.deliveries.event(_said("7.1", "sttaus"))
    await heard(here)
    assert here.talking.heard() == [("alice", "status of checkout")]
    assert here.talking.done[0].arrival.edited


async def test_an_edit_after_the_answer_says_nothing_new(here: Node) -> None:
    await here.deliveries.event(_said("7.1", "status"))
    await heard(here)
    await settled(here)
    await here.deliveries.event(_edit("7.1", "rollback checkout"))
    await here.deliveries.event(_said("7.1", "status"))
    await settled(here)
    assert here.talking.heard() == [("alice", "status")]


async def test_a_message_that_is_deleted_before_it_comes_is_never_answered(here: Node) -> None:
    gone = {"type": "message", "subtype": "message_deleted", "channel": "DALICE", "ts": "8.2", "deleted_ts": "7.1"}
    await here.deliveries.event(gone)
    await here.deliveries.event(_said("7.1", "rollback checkout"))
    await here.deliveries.event(_said("7.2", "status"))
    await heard(here)
    await settled(here)
    assert here.talking.heard() == [("alice", "status")]


async def test_every_acknowledgement_is_quick_while_fifty_turns_are_under_way(here: Node) -> None:
    here.talking.open.clear()
    for number in range(80):  # more than are worked on at once
        await here.deliveries.event(_said(f"7.{number:06d}", f"status {number}"))
    await here.slack.until(lambda: len(here.talking.begun) >= 50)
    assert max(here.deliveries.took_s) < 3.0
    here.talking.open.set()
    await heard(here, 80)
    assert len({text for _, text in here.talking.heard()}) == 80


async def test_what_fails_for_a_while_is_tried_again(here: Node) -> None:
    here.talking.failing = [StoreUnavailable("expected a store, found none")]
    await here.deliveries.command("UALICE", "help")
    await heard(here)
    assert len(here.talking.begun) == 2


async def test_what_is_refused_is_told_to_the_person_alone(here: Node) -> None:
    here.talking.failing = [PolicyDenied("expected somebody who may, found alice", hint="Ask Bob.")]
    await here.deliveries.command("UALICE", "rollback checkout")
    await here.slack.until(lambda: bool(here.slack.responded))
    [(_, told)] = here.slack.responded
    assert told["response_type"] == "ephemeral"
    assert "expected somebody who may, found alice" in json.dumps(told)


async def test_a_forged_request_changes_nothing_and_is_noted_without_its_words(
    here: Node, capsys: pytest.CaptureFixture[str]
) -> None:
    body = b'{"type":"event_callback","secret":"lemon"}'
    at = {"X-Slack-Request-Timestamp": "1"}
    for headers in (at, {"X-Slack-Signature": "v0=00"}):
        answer = await here.deliveries.send(body, "application/json", headers=headers)
        assert answer.status_code == 401
        assert "lemon" not in answer.text
    assert here.doorkeeper.turned_away == [("auth.failed", ""), ("auth.failed", "")]
    assert await here.store.arrivals.waiting("acme") == 0
    assert "lemon" not in "".join(capsys.readouterr())


async def test_a_replay_after_five_minutes_is_refused(here: Node) -> None:
    answer = await here.deliveries.send(b"{}", "application/json", at=1_700_000_000)
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.failed")


async def test_a_body_beyond_the_limit_is_not_read_to_its_end(here: Node) -> None:
    answer = await here.deliveries.send(b" " * (LONGEST + 1), "application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "input.too_large")


async def test_slacks_own_handshakes_are_answered(here: Node) -> None:
    challenge = json.dumps({"type": "url_verification", "challenge": "abc", "token": "legacy"}).encode()
    answer = await here.deliveries.send(challenge, "application/json")
    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})
    check = await here.deliveries.send(b"ssl_check=1&token=legacy", "application/x-www-form-urlencoded")
    assert check.status_code == 200


async def test_a_modal_with_mistakes_is_answered_at_once_and_not_worked_on(here: Node) -> None:
    here.talking.at_once_says = {"response_action": "errors", "errors": {"reason": "Say why."}}
    view = {"id": "V1", "hash": "1.a", "callback_id": "deny", "type": "modal", "state": {"values": {}}}
    payload = {
        "type": "view_submission",
        "team": {"id": "T0ACME"},
        "user": {"id": "UALICE", "team_id": "T0ACME"},
        "view": view,
    }
    answer = await here.deliveries.interaction(payload)
    assert answer.json() == {"response_action": "errors", "errors": {"reason": "Say why."}}
    here.talking.at_once_says = {}
    answer = await here.deliveries.interaction(payload)
    assert (answer.status_code, answer.content) == (200, b"")
    await heard(here)
    assert [visit.arrival.name for visit in here.talking.done] == ["deny"]
