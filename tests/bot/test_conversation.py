"""The desk answers every message once, decides in a person's name, and keeps tenants apart."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from agents.answer import Answer, AnswerKind
from agents.ports import Turn
from agents.reading import Reading
from agents.recollection import Recollection
from bot.bridge import Bridge
from bot.conversation import FrontDesk, Probe
from bot.identity import Directory, Door
from bot.journal import Journal
from bot.refusals import Refusals
from bot.surfaces.desk import LogQuery
from bot.telemetry import Metrics
from memory.bus import LocalBus
from memory.errors import (
    AuthenticationFailed,
    ConnectorUnreachable,
    InvalidInput,
    NotFound,
    PolicyDenied,
    SelfApproval,
)
from memory.model.approval import Verdict
from memory.model.bodies import EntryKind
from memory.model.intent import Intent, IntentKind
from memory.model.people import Principal, Surface
from memory.model.record import Event
from memory.model.run import RunStatus
from memory.model.talk import Chart, Message
from memory.store import Store
from runbooks.runner import Drive, Runner, Terms
from tests.fakes.estate import FakeEstate
from tests.fakes.people import ALICE, BOB, EVERYBODY, MALLORY, TENANT, VIC, person, policy
from tests.fakes.time import CountingIds, FakeClock
from tests.keys import LOG_KEY
from tests.runbooks.conftest import ROLLBACK
from tools.approvals.signing import Attester
from tools.capabilities import EVERY
from tools.gate import Gate
from tools.registry import Registry

NOBODY = person("nobody")


class Thinking:
    """Proposes a rollback when asked to, fails when asked to, and says hello otherwise."""

    def __init__(self) -> None:
        self.turns = 0
        self.bridge: Bridge | None = None
        self.journal: Journal | None = None
        self.hold = asyncio.Event()
        self.hold.set()

    async def take(self, turn: Turn) -> Answer:
        self.turns += 1
        await self.hold.wait()
        intent = Intent(text=turn.message.text, kind=IntentKind.TOOL, tool="service.health", confidence=0.9)
        if turn.message.text == "fail":
            raise InvalidInput("expected sense, found none", hint="Say it again.")
        if turn.message.text == "roll back":
            assert self.bridge is not None
            assert self.journal is not None
            await self.journal.understood(turn, Reading(intent=intent), Recollection())
            submission = await self.bridge.propose("Roll back checkout", (ROLLBACK,), turn, ())
            return Answer(kind=AnswerKind.PLAN, text="Here is a plan.", intent=intent, run=submission.run)
        chart = Chart(id="c", title="t", alt="a", spec={})
        return Answer(kind=AnswerKind.ANSWER, text="All is well.", intent=intent, charts=(chart,))


class Room:
    """A desk on a real store over an estate in memory."""

    def __init__(self, store: Store) -> None:
        self.clock, self.ids, self.bus = FakeClock(), CountingIds(), LocalBus()
        self.metrics = Metrics()
        self.store = store
        self.estate = FakeEstate()
        self.thinking = Thinking()
        gate = Gate(Registry(self.estate.hands()), policy(), clock=self.clock, ids=self.ids)
        self.runner = Runner(
            store,
            gate,
            self.bus.publish,
            EVERY,
            clock=self.clock,
            ids=self.ids,
            terms=Terms(Attester(LOG_KEY)),
            drive=Drive(pause=self.clock.pause),
        )
        self.thinking.bridge = Bridge(self.runner, store, self.metrics)
        self.thinking.journal = Journal(store, self.clock)
        self.directory = Directory(EVERYBODY)
        self.refusals = Refusals(store, TENANT, self.clock, self.ids)
        self.door = Door(store, self.directory, self.refusals, self.clock, self.ids)
        self.desk = FrontDesk(
            store,
            self.thinking,
            self.runner,
            self.bus,
            self.directory,
            clock=self.clock,
            ids=self.ids,
            metrics=self.metrics,
            probes={"good": Probe(_fine, vital=True), "gone": Probe(_gone, vital=False)},
        )

    def message(self, text: str, by: Principal = ALICE, id_: str = "m1") -> Message:
        return Message(
            id=id_,
            tenant=by.tenant,
            thread="t1",
            sender=by.id,
            surface=Surface.REST,
            text=text,
            at=self.clock.now(),
        )


async def _fine() -> str:
    return "version 1"


async def _gone() -> str:
    raise ConnectorUnreachable("expected an answer, found none")


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    store = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    made = Room(store)
    yield made
    await made.runner.close()
    await store.close()


async def test_a_message_is_answered_and_the_turn_stands_in_the_ledger(room: Room) -> None:
    reply = await room.desk.say(room.message("hello"), ALICE)
    assert (reply.kind, reply.text, reply.to) == ("answer", "All is well.", "m1")
    trace = await room.store.ledger.trace(TENANT, reply.correlation)
    assert [each.entry.kind for each in trace] == [
        EntryKind.MESSAGE,
        EntryKind.INTERPRETATION,
        EntryKind.REPLY,
    ]
    assert "hello" not in str([each.entry for each in trace])


async def test_a_repeated_message_gets_the_reply_it_got_before(room: Room) -> None:
    first = await room.desk.say(room.message("hello"), ALICE)
    again = await room.desk.say(room.message("hello"), ALICE)
    assert again == first
    assert room.thinking.turns == 1


async def test_a_message_repeated_while_it_is_answered_is_answered_once(room: Room) -> None:
    room.thinking.hold.clear()
    both = asyncio.gather(*(room.desk.say(room.message("hello"), ALICE) for _ in range(2)))
    await asyncio.sleep(0)
    room.thinking.hold.set()
    first, second = await both
    assert first == second
    assert room.thinking.turns == 1


async def test_a_message_received_and_never_answered_is_answered_when_it_comes_again(room: Room) -> None:
    await room.store.turns.receive(room.message("hello"))
    assert (await room.desk.say(room.message("hello"), ALICE)).text == "All is well."


async def test_what_fails_is_answered_too(room: Room) -> None:
    reply = await room.desk.say(room.message("fail"), ALICE)
    assert reply.kind == "error"
    assert reply.text == "expected sense, found none Say it again."
    trace = await room.store.ledger.trace(TENANT, reply.correlation)
    assert [each.entry.kind for each in trace] == [EntryKind.MESSAGE, EntryKind.INTERPRETATION, EntryKind.REPLY]


async def test_a_message_is_understood_once_in_the_log_and_before_anything_follows_from_it(room: Room) -> None:
    reply = await room.desk.say(room.message("roll back"), ALICE)
    trace = await room.store.ledger.trace(TENANT, reply.correlation)
    assert [each.entry.kind for each in trace] == [
        EntryKind.MESSAGE,
        EntryKind.INTERPRETATION,
        EntryKind.PLAN,
        EntryKind.DECISION,
        EntryKind.REPLY,
    ]


async def test_a_person_speaks_only_for_themselves_and_only_with_a_role(room: Room) -> None:
    with pytest.raises(AuthenticationFailed):
        await room.desk.say(room.message("hello", by=BOB), ALICE)
    with pytest.raises(PolicyDenied, match="role"):
        await room.desk.say(room.message("hello", by=NOBODY), NOBODY)


async def test_a_plan_is_decided_on_from_its_card(room: Room) -> None:
    card = (await room.desk.say(room.message("roll back"), ALICE)).card
    assert card is not None
    with pytest.raises(SelfApproval):
        await room.desk.decide(ALICE, card.run, card.plan_digest, Verdict.APPROVE, "", Surface.REST)
    await room.desk.decide(BOB, card.run, card.plan_digest, Verdict.APPROVE, "", Surface.REST)
    ended = await room.runner.finished(TENANT, card.run)
    assert ended.status is RunStatus.SUCCEEDED
    assert room.desk.card(ended, BOB).decided == ("Approved by Bob at 03:00 UTC",)


async def test_nobody_sees_or_decides_on_what_belongs_to_another_tenant(room: Room) -> None:
    card = (await room.desk.say(room.message("roll back"), ALICE)).card
    assert card is not None
    with pytest.raises(NotFound):
        await room.desk.run(MALLORY, card.run)
    with pytest.raises(NotFound):
        await room.desk.decide(MALLORY, card.run, card.plan_digest, Verdict.APPROVE, "", Surface.REST)
    with pytest.raises(NotFound):
        await room.desk.explain(MALLORY, card.run)
    assert not (await room.desk.runs(MALLORY, (), None, 50)).items
    assert not (await room.desk.transcript(MALLORY, "t1", None, 50)).items
    told = (await room.desk.log(MALLORY, LogQuery(), None, 50)).items
    assert [each.entry.kind for each in told] == [EntryKind.DENIAL]  # that they tried, and nothing else


@pytest.mark.parametrize("about", ["run", "message", "correlation"])
async def test_why_is_told_of_a_run_a_message_and_a_turn(room: Room, about: str) -> None:
    reply = await room.desk.say(room.message("roll back"), ALICE)
    assert reply.card is not None
    subject = {"run": reply.card.run, "message": "m1", "correlation": reply.correlation}[about]
    why = await room.desk.explain(VIC, subject)
    assert why.question == "roll back"
    assert why.decision == "needs_approval"
    assert why.policies == ("execute-is-for-operators-with-approval",)
    assert [each.entry.kind for each in why.entries][:3] == [
        EntryKind.MESSAGE,
        EntryKind.INTERPRETATION,
        EntryKind.PLAN,
    ]


async def test_why_of_a_refusal_names_the_policy(room: Room) -> None:
    reply = await room.desk.say(room.message("roll back", by=VIC), VIC)
    assert reply.card is None
    why = await room.desk.explain(VIC, reply.correlation)
    assert why.decision == "deny"
    assert why.policies == ("no-policy-permits",)


async def test_why_of_nothing_is_not_found(room: Room) -> None:
    with pytest.raises(NotFound):
        await room.desk.explain(ALICE, "nothing")


async def test_a_chart_is_found_by_the_id_its_reply_gives(room: Room) -> None:
    reply = await room.desk.say(room.message("hello"), ALICE)
    assert (await room.desk.chart(BOB, reply.charts[0].id)).title == "t"
    with pytest.raises(NotFound):
        await room.desk.chart(BOB, "m1:2")
    with pytest.raises(NotFound):
        await room.desk.chart(MALLORY, reply.charts[0].id)


async def test_listeners_of_a_thread_hear_the_reply_and_the_plan(room: Room) -> None:
    async with room.desk.events(BOB, "t1") as happenings:
        await room.desk.say(room.message("roll back"), ALICE)
        heard = [await anext(happenings) for _ in range(3)]
    assert [each.topic.value for each in heard if isinstance(each, Event)] == ["message", "run", "reply"]


async def test_a_part_that_is_not_vital_may_be_down(room: Room) -> None:
    readiness = await room.desk.ready()
    assert readiness.ready()
    assert [(part.name, part.ok) for part in readiness.parts] == [("good", True), ("gone", False)]


async def test_a_key_opens_the_door_until_it_expires_or_is_revoked(room: Room) -> None:
    key, secret = await room.door.mint(TENANT, "alice", ["observe"], label="x", lifetime=timedelta(hours=1))
    assert await room.door.by_api_key(secret) == (ALICE, frozenset({"observe"}))
    for wrong in ("", "qd_", secret + "x", secret.removeprefix("qd_")):
        with pytest.raises(AuthenticationFailed):
            await room.door.by_api_key(wrong)
    room.clock.move(3600)
    with pytest.raises(AuthenticationFailed):
        await room.door.by_api_key(secret)
    room.clock.move(-3600)
    await room.store.keys.revoke(TENANT, key.id, room.clock.now())
    with pytest.raises(AuthenticationFailed):
        await room.door.by_api_key(secret)


async def test_a_key_of_this_process_ends_with_its_block(room: Room) -> None:
    with room.door.trusted(ALICE) as secret:
        assert (await room.door.by_api_key(secret))[0] == ALICE
    with pytest.raises(AuthenticationFailed):
        await room.door.by_api_key(secret)


async def test_a_sign_in_is_recorded(room: Room) -> None:
    await room.door.signed_in(ALICE, "link")
    entry = (await room.store.ledger.page(TENANT, kind=EntryKind.SIGN_IN)).items[0].entry
    assert entry.body["how"] == "link"
    assert entry.actor == await room.store.pseudonyms.find(TENANT, "alice")


async def test_turns_decisions_and_answers_to_plans_are_counted(room: Room) -> None:
    card = (await room.desk.say(room.message("roll back"), ALICE)).card
    assert card is not None
    await room.desk.say(room.message("roll back", by=VIC, id_="m2"), VIC)
    with pytest.raises(SelfApproval):
        await room.desk.decide(ALICE, card.run, card.plan_digest, Verdict.APPROVE, "", Surface.REST)
    await room.desk.decide(BOB, card.run, card.plan_digest, Verdict.APPROVE, "", Surface.REST)
    counted = room.metrics.text().decode()
    assert 'quarterdeck_turn_seconds_count{kind="plan",surface="rest"} 2.0' in counted
    assert 'quarterdeck_decisions_total{decision="needs_approval"} 1.0' in counted
    assert 'quarterdeck_decisions_total{decision="deny"} 1.0' in counted
    assert 'quarterdeck_approvals_total{result="approval.self",verdict="approve"} 1.0' in counted
    assert 'quarterdeck_approvals_total{result="accepted",verdict="approve"} 1.0' in counted
