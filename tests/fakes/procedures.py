"""The packaged runbooks behind the real room, over a runner that says what it would do and does nothing."""

from functools import cache

from bot.procedures import RunbookRoom
from memory.model.catalogue import Catalogue, Service
from memory.model.decision import Basis, NeedsApproval, Obligation
from memory.model.run import Change, Preview
from runbooks.catalogue import RunbookCatalogue, catalogue, packaged
from runbooks.compiler import Rehearsal, compile_plan
from runbooks.proposal import Caller, Proposal
from runbooks.simulation import Simulation, StepForecast
from tests.fakes.time import CountingIds
from tools.capabilities import EVERY

SERVICES = Catalogue(services=(Service(name="checkout"), Service(name="payments")))
YES_LATER = NeedsApproval(
    basis=Basis(policies=("p",), policy_hash="ab" * 32), obligations=(Obligation(approvals=1),)
)


class FakeSimulator:
    """Counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Proposal] = []

    async def simulate(self, proposal: Proposal, caller: Caller) -> Simulation:
        self.asked.append(proposal)
        previews = tuple(
            Preview(
                call=call, summary="It would change.", changes=(Change(field="version", before="2", after="1"),)
            )
            for call in proposal.calls
        )
        dry_runs = tuple(Rehearsal(preview=each) for each in previews)
        plan = compile_plan(proposal, dry_runs, caller, {each.name: each for each in EVERY})
        steps = tuple(
            StepForecast(says=step.says, preview=preview, decision=YES_LATER)
            for step, preview in zip(plan.steps, previews, strict=True)
        )
        return Simulation(plan=plan, plan_digest=plan.digest(), decision=YES_LATER, steps=steps)


def room(known: RunbookCatalogue | None = None) -> RunbookRoom:
    """Return the room over these runbooks, the packaged ones where none are given."""
    return RunbookRoom(known or shipped(), SERVICES, EVERY, FakeSimulator(), CountingIds())


@cache
def shipped() -> RunbookCatalogue:
    """Return the packaged runbooks, read once: they are frozen."""
    return catalogue(packaged(), EVERY)
