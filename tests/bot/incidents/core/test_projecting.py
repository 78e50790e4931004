"""What stands in the ledger stands in the timeline: each entry once, with its cause, on whichever node."""

import asyncio
from pathlib import Path

import pytest

from bot.incidents.projecting import Projection
from memory.errors import StoreUnavailable
from memory.model.approval import Assurance, Verdict
from memory.model.bodies import Acted, Approved, Body, Decided, Granted, Interpreted, MessageReceived, Planned
from memory.model.incident import Happening, TimelineEntry
from memory.model.intent import IntentKind
from memory.model.people import Surface
from memory.model.record import SYSTEM, Attachment, Record
from memory.model.run import Outcome, RunStatus, StepRecord, StepStatus
from tests.bot.incidents.core.houses import CHECKOUT, CareHouse, by, care_house, moment
from tests.memory.samples import run
from tools.capabilities import EVERY

pytestmark = pytest.mark.unchained("entries are written by hand, and what approved them is beside the point")
HASH = "0" * 64


def follower(house: CareHouse) -> Projection:
    return Projection(house.store, house.told.append, house.clock, EVERY)


async def append(
    house: CareHouse, body: Body, minutes: float, actor: str = SYSTEM, text: str = "", cor: str = "cor_1"
) -> None:
    beside = (Attachment(field="text", kind="message", content=text.encode()),) if text else ()
    told = Record(tenant="acme", at=moment(minutes), actor=actor, correlation=cor, body=body, attachments=beside)
    await house.store.ledger.append(told)


def message(name: str = "m1", thread: str = "thr_9") -> MessageReceived:
    return MessageReceived(message=name, thread=thread, surface=Surface.SLACK)


async def a_rollback(house: CareHouse) -> None:
    """A message, what it meant, a plan, its decision, an approval, the grant and the effect."""
    done = StepRecord(
        index=0, status=StepStatus.DONE, outcome=Outcome(ok=True, summary="checkout went back to 1.4.1.")
    )
    await house.store.runs.add(run(status=RunStatus.RUNNING, steps=(done,)))
    await append(house, message(), 1, "alice", "roll back checkout")
    understood = Interpreted(
        message="m1", meant=IntentKind.TOOL, tool="deploy.rollback", brain="embedded", confidence=1.0
    )
    await append(house, understood, 1)
    plan = Planned(run="run_1", message="m1", plan_digest=HASH, tools=("deploy.rollback",), expires_at=moment(30))
    await append(house, plan, 2)
    ruled = {"decision": "needs_approval", "policies": ("p",), "policy_hash": HASH}
    await append(house, Decided(run="run_1", plan_digest=HASH, approvals=1, **ruled), 2.1)
    yes = Approved(
        run="run_1",
        approval="approval_1",
        plan_digest=HASH,
        verdict=Verdict.APPROVE,
        surface=Surface.SLACK,
        assurance=Assurance.CHAT,
        policy_hash=HASH,
    )
    await append(house, yes, 3, "bob")
    step = {"run": "run_1", "step": 0, "tool": "deploy.rollback", "call_digest": HASH, "grant": "grant_1"}
    await append(house, Granted(undo=False, approvals=("approval_1",), **step, **ruled), 3.1)
    await append(house, Acted(ok=True, **step), 4)


async def told(house: CareHouse, incident: str | None = None) -> dict[Happening, TimelineEntry]:
    return {each.kind: each for each in await house.entries(incident)}


async def test_a_plan_is_told_from_the_message_to_the_effect_each_with_its_cause(house: CareHouse) -> None:
    house.clock.at = moment(5)
    await a_rollback(house)
    assert await follower(house).catch_up("acme") == 5
    found = await told(house)
    assert [found[kind].text for kind in (Happening.MESSAGE, Happening.PROPOSAL, Happening.DEPLOY)] == [
        "roll back checkout",
        "Plan: Roll back",
        "checkout went back to 1.4.1.",
    ]
    assert (found[Happening.MESSAGE].author, found[Happening.MESSAGE].source) == ("alice", "slack")
    assert found[Happening.PROPOSAL].cause == found[Happening.MESSAGE].id
    assert found[Happening.DECISION].cause == found[Happening.PROPOSAL].id
    assert found[Happening.APPROVAL].cause == found[Happening.DECISION].id
    effect = found[Happening.DEPLOY]
    assert {effect.cause, *effect.further_causes} == {found[Happening.APPROVAL].id, found[Happening.DECISION].id}
    assert not effect.trusted
    assert await follower(house).catch_up("acme") == 0


async def test_what_is_about_a_service_of_an_incident_under_way_belongs_to_it(house: CareHouse) -> None:
    incident = await house.incidents.declare(by(), CHECKOUT)
    house.clock.at = moment(5)
    await a_rollback(house)
    await follower(house).catch_up("acme")
    assert {Happening.PROPOSAL, Happening.APPROVAL, Happening.DEPLOY} <= set(await told(house, incident.id))
    assert Happening.MESSAGE not in await told(house, incident.id)  # it was said in another conversation


async def test_what_is_said_in_the_conversation_of_an_incident_belongs_to_it(house: CareHouse) -> None:
    incident = await house.incidents.declare(by(), CHECKOUT)
    house.clock.at = moment(5)
    await append(house, message("m2", "thr_1"), 2, "bob", "is it the database?", "cor_2")
    await append(house, message("m3", "thr_2"), 2, "bob", "lunch?", "cor_3")
    await follower(house).catch_up("acme")
    assert [each.text for each in await house.entries(incident.id)][1:] == ["is it the database?"]
    grown = [each for each in house.told if each.body.get("change") == "grew"]
    assert [(each.thread, each.body["entries"]) for each in grown] == [(incident.id, 1)]


async def test_what_an_incident_tells_of_itself_is_told_once(house: CareHouse) -> None:
    incident = await house.incidents.declare(by(), CHECKOUT)
    await house.incidents.note(by(), incident.id, "x")
    assert await follower(house).catch_up("acme") == 0
    assert len(await house.entries(incident.id)) == 2


async def test_what_was_erased_before_it_was_told_is_not_told(house: CareHouse) -> None:
    await append(house, message(), 1, "alice", "my password is hunter2")
    (blob,) = await house.store.blobs.standing("acme")
    await house.store.blobs.erase("acme", [blob.digest])
    await follower(house).catch_up("acme")
    assert (await told(house))[Happening.MESSAGE].text == "[erased]"


async def test_two_nodes_that_follow_at_once_tell_each_entry_once(address: str) -> None:
    async with care_house(address) as here, care_house(address) as there:
        for number in range(30):
            await append(here, message(f"m{number}"), number, "alice", f"say {number}", f"cor_{number}")
        new = await asyncio.gather(*(follower(each).catch_up("acme") for each in (here, there, here, there)))
        assert sum(new) == 30
        assert [each.text for each in await there.entries()] == [f"say {number}" for number in range(30)]


async def test_a_process_that_dies_while_it_tells_leaves_nothing_and_another_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with care_house(f"sqlite:///{tmp_path / 'q.db'}") as house:
        await append(house, message(), 1, "alice", "hello")

        async def lost(*_: object) -> None:
            raise StoreUnavailable("expected the store, found nothing")

        with monkeypatch.context() as patch:
            patch.setattr("memory.store.timeline.Timeline.add", lost)
            with pytest.raises(StoreUnavailable):
                await follower(house).catch_up("acme")
        assert await house.store.timeline.told("acme") == 0
        assert await follower(house).catch_up("acme") == 1
        assert [each.text for each in await house.entries()] == ["hello"]
