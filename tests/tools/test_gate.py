"""The gate decides by policy, grants one call, and lets nothing else through."""

from datetime import datetime, timedelta

import pytest

from memory.canonical import digest
from memory.errors import GrantRefused, PolicyDenied
from memory.model.approval import Approval, Grant, Verdict
from memory.model.decision import Allow, Deny, NeedsApproval
from memory.model.people import Surface
from memory.model.plan import Call, Effect, Plan, Step
from memory.model.run import Outcome, Run, RunStatus
from tests.fakes.estate import FakeEstate
from tests.fakes.people import TENANT, default_text, policy
from tests.fakes.time import CountingIds, FakeClock
from tools.approvals import counted
from tools.contract import CallContext
from tools.gate import Gate
from tools.registry import Registry

ROLLBACK = Call(
    tool="deploy.rollback", arguments={"service": "checkout", "environment": "production", "version": "1.4.1"}
)
CRITICAL = ROLLBACK.model_copy(update={"arguments": {**ROLLBACK.arguments, "service": "payments"}})
LOOK = Call(tool="metrics.signal", arguments={"service": "checkout", "signal": "error_rate"})
CLOCK = FakeClock()


class Book:
    """Grants in memory, each spent once."""

    def __init__(self, *grants: Grant) -> None:
        self.open = {grant.id: grant for grant in grants}

    async def consume(self, tenant: str, grant_id: str, call_digest: str, now: datetime) -> Grant:
        grant = self.open.get(grant_id)
        if grant is None or grant.call_digest != call_digest or now >= grant.expires_at:
            raise GrantRefused("expected an open grant for this call")
        return self.open.pop(grant_id)


@pytest.fixture
def estate() -> FakeEstate:
    return FakeEstate()


@pytest.fixture
def gate(estate: FakeEstate) -> Gate:
    return Gate(Registry(estate.hands()), policy(), clock=CLOCK, ids=CountingIds())


def run_of(*steps: Step, requester: str = "alice", approvals: tuple[Approval, ...] = ()) -> Run:
    plan = Plan(tenant=TENANT, thread="t", message="m", requester=requester, goal="g", steps=steps)
    basis = {"policies": ("p",), "policy_hash": "0" * 64}
    return Run(
        id="run_1",
        tenant=TENANT,
        plan=plan,
        plan_digest=plan.digest(),
        correlation="c",
        status=RunStatus.WAITING,
        decision=Allow.model_validate({"basis": basis}),
        approvals=approvals,
        created_at=CLOCK.now(),
        expires_at=CLOCK.now() + timedelta(minutes=30),
    )


STEP = Step(call=ROLLBACK, effect=Effect.WRITE, says="roll back")


def context(principal: str = "alice") -> CallContext:
    return CallContext(tenant=TENANT, principal=principal, correlation="c", key="run_1:0", now=CLOCK.now())


@pytest.mark.parametrize(
    ("who", "what", "approvals", "kind", "quorum"),
    [
        ("vic", LOOK, 0, Allow, 0),
        ("vic", ROLLBACK, 0, Deny, 0),
        ("alice", ROLLBACK, 0, NeedsApproval, 1),
        ("alice", ROLLBACK, 1, Allow, 0),
        ("alice", CRITICAL, 0, NeedsApproval, 2),
        ("alice", CRITICAL, 1, NeedsApproval, 2),
        ("alice", CRITICAL, 2, Allow, 0),
    ],
)
def test_the_quorum_is_the_least_that_policy_says_yes_to(
    gate: Gate, who: str, what: Call, approvals: int, kind: type, quorum: int
) -> None:
    decision = gate.assess(what, who, approvals)
    assert isinstance(decision, kind)
    assert decision.basis.policy_hash == policy().hash
    if isinstance(decision, NeedsApproval):
        assert decision.quorum() == quorum


@pytest.mark.parametrize(
    ("call", "policy_id"),
    [
        (Call(tool="made.up"), "unknown-tool"),
        (Call(tool="flag.set", arguments={"flag": "x", "enabled": True}), "unknown-tool"),
        (Call(tool="deploy.rollback", arguments={"service": "checkout"}), "invalid-arguments"),
        (Call(tool="deploy.rollback", arguments={**ROLLBACK.arguments, "force": True}), "invalid-arguments"),
    ],
)
def test_what_the_gate_does_not_know_is_a_no(gate: Gate, call: Call, policy_id: str) -> None:
    decision = gate.assess(call, "alice", 5)
    assert isinstance(decision, Deny)
    assert decision.basis.policies == (policy_id,)


def test_a_plan_is_as_strict_as_its_strictest_call(gate: Gate) -> None:
    both = run_of(STEP, STEP.model_copy(update={"call": CRITICAL})).plan
    decision = gate.assess_plan(both)
    assert isinstance(decision, NeedsApproval)
    assert decision.quorum() == 2


