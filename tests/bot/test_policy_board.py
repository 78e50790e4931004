"""A policy comes into force by two people, after its golden set; what is broken is refused, the old one stays."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.controls.policies import PolicyBoard
from bot.policies import shipped
from bot.policy_watch import PolicyWatch
from bot.telemetry import Metrics
from memory.bus import LocalBus
from memory.canonical import canonical
from memory.errors import Conflict, InvalidInput, NotFound, PolicyDenied, PolicyInvalid, SelfApproval
from memory.model.bodies import Decided, Planned, PolicyChanged, PolicyProposed
from memory.model.people import Role
from memory.model.plan import Call, Effect, Plan, Step
from memory.model.record import Attachment, LogFilter, Record
from memory.store import Store
from tests.fakes.people import BOB, EVERYBODY, TENANT, facts, person, policy
from tests.fakes.time import MIDNIGHT, CountingIds, FakeClock
from tests.keys import LOG_KEY
from tests.memory import samples
from tools.approvals.signing import Attester
from tools.in_force import PolicyInForce
from tools.policy import Policy
from tools.policy.past import NO_PLAN
from tools.policy.simulating import Simulation
from tools.policy.source import Library, Source

ADA, EVE = person("ada", Role.ADMIN), person("eve", Role.ADMIN)
PEOPLE = (*EVERYBODY, ADA, EVE)
FREEZE = '@id("freeze") @reason("frozen") forbid (principal, action == Action::"service.scale", resource);\n'
EXPECTED = """at: 2026-11-20T03:00:00Z
decisions:
  - principal: alice
    tool: service.scale
    arguments: {service: checkout, environment: production, replicas: 4}
    expect: deny
    by: [freeze]
"""


def library(extra: str = FREEZE, decisions: str = EXPECTED) -> Library:
    policies = (Source(name="all.cedar", text=shipped().text() + extra),)
    return Library(policies=policies, decisions=(Source(name="decisions.yaml", text=decisions),))


class Board:
    """A board, a node, and what its people see."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self.store = store
        self.in_force = PolicyInForce(policy(people=PEOPLE))
        self.metrics = Metrics()
        ids = CountingIds()
        self.watch = PolicyWatch(
            store,
            self.in_force,
            lambda text: Policy(text, facts(people=PEOPLE)),
            bus=LocalBus(),
            metrics=self.metrics,
            clock=clock,
            ids=ids,
        )
        signer = Attester(LOG_KEY)
        self.board = PolicyBoard(store, self.in_force, self.watch.look, attester=signer, clock=clock, ids=ids)

    async def decided(self, call: Call, run: str, *, kept: bool = True) -> None:
        """Record that a plan of Alice's was decided on, with the plan beside the log or not."""
        step = Step(call=call, effect=Effect.WRITE, says="scale")
        plan = Plan(tenant=TENANT, thread="t", message="m", requester="alice", goal="g", steps=(step,))
        about = {"run": run, "plan_digest": plan.digest()}
        planned = Planned(message="m", tools=(call.tool,), expires_at=MIDNIGHT, **about)
        basis = {"policies": ("p",), "policy_hash": "0" * 64, "decision": "needs_approval", "approvals": 1}
        beside = (Attachment(field="content", kind="plan", content=canonical(plan)),) if kept else ()
        for body, texts in ((planned, beside), (Decided.model_validate({**about, **basis}), ())):
            record = Record(
                tenant=TENANT, at=MIDNIGHT, actor="alice", correlation="c", body=body, attachments=texts
            )
            await self.store.ledger.append(record)

    async def told(self) -> list[PolicyChanged | PolicyProposed]:
        entries = await self.store.ledger.matching(TENANT, LogFilter(), 0, 1000)
        bodies = [each.entry.told() for each in entries]
        return [body for body in bodies if isinstance(body, PolicyChanged | PolicyProposed)]


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Board]:
    clock = FakeClock()
    store = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", clock, LOG_KEY)
    yield Board(store, clock)
    await store.close()


async def test_one_proposes_another_agrees_and_it_is_in_force(node: Board) -> None:
    before = node.in_force.now().hash
    proposal = await node.board.propose(ADA, library(), "too many pods")
    assert node.in_force.now().hash == before
    promoted = await node.board.agree(EVE, proposal.id, proposal.policy_hash)
    assert node.in_force.now().hash == proposal.policy_hash
    assert (promoted.number, promoted.by, promoted.agreed_by) == (2, "ada", "eve")
    proposed, changed = await node.told()
    assert isinstance(proposed, PolicyProposed)
    assert isinstance(changed, PolicyChanged)
    assert (proposed.decisions, changed.change, changed.previous) == (1, "promoted", before)
    assert changed.text is not None
    assert changed.reason is not None
    text = await node.store.blobs.get(TENANT, changed.text)
    assert text.content.decode() == promoted.text


async def test_the_proposal_shows_what_it_would_have_changed(node: Board) -> None:
    scale = Call(
        tool="service.scale", arguments={"service": "checkout", "environment": "production", "replicas": 4}
    )
    await node.decided(scale, "run_1")
    await node.decided(scale, "run_2", kept=False)
    proposal = await node.board.propose(ADA, library(), "why")
    found = Simulation.model_validate(proposal.simulation)
    assert [(each.principal, each.before, each.after) for each in found.changes] == [("alice", "needs 1", "deny")]
    assert (found.requests, found.missing, found.new_hash) == (1, {NO_PLAN: 1}, proposal.policy_hash)


