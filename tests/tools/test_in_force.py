"""One policy is in force at a time: what began under one keeps to it, and its grants are worthless after it."""

from datetime import datetime

import pytest

from memory.canonical import digest
from memory.errors import GrantOutdated
from memory.model.approval import Grant
from memory.model.decision import Deny, NeedsApproval
from memory.model.plan import Plan, Step
from tests.fakes.estate import FakeEstate
from tests.fakes.people import TENANT, default_text, policy
from tests.fakes.time import CountingIds, FakeClock
from tests.tools.test_gate import ROLLBACK, STEP, context, run_of
from tools.gate import Gate
from tools.in_force import PolicyInForce
from tools.registry import Registry

FREEZE = '@id("freeze") @reason("frozen") forbid (principal, action in Action::"execute", resource);'


class Book:
    """Grants that were asked for."""

    def __init__(self) -> None:
        self.consumed: list[str] = []

    async def consume(self, tenant: str, grant_id: str, call_digest: str, now: datetime) -> Grant:
        self.consumed.append(grant_id)
        raise AssertionError("expected no grant to be spent")


@pytest.fixture
def in_force() -> PolicyInForce:
    return PolicyInForce(policy())


@pytest.fixture
def estate() -> FakeEstate:
    return FakeEstate()


@pytest.fixture
def gate(in_force: PolicyInForce, estate: FakeEstate) -> Gate:
    return Gate(Registry(estate.hands()), in_force, clock=FakeClock(), ids=CountingIds())


def plan(*steps: Step) -> Plan:
    return Plan(tenant=TENANT, thread="t", message="m", requester="alice", goal="g", steps=steps)


def test_a_policy_that_comes_into_force_decides_what_is_asked_next(gate: Gate, in_force: PolicyInForce) -> None:
    assert isinstance(gate.assess_plan(plan(STEP)), NeedsApproval)
    in_force.replace(policy(default_text() + FREEZE))
    decision = gate.assess_plan(plan(STEP))
    assert isinstance(decision, Deny)
    assert decision.basis.policy_hash == gate.policy_hash == in_force.now().hash


def test_what_was_begun_under_one_policy_is_answered_under_it(gate: Gate, in_force: PolicyInForce) -> None:
    pinned = gate.pinned()
    before = in_force.now().hash
    in_force.replace(policy(default_text() + FREEZE))
    assert isinstance(pinned.assess_plan(plan(STEP)), NeedsApproval)
    assert pinned.policy_hash == before != gate.policy_hash


async def test_a_grant_of_an_earlier_policy_is_neither_spent_nor_acted_on(
    gate: Gate, in_force: PolicyInForce, estate: FakeEstate
) -> None:
    run = run_of(STEP)
    grant = gate.grant(run, 0, ROLLBACK, given=1)
    assert grant.call_digest == digest(ROLLBACK)
    in_force.replace(policy(default_text() + FREEZE))
    book = Book()
    with pytest.raises(GrantOutdated, match="earlier policy"):
        await gate.act(book, grant, ROLLBACK, context())
    assert not book.consumed
    assert not estate.effects
