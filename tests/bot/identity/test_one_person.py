"""Who counts is the person, by whatever account: nobody approves their own plan, and no stranger approves any."""

import pytest

from memory.errors import ApprovalRefused, AuthenticationFailed, QuarterdeckError, SelfApproval
from memory.model.approval import Ballot, Verdict
from memory.model.people import Principal, Surface
from memory.model.run import Run, RunStatus
from tests.bot.identity.room import OTHER, SLACK, Room
from tests.bot.identity.test_linking import linked
from tests.fakes.people import TENANT


async def approve(room: Room, run: Run, approver: Principal) -> Run:
    """Say yes as this person does in a chat."""
    ballot = Ballot(
        approver=approver.id, plan_digest=run.plan_digest, verdict=Verdict.APPROVE, surface=Surface.SLACK
    )
    return await room.runner.decide(TENANT, run.id, ballot)


async def test_a_second_account_that_is_linked_is_the_same_person_and_cannot_approve(room: Room) -> None:
    for account in (SLACK, OTHER):
        await linked(room, "alice", account)
    first, second = [await room.identity.accounts.resolve(each) for each in (SLACK, OTHER)]
    assert first == second == room.person("alice")
    assert first is not None
    assert second is not None
    run = await room.propose(first)
    with pytest.raises(SelfApproval):
        await approve(room, run, second)
    assert (await room.store.runs.get(TENANT, run.id)).status is RunStatus.WAITING


async def test_a_second_account_that_is_not_linked_is_nobody(room: Room) -> None:
    await linked(room, "alice", SLACK)
    await room.propose(room.person("alice"))
    assert await room.identity.accounts.resolve(OTHER) is None


async def test_an_account_of_the_provider_that_is_not_linked_is_not_let_in_beside_its_owner(room: Room) -> None:
    await room.propose(room.person("alice"))
    refused = await room.arrived(room.client(), "u-alice")
    assert refused.status_code == 401
    assert [each.id for each in room.directory.people()] == ["ada", "alice", "bob", "robot", "vic"]


async def test_an_account_of_the_provider_that_is_linked_is_its_owner(room: Room) -> None:
    browser = await room.signed_in("alice")
    token = await room.token(browser)
    sent = await browser.post("/console/accounts/sign-on", data={"form_token": token})
    back = await room.provider.answer(room.leads_to(sent), "u-alice")
    arrived = await browser.get(back.removeprefix(room.url))
    assert 'content="0;url=/console/accounts"' in arrived.text
    (waiting,) = await room.identity.linking.waiting_for(room.person("alice"))
    finished = await browser.post(
        f"/console/accounts/links/{waiting.id}/finish", data={"form_token": await room.token(browser)}
    )
    assert finished.status_code == 303
    assert (await room.arrived(again := room.client(), "u-alice")).status_code == 200
    assert "Alice" in (await again.get("/console/accounts")).text
    with pytest.raises(SelfApproval):
        await approve(room, await room.propose(room.person("alice")), room.person("alice"))


async def test_somebody_who_came_by_the_provider_is_known_to_policy_without_a_restart(room: Room) -> None:
    before = room.in_force.now()
    run = await room.propose(room.person("alice"))
    await room.arrived(room.client(), "u-olga")
    after = room.in_force.now()
    assert (before.hash != after.hash, before.text) == (True, after.text)
    assert "olga" not in {each.id for each in before.facts.people}  # what decided before is as it was
    decided = await approve(room, run, room.person("olga"))
    assert [each.approver for each in decided.approvals] == ["olga"]


async def test_somebody_whose_groups_were_taken_away_approves_nothing_any_more(room: Room) -> None:
    run = await room.propose(room.person("alice"))
    await room.arrived(room.client(), "u-olga")
    olga = room.person("olga")
    room.provider.users["u-olga"]["groups"] = ["sre"]
    await room.arrived(room.client(), "u-olga")
    with pytest.raises(QuarterdeckError):
        await approve(room, run, olga)
    assert (await room.store.runs.get(TENANT, run.id)).approvals == ()


async def test_somebody_who_is_disabled_approves_nothing(room: Room) -> None:
    run, bob = await room.propose(room.person("alice")), room.person("bob")
    await room.identity.people.disable(room.person("ada"), "bob")
    with pytest.raises((ApprovalRefused, QuarterdeckError)):
        await approve(room, run, bob)
    assert (await room.store.runs.get(TENANT, run.id)).approvals == ()
    with pytest.raises(AuthenticationFailed):
        room.person("bob")
