"""A runbook from its file to its effect: compiled, rehearsed without effect, approved, carried out, verified."""

from importlib.resources import files
from pathlib import Path

import pytest

from memory.model.catalogue import Catalogue, Service
from memory.model.decision import NeedsApproval
from memory.model.intent import Argument, Provenance
from memory.model.run import RunStatus
from memory.model.value import JsonValue
from runbooks.catalogue import RunbookCatalogue, catalogue, folder, packaged
from runbooks.format import bound, compiled
from runbooks.proposal import Caller, Proposal
from runbooks.testing import Rehearsal
from tests.fakes.people import ALICE, BOB, TENANT
from tests.runbooks.conftest import Bench
from tests.runbooks.format.written import SOUND
from tools.capabilities import EVERY

SERVICES = Catalogue(services=(Service(name="checkout"), Service(name="payments")))
TOOLS = {each.name: each for each in EVERY}
LIBRARY = catalogue(packaged(), EVERY)


def proposed(runbook: str, **inputs: JsonValue) -> Proposal:
    found = LIBRARY.find(runbook)
    given = {name: Argument(value=value, provenance=Provenance.SAID) for name, value in inputs.items()}
    return compiled(found, bound(found.head.inputs, given, SERVICES), SERVICES, TOOLS).proposal


async def caller(bench: Bench, message: str = "m1") -> Caller:
    turn = await bench.heard_from(ALICE, message)
    return Caller(principal=ALICE, thread="t1", message=message, correlation=turn.correlation)


def test_every_packaged_runbook_reads_without_a_finding() -> None:
    assert [each.explained() for each in LIBRARY.findings] == []
    assert {"roll-back-release", "restart-service"} <= {each.head.id for each in LIBRARY.newest()}


async def test_a_release_is_rolled_back_by_its_runbook(bench: Bench) -> None:
    submission = await bench.runner.propose(proposed("roll-back-release", service="checkout"), await caller(bench))
    run = submission.run
    assert run is not None
    assert run.plan.runbook == "roll-back-release@1"
    assert run.plan.budget is not None
    step = run.plan.steps[0]
    assert (step.timeout_s, step.attempts) == (60, 3)
    assert [check.says for check in step.checks] == ["the error rate of checkout is below 0.02"]
    assert step.undo is not None
    done = await bench.approve(run, BOB)
    assert done.status is RunStatus.SUCCEEDED
    assert bench.estate.versions["checkout"] == "1.4.1"


def test_a_restart_is_planned_by_its_runbook_and_measured() -> None:
    file = files("runbooks").joinpath(LIBRARY.find("restart-service").file)
    plan = Rehearsal(file).plan({"service": "checkout", "environment": "production"})
    assert [step.call.tool for step in plan.steps] == ["service.restart"]
    assert plan.steps[0].checks[0].bound == pytest.approx(0.05)


async def test_a_rollback_that_does_not_help_is_taken_back(bench: Bench) -> None:
    proposal = proposed("roll-back-release", service="checkout", version="1.4.2", most_errors=0.001)
    bench.estate.versions["checkout"] = "1.4.1"
    run = (await bench.runner.propose(proposal, await caller(bench))).run
    assert run is not None
    done = await bench.approve(run, BOB)
    assert done.status is RunStatus.UNDONE
    assert bench.estate.versions["checkout"] == "1.4.1"


async def test_a_simulation_shows_the_plan_and_the_decision_and_leaves_no_trace(bench: Bench) -> None:
    who = await caller(bench)
    before = (await bench.store.ledger.page(TENANT, limit=200)).items
    simulated = await bench.runner.simulate(proposed("roll-back-release", service="checkout"), who)
    assert simulated.plan is not None
    assert simulated.plan_digest == simulated.plan.digest()
    assert isinstance(simulated.decision, NeedsApproval)
    assert simulated.steps[0].preview.changes
    assert not bench.estate.effects
    assert (await bench.store.ledger.page(TENANT, limit=200)).items == before
    assert not (await bench.store.runs.page(TENANT)).items


async def test_what_is_submitted_is_exactly_what_was_simulated(bench: Bench) -> None:
    who, proposal = await caller(bench), proposed("roll-back-release", service="checkout")
    simulated = await bench.runner.simulate(proposal, who)
    run = (await bench.runner.propose(proposal, who)).run
    assert run is not None
    assert run.plan_digest == simulated.plan_digest


async def test_a_runbook_that_would_change_nothing_makes_no_plan(bench: Bench) -> None:
    bench.estate.versions["checkout"] = "1.4.1"
    proposal = proposed("roll-back-release", service="checkout", version="1.4.1")
    simulated = await bench.runner.simulate(proposal, await caller(bench))
    assert simulated.plan is None
    assert simulated.code == "plan.no_change"


def test_the_newest_version_is_meant_and_an_older_one_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(SOUND)
    (tmp_path / "b.md").write_text(SOUND.replace("version: 1.10", "version: 1.9"))
    known = catalogue(folder(tmp_path), EVERY)
    assert known.find("calm-down").head.version == "1.10"
    assert known.find("calm-down@1.9").head.version == "1.9"


def test_a_file_that_is_wrong_is_left_out_and_told_of(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(SOUND)
    (tmp_path / "b.md").write_text(SOUND)
    (tmp_path / "c.md").write_text(SOUND.replace("tier: execute", "tier: wild"))
    (tmp_path / "d.md").write_bytes(b"---\n\xff")
    (tmp_path / "README.md").write_text("# Not one of them")
    known: RunbookCatalogue = catalogue(folder(tmp_path), EVERY)
    assert [each.name for each in known.runbooks] == ["calm-down@1.10"]
    assert [each.code for each in known.findings] == ["catalogue.twice", "field.value", "file.encoding"]