def test_an_undo_that_may_not_run_denies_the_plan(gate: Gate) -> None:
    undo = Call(
        tool="service.scale", arguments={"service": "checkout", "environment": "production", "replicas": 99}
    )
    assert isinstance(gate.assess_plan(run_of(STEP.model_copy(update={"undo": undo})).plan, 5), Deny)


def test_a_step_that_claims_a_milder_effect_denies_the_plan(gate: Gate) -> None:
    decision = gate.assess_plan(run_of(STEP.model_copy(update={"effect": Effect.READ})).plan, 5)
    assert isinstance(decision, Deny)
    assert decision.basis.policies == ("effect-mismatch",)


def test_an_empty_plan_is_a_no(gate: Gate) -> None:
    assert isinstance(gate.assess_plan(run_of().plan, 5), Deny)


async def test_a_read_passes_and_a_write_never_passes_as_a_read(gate: Gate, estate: FakeEstate) -> None:
    assert isinstance(await gate.read(LOOK, context("vic")), Outcome)
    assert isinstance(await gate.read(ROLLBACK, context("alice")), Deny)
    assert not estate.effects


async def test_a_preview_has_no_effect_and_settles_the_version(gate: Gate, estate: FakeEstate) -> None:
    vague = Call(tool="deploy.rollback", arguments={"service": "checkout", "environment": "production"})
    previewed = await gate.preview(vague, context())
    assert not isinstance(previewed, Deny)
    assert previewed[0].call.arguments["version"] == "1.4.1"
    assert estate.versions["checkout"] == "1.4.2"
    assert not estate.effects


async def test_somebody_who_may_not_act_may_not_rehearse(gate: Gate) -> None:
    assert isinstance(await gate.preview(ROLLBACK, context("vic")), Deny)


async def test_a_grant_is_spent_on_its_call_once(gate: Gate, estate: FakeEstate) -> None:
    grant = gate.grant(run_of(STEP), 0, ROLLBACK, given=1)
    book = Book(grant)
    assert (await gate.act(book, grant, ROLLBACK, context())).ok
    with pytest.raises(GrantRefused):
        await gate.act(book, grant, ROLLBACK, context())
    assert estate.effects == {"run_1:0": 1}


async def test_a_grant_does_not_cover_a_swapped_argument(gate: Gate, estate: FakeEstate) -> None:
    grant = gate.grant(run_of(STEP), 0, ROLLBACK, given=1)
    swapped = ROLLBACK.model_copy(update={"arguments": {**ROLLBACK.arguments, "version": "0.0.1"}})
    with pytest.raises(GrantRefused):
        await gate.act(Book(grant), grant, swapped, context())
    assert not estate.effects


async def test_a_grant_minted_under_an_earlier_policy_is_refused(gate: Gate, estate: FakeEstate) -> None:
    grant = gate.grant(run_of(STEP), 0, ROLLBACK, given=1)
    stricter = policy(default_text().replace("> 50", "> 40"))
    other = Gate(Registry(estate.hands()), stricter, clock=CLOCK, ids=CountingIds())
    with pytest.raises(GrantRefused, match="earlier policy"):
        await other.act(Book(grant), grant, ROLLBACK, context())
    assert not estate.effects


def test_no_grant_without_the_approvals_policy_asks_for(gate: Gate) -> None:
    with pytest.raises(PolicyDenied):
        gate.grant(run_of(STEP), 0, ROLLBACK, given=0)


def approval(approver: str, run: Run) -> Approval:
    return Approval(
        id=f"a_{approver}",
        tenant=run.tenant,
        run=run.id,
        plan_digest=run.plan_digest,
        approver=approver,
        verdict=Verdict.APPROVE,
        surface=Surface.REST,
        policy_hash="0" * 64,
        decided_at=CLOCK.now(),
        expires_at=run.expires_at,
    )


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 1),
        ({"plan_digest": digest("another plan")}, 0),
        ({"run": "run_2"}, 0),
        ({"tenant": "evil"}, 0),
        ({"verdict": Verdict.DENY}, 0),
        ({"approver": "alice"}, 0),
        ({"approver": "vic"}, 0),
        ({"expires_at": CLOCK.now()}, 0),
    ],
)
def test_only_a_timely_yes_to_this_very_plan_by_another_person_counts(
    changes: dict[str, object], count: int
) -> None:
    run = run_of(STEP)
    approved = run.model_copy(update={"approvals": (approval("bob", run).model_copy(update=changes),)})
    assert len(counted(approved, CLOCK.now(), lambda each, _: each.approver != "vic")) == count


def test_nobody_counts_twice() -> None:
    run = run_of(STEP)
    twice = run.model_copy(update={"approvals": (approval("bob", run), approval("bob", run))})
    assert len(counted(twice, CLOCK.now(), lambda *_: True)) == 1
