"""A rollback as the log tells it, from the message to the effect and its taking back, to be altered by tests."""

from collections.abc import Iterable
from datetime import timedelta

from memory.model.approval import Assurance, Verdict
from memory.model.bodies import (
    Acted,
    Approved,
    Body,
    Decided,
    Granted,
    Interpreted,
    MessageReceived,
    ModelCalled,
    Planned,
    Recalled,
    TakenBack,
)
from memory.model.intent import IntentKind
from memory.model.people import Surface
from memory.model.record import SYSTEM, Entry, Receipt, Record, Recorded
from tests.fakes.time import MIDNIGHT

PLAN, CALL, BACK, POLICY = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)

Event = tuple[str, Body]


def yes(person: str) -> Event:
    body = Approved(
        run="r1",
        approval=f"by-{person}",
        plan_digest=PLAN,
        verdict=Verdict.APPROVE,
        surface=Surface.REST,
        assurance=Assurance.CHAT,
        policy_hash=POLICY,
    )
    return person, body


def granted(grant: str, call: str, *, undo: bool) -> Event:
    body = Granted(
        run="r1",
        step=0,
        undo=undo,
        tool="deploy.rollback",
        call_digest=call,
        grant=grant,
        decision="allow",
        policies=("p",),
        policy_hash=POLICY,
        approvals=("by-bob", "by-cara"),
    )
    return SYSTEM, body


def acted(kind: type[Acted], grant: str | None, call: str, *, ok: bool = True) -> Event:
    return SYSTEM, kind(run="r1", step=0, tool="deploy.rollback", call_digest=call, grant=grant, ok=ok)


def story() -> dict[str, Event]:
    """Return what happened, by name, in order."""
    meant = Interpreted(
        message="m1",
        meant=IntentKind.TOOL,
        tool="deploy.rollback",
        brain="a-model",
        confidence=0.9,
        model_calls=(1,),
        recalled=("thread",),
    )
    decided = Decided(
        run="r1", plan_digest=PLAN, decision="needs_approval", policies=("p",), policy_hash=POLICY, approvals=2
    )
    plan = Planned(run="r1", message="m1", plan_digest=PLAN, tools=("deploy.rollback",), expires_at=MIDNIGHT)
    return {
        "message": ("alice", MessageReceived(message="m1", thread="t1", surface=Surface.REST)),
        "recall": ("alice", Recalled(message="m1", source="thread", items=2)),
        "model": (
            "alice",
            ModelCalled(message="m1", number=1, purpose="interpretation", model="a-model", recalled=("thread",)),
        ),
        "interpretation": ("alice", meant),
        "plan": ("alice", plan),
        "decision": (SYSTEM, decided),
        "bob": yes("bob"),
        "cara": yes("cara"),
        "grant": granted("g1", CALL, undo=False),
        "outcome": acted(Acted, "g1", CALL),
        "undo grant": granted("g2", BACK, undo=True),
        "undo": acted(TakenBack, "g2", BACK),
    }


def logged(events: Iterable[Event]) -> list[Recorded]:
    """Return the events as a log tells them, a second apart."""
    return [_recorded(index, actor, body) for index, (actor, body) in enumerate(events)]


def _recorded(index: int, actor: str, body: Body) -> Recorded:
    at = MIDNIGHT + timedelta(seconds=index)
    record = Record(tenant="acme", at=at, actor=actor, correlation="cor_1", body=body)
    return Recorded(entry=Entry.of(record, actor=actor, logged=at), receipt=Receipt(index=index, leaf="0" * 64))