async def test_nobody_agrees_to_their_own_proposal(node: Board) -> None:
    proposal = await node.board.propose(ADA, library(), "why")
    with pytest.raises(SelfApproval):
        await node.board.agree(ADA, proposal.id, proposal.policy_hash)


async def test_only_administrators_bring_a_policy_into_force(node: Board) -> None:
    with pytest.raises(PolicyDenied):
        await node.board.propose(BOB, library(), "why")
    proposal = await node.board.propose(ADA, library(), "why")
    with pytest.raises(PolicyDenied):
        await node.board.agree(BOB, proposal.id, proposal.policy_hash)
    with pytest.raises(PolicyDenied):
        await node.board.rollback(BOB, proposal.policy_hash, "why")


@pytest.mark.parametrize(
    ("extra", "decisions", "says"),
    [
        (FREEZE, EXPECTED.replace("deny", "allow"), "expected allow"),
        ("permit (principal", EXPECTED, "pass their check"),
        (FREEZE, "at: 2026-11-20T03:00:00Z\ndecisions: []\n", "golden decisions"),
    ],
    ids=["another answer", "broken", "no golden set"],
)
async def test_without_its_golden_set_nothing_is_proposed(
    node: Board, extra: str, decisions: str, says: str
) -> None:
    with pytest.raises(PolicyInvalid, match=says):
        await node.board.propose(ADA, library(extra, decisions), "why")
    assert await node.told() == []


async def test_what_is_in_force_already_is_not_proposed(node: Board) -> None:
    allowed = EXPECTED.replace("deny", "needs 1").replace("    by: [freeze]\n", "")
    with pytest.raises(InvalidInput, match="the same"):
        await node.board.propose(ADA, library("", allowed), "why")


async def test_agreeing_is_to_one_policy_against_one_policy(node: Board) -> None:
    first = await node.board.propose(ADA, library(), "why")
    second = await node.board.propose(ADA, library(FREEZE + FREEZE.replace("freeze", "other")), "why")
    with pytest.raises(Conflict, match="expected"):
        await node.board.agree(EVE, first.id, second.policy_hash)
    await node.board.agree(EVE, first.id, first.policy_hash)
    with pytest.raises(Conflict, match="expected"):
        await node.board.agree(EVE, second.id, second.policy_hash)
    with pytest.raises(NotFound):
        await node.board.agree(EVE, first.id, first.policy_hash)


async def test_going_back_is_by_hash_to_what_was_loaded_at_first_too(node: Board) -> None:
    before = node.in_force.now().hash
    proposal = await node.board.propose(ADA, library(), "why")
    await node.board.agree(EVE, proposal.id, proposal.policy_hash)
    promoted = await node.board.rollback(EVE, before[:12], "deploys are denied")
    assert node.in_force.now().hash == before
    assert (promoted.number, promoted.change) == (3, "rolled_back")
    assert [each.change for each in await node.board.history(ADA)] == ["rolled_back", "promoted", "loaded"]
    with pytest.raises(NotFound):
        await node.board.rollback(EVE, "f" * 12, "why")


async def test_a_broken_policy_is_refused_loudly_and_the_old_one_stays(node: Board) -> None:
    before = node.in_force.now()
    await node.store.policies.promote(samples.promoted(TENANT, text="permit (principal"))
    await node.watch.look()
    assert node.in_force.now() is before
    (refused,) = await node.told()
    assert isinstance(refused, PolicyChanged)
    assert (refused.change, refused.previous) == ("refused", before.hash)
    with pytest.raises(PolicyInvalid, match="is refused"):
        await node.watch.probe()
    assert b"quarterdeck_policy_refused 1.0" in node.metrics.text()


async def test_a_broken_policy_is_refused_once_and_a_good_one_after_it_is_taken(node: Board) -> None:
    await node.store.policies.promote(samples.promoted(TENANT, text="permit (principal"))
    await node.watch.look()
    await node.watch.look()
    assert len(await node.told()) == 1
    good = policy(shipped().text() + FREEZE, people=PEOPLE)
    await node.store.policies.promote(samples.promoted(TENANT, 2, text=good.text, policy_hash=good.hash))
    await node.watch.look()
    assert node.in_force.now() == good
    assert good.hash[:12] in await node.watch.probe()


async def test_a_start_goes_back_to_the_newest_policy_that_can_be_used(node: Board) -> None:
    good = policy(shipped().text() + FREEZE, people=PEOPLE)
    await node.store.policies.promote(samples.promoted(TENANT, 1, text=good.text, policy_hash=good.hash))
    await node.store.policies.promote(samples.promoted(TENANT, 2, text="permit (principal"))
    await node.watch.look()
    assert node.in_force.now() == good


def test_another_tenants_policy_never_comes_into_force() -> None:
    held = PolicyInForce(policy())
    other = Policy(shipped().text(), facts().model_copy(update={"tenant": "evil", "people": ()}))
    with pytest.raises(PolicyInvalid, match="expected a policy of acme"):
        held.replace(other)
