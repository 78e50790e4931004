"""One of each thing the store keeps, for any tenant."""

from datetime import timedelta

from memory.canonical import digest
from memory.model.access import ApiKey
from memory.model.approval import Grant
from memory.model.decision import Basis, NeedsApproval, Obligation
from memory.model.evidence import Evidence
from memory.model.people import Surface
from memory.model.plan import Call, Effect, Plan, Step
from memory.model.record import Entry, EntryKind
from memory.model.run import Run, RunStatus, StepRecord
from memory.model.talk import Message, Reply
from tests.fakes.time import MIDNIGHT

CALL = Call(tool="deploy.rollback", arguments={"service": "checkout", "version": "1.4.1"})


def run(tenant: str = "acme", name: str = "run_1", minutes: int = 0, **changes: object) -> Run:
    step = Step(call=CALL, effect=Effect.WRITE, says="Roll back checkout")
    plan = Plan(tenant=tenant, thread="t1", message="m1", requester="alice", goal="Roll back", steps=(step,))
    made = Run(
        id=name,
        tenant=tenant,
        plan=plan,
        plan_digest=plan.digest(),
        correlation="cor_1",
        status=RunStatus.WAITING,
        decision=NeedsApproval(
            basis=Basis(policies=("p",), policy_hash="0" * 64), obligations=(Obligation(approvals=1),)
        ),
        steps=(StepRecord(index=0),),
        created_at=MIDNIGHT + timedelta(minutes=minutes),
        expires_at=MIDNIGHT + timedelta(minutes=minutes + 30),
    )
    return made.model_copy(update=changes)


def grant(tenant: str = "acme", name: str = "grant_1") -> Grant:
    return Grant(
        id=name,
        tenant=tenant,
        run="run_1",
        step=0,
        call_digest=digest(CALL),
        policy_hash="0" * 64,
        minted_at=MIDNIGHT,
        expires_at=MIDNIGHT + timedelta(seconds=30),
    )


def entry(tenant: str = "acme", correlation: str = "cor_1", kind: EntryKind = EntryKind.MESSAGE) -> Entry:
    return Entry(
        kind=kind, tenant=tenant, at=MIDNIGHT, actor="alice", correlation=correlation, body={"message": "m1"}
    )


def evidence(name: str = "ev_1", summary: str = "31 %") -> Evidence:
    return Evidence(id=name, source="prometheus", query="up", summary=summary, observed_at=MIDNIGHT, value=0.31)


def message(tenant: str = "acme", name: str = "m1", minutes: int = 0, sender: str = "alice") -> Message:
    at = MIDNIGHT + timedelta(minutes=minutes)
    return Message(
        id=name, tenant=tenant, thread="t1", sender=sender, surface=Surface.REST, text=f"words {name}", at=at
    )


def reply(name: str = "m1") -> Reply:
    return Reply(
        id=f"reply_{name}", thread="t1", to=name, kind="answer", text="All is well.", correlation="c", at=MIDNIGHT
    )


def key(tenant: str = "acme", name: str = "key_1") -> ApiKey:
    return ApiKey(id=name, tenant=tenant, principal="alice", scopes=("observe",), created_at=MIDNIGHT)
