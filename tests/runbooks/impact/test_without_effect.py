"""A simulation is without effect: no hand can act and the store cannot be written to, and it says just the same.

Every runbook of the library and every acting tool of its registry is simulated while acting and writing raise.
What the targets themselves recorded is afterwards, byte for byte, what it was.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.identity import Directory
from bot.impact import Outlooks
from memory.canonical import canonical
from memory.model.outcome_record import OutcomeRecord
from memory.model.plan import Call
from memory.model.run import Outcome, RunStatus
from runbooks.proposal import Proposal
from runbooks.simulation import Outlook, Simulation
from tests.fakes.people import ALICE, EVERYBODY, TENANT
from tests.fakes.time import MIDNIGHT
from tests.runbooks.library.cases import CASES, Case
from tests.runbooks.library.stage import SERVICES, Stage, staged
from tools.contract import Actor, Arguments, CallContext
from tools.registry import Registry

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.runbook)


class Acted(BaseException):
    """Something acted or wrote. Nothing catches this."""


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as here:
        yield here


def registry(stage: Stage) -> Registry:
    return stage.bench.runner._gate._registry


def actors(stage: Stage) -> dict[str, Actor]:
    tools = (registry(stage).tool(name) for name in registry(stage)._tools)
    return {tool.capability.name: tool for tool in tools if isinstance(tool, Actor)}


@contextmanager
def disarmed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make acting and writing impossible."""

    async def act(_self: Actor, _arguments: Arguments, context: CallContext) -> Outcome:
        raise Acted(context.key)

    def write(*_: object) -> None:
        raise Acted("a write")

    with monkeypatch.context() as patched:
        for kind in {type(actor) for actor in actors(stage).values()}:
            patched.setattr(kind, "act", act)
        for name in ("writing", "joining"):
            patched.setattr(stage.bench.store._database, name, write)
        yield


def outlooks(stage: Stage) -> Outlooks:
    bench = stage.bench
    return Outlooks(bench.store, bench.runner._gate, SERVICES, Directory(EVERYBODY), bench.clock)


def recorded(stage: Stage) -> bytes:
    """Return what the targets' own ledgers say."""
    return canonical(dict(stage.world.effects())) + repr(stage.world.state()).encode()


async def looked_ahead(
    stage: Stage, proposal: Proposal, monkeypatch: pytest.MonkeyPatch
) -> tuple[Simulation, Outlook]:
    caller = await stage.caller("dry")
    before = recorded(stage)
    with disarmed(stage, monkeypatch):
        simulation = await stage.bench.runner.simulate(proposal, caller)
        outlook = await outlooks(stage).of(simulation, ALICE)
    assert recorded(stage) == before
    assert simulation.plan is not None, simulation.refusal
    assert outlook is not None
    return simulation, outlook


@each_case
async def test_every_runbook_is_simulated_while_nothing_can_act_or_write(
    stage: Stage, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.arrange(stage.world)
    proposal = stage.compiled(case.runbook, case.inputs).proposal
    simulation, outlook = await looked_ahead(stage, proposal, monkeypatch)
    assert len(simulation.steps) == len(proposal.calls)
    assert {each.person for each in outlook.approvers} >= {each.id for each in case.approvers}
    assert ALICE.id not in {each.person for each in outlook.approvers}
    assert outlook.reach
    assert outlook.record
    submission = await stage.bench.runner.propose(proposal, await stage.caller("dry"))
    assert submission.run is not None
    assert submission.run.plan_digest == simulation.plan_digest


async def test_every_acting_tool_is_previewed_while_nothing_can_act(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Call] = {}
    for case in CASES:
        case.arrange(stage.world)
        proposal = stage.compiled(case.runbook, case.inputs).proposal
        simulation, _ = await looked_ahead(stage, proposal, monkeypatch)
        assert simulation.plan is not None
        for step in simulation.plan.steps:
            seen |= {call.tool: call for call in (step.call, step.undo) if call is not None}
    before = recorded(stage)
    caller = await stage.caller("each")
    with disarmed(stage, monkeypatch):
        for call in seen.values():
            await stage.bench.runner.simulate(Proposal(goal=call.tool, calls=(call,)), caller)
    assert recorded(stage) == before
    assert set(actors(stage)) <= set(seen)


async def test_it_would_be_noticed_if_something_acted(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[0]
    case.arrange(stage.world)
    run = await stage.proposed(case.runbook, case.inputs)
    with disarmed(stage, monkeypatch), pytest.raises(Acted):
        await stage.bench.runner.withdraw(TENANT, run.id, ALICE.id)
    call = run.plan.steps[0].call
    arguments = registry(stage).arguments(call.tool, call.arguments)
    context = CallContext(tenant=TENANT, principal="alice", correlation="c", key="k", now=MIDNIGHT)
    with disarmed(stage, monkeypatch), pytest.raises(Acted):
        await actors(stage)[call.tool].act(arguments, context)


async def test_the_past_of_the_same_kind_is_replayed_with_what_would_differ(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[0]
    case.arrange(stage.world)
    done = await stage.carried_out(case.runbook, case.inputs, case.approvers)
    assert done.status is RunStatus.SUCCEEDED
    stage.world.shop.state["checkout version"] = "1.4.2"
    proposal = stage.compiled(case.runbook, {**case.inputs, "version": "1.4.0"}).proposal
    _, outlook = await looked_ahead(stage, proposal, monkeypatch)
    (past,) = outlook.past
    assert (past.run, past.worked) == (done.id, True)
    assert past.differs == ("version 1.4.0 instead of 1.4.1",)
    assert "before" in past.measured[0]
    assert "Worked once on checkout" in outlook.record[0]
    gone = OutcomeRecord(
        tenant=TENANT,
        run="run_gone",
        procedure=case.runbook,
        service="checkout",
        worked=True,
        status=RunStatus.SUCCEEDED,
        at=MIDNIGHT,
    )
    await stage.bench.store.outcomes.count(gone)
    _, again = await looked_ahead(stage, proposal, monkeypatch)
    assert [each.run for each in again.past] == [done.id]
