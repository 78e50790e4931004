"""Makes `savings.take` a plan of the calls that save. What is submitted is those calls, each through the gate."""

from agents.ports import Proposer, Turn
from bot.savings.service import Savings
from memory.errors import QuarterdeckError
from memory.model.intent import Provenance
from memory.model.plan import Call
from memory.model.run import Run
from memory.model.talk import Submission
from memory.model.value import Identifier
from runbooks.proposal import Proposal
from runbooks.simulation import Outlook, Simulation
from tools.capabilities.savings import SAVINGS_TAKE, Target
from tools.hands import given
from tools.registry import validated

NOTHING = "savings.nothing"


class SavingProposer:
    """Serves `agents.ports.Proposer`: what is no saving is left to `onward` as it is."""

    def __init__(self, savings: Savings, onward: Proposer) -> None:
        self._savings = savings
        self._onward = onward

    async def propose(
        self, goal: str, calls: tuple[Call, ...], turn: Turn, evidence: tuple[Identifier, ...]
    ) -> Submission:
        """Submit the calls as a plan, savings as the calls that make them."""
        if not any(_taken(call) for call in calls):
            return await self._onward.propose(goal, calls, turn, evidence)
        try:
            wanted = await self._each(calls, turn)
        except QuarterdeckError as error:
            return Submission(refusal=error.message, hint=error.hint, code=error.code)
        if not wanted:
            return Submission(refusal="No tool can do any of the savings there are", code=NOTHING)
        submission = await self._onward.propose(goal, wanted, turn, evidence)
        if submission.run is not None:
            await self._noted(submission.run)
        return submission

    async def follow(self, proposal: Proposal, turn: Turn) -> Submission:
        """Submit what was compiled from a runbook."""
        return await self._onward.follow(proposal, turn)

    async def simulate(self, proposal: Proposal, turn: Turn) -> tuple[Simulation, Outlook | None]:
        """Return what submitting it would lead to."""
        if any(_taken(call) for call in proposal.calls):
            wanted = await self._each(proposal.calls, turn)
            if not wanted:
                return Simulation(refusal="No tool can do any of the savings there are", code=NOTHING), None
            proposal = proposal.model_copy(update={"calls": wanted})
        return await self._onward.simulate(proposal, turn)

    async def _each(self, calls: tuple[Call, ...], turn: Turn) -> tuple[Call, ...]:
        found: list[Call] = []
        for call in calls:
            found += await self._saving(call, turn) if _taken(call) else (call,)
        return tuple(found)

    async def _saving(self, call: Call, turn: Turn) -> tuple[Call, ...]:
        target = given(validated(SAVINGS_TAKE, call.arguments), Target)
        plan, _ = await self._savings.plan(turn.message.tenant, target.money())
        return tuple(
            each.model_copy(update={"provenance": dict.fromkeys(each.arguments, Provenance.CONVERSATION)})
            for each in plan.calls()
        )

    async def _noted(self, run: Run) -> None:
        """Note which savings a plan takes up, so that they are measured once it is done."""
        found = await self._savings.find(run.tenant)
        calls = [(step.call.tool, step.call.arguments) for step in run.plan.steps]
        for saving in found.savings:
            if saving.calls and all((each.tool, each.arguments) in calls for each in saving.calls):
                await self._savings.adopt(run.tenant, saving.id, run.plan.requester, run.id)


def _taken(call: Call) -> bool:
    return call.tool == SAVINGS_TAKE.name
