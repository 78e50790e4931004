"""From any id of a turn to everything that led to it and followed from it, in one person's tenant."""

import pytest

from agents.ports import Turn
from bot.identity import Directory
from bot.trace import told
from bot.tracing import Tracing
from memory.errors import NotFound, PolicyDenied
from memory.model.people import Principal, Role
from memory.model.plan import Call
from memory.model.run import Run
from runbooks.proposal import Caller, Proposal
from tests.fakes.people import ALICE, BOB, EVERYBODY, MALLORY, TENANT, VIC, person
from tests.runbooks.conftest import ROLLBACK, Bench, bench

__all__ = ["bench"]

SIGNAL = Call(tool="metrics.signal", arguments={"service": "checkout", "signal": "error_rate"})
AUDITOR = person("audra", Role.AUDITOR)


@pytest.fixture
async def run(bench: Bench) -> Run:
    """A rollback that alice asked for, bob approved, and that worked."""
    return await bench.approve(await bench.propose(), BOB)


@pytest.fixture
def tracing(bench: Bench) -> Tracing:
    return Tracing(bench.store, Directory((*EVERYBODY, AUDITOR)))


@pytest.mark.parametrize("about", ["correlation", "run", "index", "leaf", "beginning of a leaf"])
async def test_every_id_of_a_turn_leads_to_the_same_trace(
    bench: Bench, tracing: Tracing, run: Run, about: str
) -> None:
    approval = (await bench.store.ledger.trace(TENANT, run.correlation))[4]
    subject = {
        "correlation": run.correlation,
        "run": run.id,
        "index": "4",
        "leaf": approval.receipt.leaf,
        "beginning of a leaf": approval.receipt.leaf[:12],
    }[about]
    trace = await tracing.trace(ALICE, subject)
    titles = [told(node, trace).title for node in trace.graph.nodes]
    assert titles == [
        "Message",
        "Understood",
        "Proposed",
        "Policy asks people",
        "Approved",
        "Measured before",
        "Granted",
        "Done",
        "Verified",
        "Measured after",
        "Ended: succeeded",
    ]
    (chain,) = trace.chains
    assert chain.complete
    assert chain.links == (0, 1, 2, 3, 4, 6)


async def test_what_led_to_the_looks_of_an_earlier_turn_is_told_too(bench: Bench, tracing: Tracing) -> None:
    earlier, turn = [await bench.heard_from(ALICE, message) for message in ("m0", "m1")]
    seen = await bench.runner.observe(SIGNAL, _caller(earlier))
    proposal = Proposal(goal="as asked", calls=(ROLLBACK,), evidence=tuple(each.id for each in seen.evidence))
    run = (await bench.runner.propose(proposal, _caller(turn))).run
    assert run is not None
    trace = await tracing.trace(ALICE, run.id)
    assert trace.graph.dangling == ()
    titles = [told(node, trace).title for node in trace.graph.nodes]
    assert [titles.count(each) for each in ("Message", "Understood", "Looked", "Proposed")] == [2, 2, 1, 1]


def _caller(turn: Turn) -> Caller:
    message = turn.message
    return Caller(
        principal=turn.principal, thread=message.thread, message=message.id, correlation=turn.correlation
    )


async def test_who_audits_sees_who_did_what_and_others_only_themselves(tracing: Tracing, run: Run) -> None:
    async def seen_by(viewer: Principal) -> set[str]:
        return set((await tracing.trace(viewer, run.id)).people.values())

    assert await seen_by(AUDITOR) == {"Alice", "Bob"}
    assert await seen_by(BOB) == {"Bob"}
    assert await seen_by(VIC) == set()


@pytest.mark.parametrize("subject", ["run_unknown", "99", "ab" * 32, "no such thing", "'; drop table ledger"])
async def test_what_is_no_id_is_not_found(tracing: Tracing, run: Run, subject: str) -> None:
    assert run.id != subject
    with pytest.raises(NotFound):
        await tracing.trace(ALICE, subject)


async def test_nobody_traces_what_another_tenant_did(tracing: Tracing, run: Run) -> None:
    for subject in (run.id, run.correlation, "0"):
        with pytest.raises(NotFound):
            await tracing.trace(MALLORY, subject)


async def test_a_person_without_a_role_traces_nothing(tracing: Tracing, run: Run) -> None:
    with pytest.raises(PolicyDenied):
        await tracing.trace(person("nobody"), run.id)
