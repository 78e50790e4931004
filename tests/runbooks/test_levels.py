"""Policy says how sure approvals have to be, who has to be among them, and what it leaves of a budget."""

import pytest

from memory.errors import AssuranceTooLow, PolicyDenied
from memory.model.approval import Assurance, Verdict
from memory.model.decision import NeedsApproval
from memory.model.limits import Limit, LimitScope, Resource, Use
from memory.model.run import RunStatus
from runbooks.spending import left
from tests.fakes.people import BOB, CARA, EVERYBODY, TENANT, default_text
from tests.runbooks.conftest import ROLLBACK, Bench, ballot
from tests.runbooks.signing import CRITICAL, refused, sealed, shown, waiting
from tools.approvals import Requirement
from tools.policy import Budget

KEYS = (
    default_text()
    + """
@id("production-by-key")
@reason("production is changed with approvals by key")
@needed("an approval by key")
forbid (principal, action in Action::"execute", resource is Service)
when { context.environment == "production" && context.assurance < 3 };
"""
)
OWNERS = (
    default_text()
    + """
@id("owners-are-among-two")
@reason("one of the two has to be of the team that owns the service")
@needed("somebody of the owning team")
forbid (principal, action == Action::"approve", resource is Run)
when { context has owner && context.approvals >= 1 && !context.teams.contains(context.owner) }
unless { principal in Role::"viewer" && principal.teams.contains(context.owner) };
"""
)
FEW = (
    default_text()
    + """
@id("the-last-two-are-for-emergencies")
@reason("the last two actions of the hour are kept")
@needed("an hour with more actions left")
forbid (principal, action in Action::"execute", resource)
when { context has budget && context.budget.actions <= 2 };
"""
)


async def test_a_click_is_refused_where_policy_asks_for_a_key_and_the_key_is_taken(bench: Bench) -> None:
    bench.runner = bench.another(KEYS)
    run = await waiting(bench)
    assert isinstance(run.decision, NeedsApproval)
    assert (run.decision.quorum(), run.decision.assurance()) == (1, Assurance.KEY)
    assert bench.runner.asked(run) is Assurance.KEY
    await refused(bench, run, bench.runner.decide(TENANT, run.id, ballot(BOB, run)), AssuranceTooLow)
    with pytest.raises(AssuranceTooLow, match="expected an approval at the level key") as told:
        await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    assert f"quarterdeck approve {run.id} --key FILE" in told.value.hint
    signed = sealed(await shown(bench.runner, BOB, run), BOB)
    await bench.runner.cast(TENANT, run.id, BOB.id, signed)
    assert (await bench.runner.finished(TENANT, run.id)).status is RunStatus.SUCCEEDED


async def test_the_settings_are_a_floor_under_what_policy_asks(bench: Bench) -> None:
    bench.runner = bench.another(requirements=(Requirement(assurance=Assurance.PASSKEY),))
    run = await waiting(bench)
    assert bench.runner.asked(run) is Assurance.PASSKEY
    bench.runner = bench.another(KEYS, requirements=(Requirement(assurance=Assurance.PASSKEY),))
    assert bench.runner.asked(run) is Assurance.KEY


async def test_one_of_two_is_of_the_owning_team_and_a_no_may_come_from_anybody(bench: Bench) -> None:
    owner = CARA.model_copy(update={"teams": ("money",)})
    people = tuple(owner if each.id == CARA.id else each for each in EVERYBODY)
    first, second = (person.id for person in (BOB, owner))
    bench.runner = bench.another(OWNERS, people=(*people, BOB.model_copy(update={"id": "dan", "name": "Dan"})))
    run = await waiting(bench, CRITICAL)
    assert (run.decision.kind, bench.runner.may_approve(run, "dan")) == ("needs_approval", True)
    await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    waits = await bench.store.runs.get(TENANT, run.id)
    assert [bench.runner.may_approve(waits, who) for who in ("dan", second)] == [False, True]
    late = ballot(BOB, run).model_copy(update={"approver": "dan"})
    with pytest.raises(PolicyDenied, match="owns the service") as told:
        await bench.runner.decide(TENANT, run.id, late)
    assert told.value.hint == "somebody of the owning team"
    no = late.model_copy(update={"verdict": Verdict.DENY, "reason": "not now"})
    other = await bench.propose(CRITICAL, message="m2")
    await bench.runner.decide(TENANT, other.id, ballot(BOB, other))
    ended = await bench.runner.decide(TENANT, other.id, no.model_copy(update={"plan_digest": other.plan_digest}))
    assert ended.status is RunStatus.DENIED
    await bench.runner.decide(TENANT, run.id, ballot(owner, run))
    done = await bench.runner.finished(TENANT, run.id)
    assert (done.status, [each.approver for each in done.approvals]) == (RunStatus.SUCCEEDED, [first, second])


async def test_policy_is_told_what_is_left_and_may_keep_some_of_it(bench: Bench) -> None:
    limits = (Limit(resource=Resource.ACTIONS, most=3),)
    bench.runner = bench.another(FEW, limits=limits)
    submission = await bench.submit(ROLLBACK)
    assert submission.run is not None
    spent = Use(id="u1", tenant=TENANT, resource=Resource.ACTIONS, person="bob", amount=1, at=bench.clock.now())
    await bench.store.uses.add(TENANT, [spent])
    kept = await bench.submit(ROLLBACK, message="m2")
    assert (kept.run, kept.code) == (None, "policy.denied")
    assert "the last two actions" in kept.refusal
    await bench.runner.decide(TENANT, submission.run.id, ballot(BOB, submission.run))
    ended = await bench.runner.finished(TENANT, submission.run.id)
    assert ended.status is RunStatus.FAILED
    assert not bench.estate.effects


async def test_what_is_left_is_the_least_of_the_tenant_the_person_and_the_runbook(bench: Bench) -> None:
    run = await bench.propose(ROLLBACK)
    plan = run.plan.model_copy(update={"runbook": "restart-it@2"})
    now = bench.clock.now()
    assert await left(bench.store, plan, (), now) is None
    limits = [
        Limit(resource=Resource.ACTIONS, most=10),
        Limit(resource=Resource.ACTIONS, scope=LimitScope.PERSON, most=5),
        Limit(resource=Resource.ACTIONS, scope=LimitScope.RUNBOOK, name="restart-it", most=4),
        Limit(resource=Resource.TOKENS, scope=LimitScope.PERSON, most=100),
    ]
    uses = [
        Use(id="a", tenant=TENANT, resource=Resource.ACTIONS, person="alice", amount=3, at=now),
        Use(
            id="b", tenant=TENANT, resource=Resource.ACTIONS, person="bob", runbook="restart-it", amount=1, at=now
        ),
        Use(id="c", tenant=TENANT, resource=Resource.TOKENS, person="alice", amount=150, at=now),
    ]
    await bench.store.uses.add(TENANT, uses)
    found = await left(bench.store, plan, limits, now)
    assert found == Budget(actions=2, tokens=-50)
    other = plan.model_copy(update={"runbook": "another@1", "requester": "bob"})
    assert await left(bench.store, other, limits, now) == Budget(actions=4, tokens=100)
