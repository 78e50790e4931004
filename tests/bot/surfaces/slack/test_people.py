"""Who somebody in Slack is here: people who linked their account, and nobody else, with what their groups give."""

import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from memory.model.identity import Account, AccountSource
from memory.model.people import Principal
from tests.bot.surfaces.slack.room import Node
from tests.fakes.slack.workspace import TEAM


def account(user: str) -> Account:
    return Account(source=AccountSource.SLACK, issuer=TEAM, subject=user)


def alice() -> Principal:
    return Principal(id="alice", tenant="acme", name="Alice")


async def told(here: Node, count: int = 1) -> list[str]:
    await here.slack.until(lambda: len(here.whispered()) >= count)
    return here.whispered()


async def quiet(here: Node) -> None:
    """Return once Alice, who spoke last, was heard."""
    await here.deliveries.mention("C1", "UALICE", "last")
    await here.slack.until(lambda: any(text == "last" for _, text in here.talking.heard()))


@pytest.mark.parametrize(
    ("user", "says"),
    [
        ("UNEW", "Your Slack account is not linked to anybody here yet"),
        ("UGUEST", "Guests of this workspace have no rights with me."),
        ("USTRANGER", "People of other organisations have no rights with me."),
        ("UNOBODY", "Slack does not tell me who you are"),
    ],
)
async def test_whoever_is_nobody_here_is_told_so_alone_and_once(here: Node, user: str, says: str) -> None:
    here.slack.workspaces["xoxb-acme"].channels["C1"]["members"].append("UNOBODY")
    for text in ("rollback checkout", "please"):
        await here.deliveries.mention("C1", user, text)
    assert (await told(here))[0].startswith(says)
    await quiet(here)
    assert len(here.whispered()) == 1
    assert here.talking.heard() == [("alice", "last")]


async def test_a_stranger_who_clicks_gets_an_answer_each_time_and_nothing_else(here: Node) -> None:
    for _ in range(2):
        await here.deliveries.command("USTRANGER", "approve run_1")
    assert len(await told(here, 2)) == 2
    assert not here.talking.begun


async def test_bots_get_no_answer_at_all(here: Node) -> None:
    here.slack.workspaces["xoxb-acme"].add_user("UBOT", "other", is_bot=True)
    await here.deliveries.mention("C1", "UBOT", "status")
    await quiet(here)
    assert not here.whispered()


async def test_somebody_who_left_has_no_rights_from_the_moment_slack_says_so(here: Node) -> None:
    users = here.slack.workspaces["xoxb-acme"].users
    await quiet(here)
    users["UALICE"]["deleted"] = True
    await here.deliveries.event({"type": "user_change", "user": users["UALICE"]})
    await here.deliveries.command("UALICE", "rollback checkout")
    assert (await told(here))[0].startswith("Slack does not tell me who you are")
    assert here.talking.heard() == [("alice", "last")]


async def test_roles_follow_user_groups_at_once(here: Node) -> None:
    slack = here.slack.workspaces["xoxb-acme"]
    slack.groups["S0ONCALL"] = {"id": "S0ONCALL", "handle": "oncall", "users": ["UBOB"]}
    await here.deliveries.command("UBOB", "status")
    await here.slack.until(lambda: len(here.talking.done) == 1)
    assert {role.value for role in here.talking.done[0].person.roles} == {"approver", "auditor"}
    slack.groups["S0ONCALL"]["users"] = []
    changed = {"type": "subteam_members_changed", "subteam_id": "S0ONCALL", "removed_users": ["UBOB"]}
    await here.deliveries.event(changed)
    await here.slack.until(lambda: len(slack.called("usergroups.list")) == 2)
    await here.deliveries.command("UBOB", "status")
    await here.slack.until(lambda: len(here.talking.done) == 2)
    assert {role.value for role in here.talking.done[1].person.roles} == {"approver"}


async def test_user_groups_are_asked_for_once_and_not_for_each_message(here: Node) -> None:
    for number in range(5):
        await here.deliveries.command("UALICE", f"status {number}")
    await here.slack.until(lambda: len(here.talking.done) == 5)
    slack = here.slack.workspaces["xoxb-acme"]
    assert len(slack.called("usergroups.list")) == 1
    assert len(slack.called("users.info")) <= 5


async def test_a_missing_scope_for_groups_takes_no_one_their_own_roles_and_is_said_once(
    here: Node,
) -> None:
    here.slack.failing["usergroups.list"] = ["missing_scope"] * 10
    with capture_logs() as logs:
        for number in range(3):
            await here.deliveries.command("UALICE", f"status {number}")
        await here.slack.until(lambda: len(here.talking.done) == 3)
    assert {role.value for role in here.talking.done[0].person.roles} == {"operator", "approver"}
    assert [each["event"] for each in logs].count("slack.scope_missing") == 1


def buttons(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for block in answer["blocks"] if block["type"] == "actions" for each in block["elements"]]


async def press(here: Node, user: str, answer: dict[str, Any]) -> None:
    """Press the button of a message that only this person sees."""
    [button] = buttons(answer)
    message = {"ts": "3.000001", "blocks": answer["blocks"]}
    await here.deliveries.press(user, "C1", message, button["action_id"].partition(":")[0])


async def test_an_account_is_linked_once_both_sides_have_said_so(here: Node) -> None:
    await here.deliveries.command("UNEW", "link")
    await told(here)
    [(_, first)] = here.slack.responded
    assert first["response_type"] == "ephemeral"
    code = first["text"].split("Your code is ")[1].split(". It is")[0]
    await here.identity.linking.answer(alice(), code)
    await press(here, "UNEW", first)
    await told(here, 2)
    assert await here.identity.accounts.resolve(account("UNEW")) is None
    await press(here, "UNEW", here.slack.responded[1][1])
    assert "in Slack you are alice" in (await told(here, 3))[2]
    person = await here.identity.accounts.resolve(account("UNEW"))
    assert person is not None
    assert person.id == "alice"


async def test_a_code_is_shown_to_whoever_asked_and_to_nobody_else(here: Node) -> None:
    await here.deliveries.command("UNEW", "link")
    await told(here)
    slack = here.slack.workspaces["xoxb-acme"]
    assert not slack.called("chat.postMessage")
    assert all(said["response_type"] == "ephemeral" for _, said in here.slack.responded)


async def test_a_code_from_the_console_is_typed_here_and_confirmed_there(here: Node) -> None:
    begun = await here.identity.linking.begin(alice())
    await here.deliveries.command("UNEW", f"link {begun.code}")
    await told(here)
    assert "This code is from alice" in here.slack.responded[0][1]["text"]
    await press(here, "UNEW", here.slack.responded[0][1])
    await told(here, 2)
    assert await here.identity.accounts.resolve(account("UNEW")) is None
    [waiting] = await here.identity.linking.waiting_for(alice())
    await here.identity.linking.finish(alice(), waiting.id)
    assert await here.identity.accounts.resolve(account("UNEW")) is not None


async def test_a_wrong_code_is_refused_in_words(here: Node) -> None:
    await here.deliveries.command("UNEW", "link XXXX-XXXX")
    assert json.dumps(await told(here)).count("That did not work") == 1


async def test_somebody_unlinks_their_own_account(here: Node) -> None:
    await here.deliveries.command("UALICE", "unlink")
    await told(here)
    assert await here.identity.accounts.resolve(account("UALICE")) is None
