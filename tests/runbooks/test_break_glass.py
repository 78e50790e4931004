"""Break-glass: it waives the people who are missing and nothing else, loudly, for a while, and is reviewed."""

import pytest

from memory.errors import AssuranceTooLow, BreakGlassRefused, PolicyDenied
from memory.model.approval import Assurance, Verdict
from memory.model.people import Role
from memory.model.run import RunStatus
from tests.fakes.people import ALICE, BOB, ROBOT, TENANT, VIC, default_text, glass
from tests.runbooks.conftest import Bench, ballot
from tests.runbooks.signing import CRITICAL, refused, saying, waiting
from tools.approvals import Requirement

GLASS = default_text() + glass(minutes=5) + glass(Role.APPROVER, minutes=5)
WHY = "Everything is down and nobody else answers."


async def test_breaking_the_glass_runs_the_plan_and_waits_to_be_reviewed(bench: Bench) -> None:
    bench.runner = bench.another(GLASS)
    run = await waiting(bench, CRITICAL)
    loud = ballot(ALICE, run).model_copy(update={"break_glass": True, "reason": WHY})
    await bench.runner.decide(TENANT, run.id, loud)
    assert (await bench.runner.finished(TENANT, run.id)).status is RunStatus.SUCCEEDED
    kinds = await bench.kinds(run)
    assert kinds[2:6] == ["approval", "break_glass", "measurement", "decided"]
    (review,) = await bench.store.reviews.of(TENANT)
    assert (review.used_by, review.missing, review.reason) == (ALICE.id, 2, WHY)
    assert (review.window_ends_at - review.used_at).total_seconds() == 5 * 60
    assert any(event.body.get("break_glass") for event in bench.heard.events)


@pytest.mark.parametrize(
    ("text", "who", "reason", "verdict"),
    [
        (None, ALICE, WHY, Verdict.APPROVE),
        (GLASS, VIC, WHY, Verdict.APPROVE),
        (GLASS, ROBOT, WHY, Verdict.APPROVE),
        (GLASS, ALICE, "because", Verdict.APPROVE),
        (GLASS, ALICE, "", Verdict.APPROVE),
        (GLASS, BOB, WHY, Verdict.DENY),
        (default_text() + glass(environment="staging"), ALICE, WHY, Verdict.APPROVE),
    ],
    ids=["not allowed", "viewer", "program", "short reason", "no reason", "a no", "elsewhere"],
)
async def test_who_may_not_break_the_glass_does_not(
    bench: Bench, text: str | None, who: object, reason: str, verdict: Verdict
) -> None:
    bench.runner = bench.another(text)
    run = await waiting(bench)
    said = saying(who, run, verdict, reason=reason, break_glass=True, assurance=Assurance.CHAT)  # type: ignore[arg-type]  # a person
    await refused(bench, run, bench.runner.decide(TENANT, run.id, said), BreakGlassRefused)
    assert not await bench.store.reviews.of(TENANT)


async def test_breaking_the_glass_takes_no_less_than_the_level_that_is_asked(bench: Bench) -> None:
    bench.runner = bench.another(GLASS, requirements=(Requirement(assurance=Assurance.KEY),))
    run = await waiting(bench)
    loud = ballot(ALICE, run).model_copy(update={"break_glass": True, "reason": WHY})
    await refused(bench, run, bench.runner.decide(TENANT, run.id, loud), AssuranceTooLow)


async def test_a_window_that_closed_before_the_plan_began_lets_nothing_through(bench: Bench) -> None:
    bench.runner = bench.another(GLASS)
    run = await waiting(bench)
    await bench.runner.drain(0.0)  # it dies before it begins
    loud = ballot(ALICE, run).model_copy(update={"break_glass": True, "reason": WHY})
    await bench.runner.decide(TENANT, run.id, loud)
    await bench.runner.close()
    bench.clock.move(6 * 60)
    later = bench.another(GLASS)
    await later.tend()
    assert (await later.finished(TENANT, run.id)).status is RunStatus.FAILED
    assert not bench.estate.effects
    await later.close()


async def test_breaking_the_glass_does_not_lift_what_policy_forbids(bench: Bench) -> None:
    bench.runner = bench.another(GLASS)
    run = await waiting(bench)
    forbidding = f"""{GLASS}
@id("nobody-rolls-back")
forbid (principal, action == Action::"deploy.rollback", resource);
"""
    later = bench.another(forbidding)
    loud = ballot(ALICE, run).model_copy(update={"break_glass": True, "reason": WHY})
    await refused(bench, run, later.decide(TENANT, run.id, loud), PolicyDenied)
    await later.close()
