"""What thinking needs, served by the runner and the store: looking, proposing, and looking plans up."""

from collections.abc import Awaitable, Callable

from agents.ports import Turn
from bot.impact import Outlooks
from bot.spoken import UNCONFIRMED, Spoken, spoken_plan
from bot.telemetry import Metrics
from memory.model.people import Principal, Surface
from memory.model.plan import Call
from memory.model.run import Outcome, Run, RunStatus
from memory.model.talk import Submission
from memory.model.value import Identifier
from memory.model.voice import Readback
from memory.store import Store
from runbooks.proposal import Caller, Proposal
from runbooks.runner import Runner
from runbooks.simulation import Outlook, Simulation

Seen = Callable[[str, Outcome], Awaitable[None]]


class Bridge:
    """Implements the ports of `agents.ports`."""

    def __init__(
        self,
        runner: Runner,
        store: Store,
        metrics: Metrics,
        outlooks: Outlooks | None = None,
        seen: Seen | None = None,
        spoken: Spoken | None = None,
    ) -> None:
        """`seen` is told what every look brought, `spoken` keeps what was said aloud until it is confirmed."""
        self._spoken = spoken
        self.outlooks = outlooks
        self._seen = seen
        self._runner = runner
        self._store = store
        self._metrics = metrics

    async def observe(self, call: Call, turn: Turn) -> Outcome:
        """Look, on behalf of the person who asks."""
        seen = await self._runner.observe(call, _caller(turn))
        if seen.error_code.startswith("connector."):
            self._metrics.connector_error(call.tool, seen.error_code)
        if self._seen is not None and seen.ok:
            await self._seen(turn.principal.tenant, seen)
        return seen

    def permitted(self, turn: Turn) -> frozenset[str]:
        """Return what policy leaves to the person who asks."""
        return self._runner.permitted(turn.principal.id)

    async def propose(
        self, goal: str, calls: tuple[Call, ...], turn: Turn, evidence: tuple[Identifier, ...]
    ) -> Submission:
        """Submit the calls as a plan."""
        return await self.follow(Proposal(goal=goal, calls=calls, evidence=evidence), turn)

    async def follow(self, proposal: Proposal, turn: Turn) -> Submission:
        """Submit a proposal that may come from a runbook; what was said aloud is read back first."""
        if turn.message.surface is Surface.VOICE:
            return await self._held(proposal, turn)
        return await self._submitted(proposal, _caller(turn))

    async def confirmed(self, readback: Readback, principal: Principal) -> Submission:
        """Submit what was read back to this person, who confirmed it; another plan than that is none."""
        caller = Caller(
            principal=principal,
            thread=readback.thread,
            message=readback.message,
            correlation=readback.correlation,
            plan_digest=readback.plan_digest,
        )
        return await self._submitted(Proposal.model_validate(readback.proposal), caller)

    async def _held(self, proposal: Proposal, turn: Turn) -> Submission:
        """Keep what was said aloud; nothing is submitted, and nothing is kept of what policy refuses."""
        caller = _caller(turn)
        simulation = await self._runner.simulate(proposal, caller)
        if simulation.plan is None:
            told = simulation.model_dump(include={"refusal", "hint", "code", "policies"})
            return Submission.model_validate(told)
        if self._spoken is not None:
            await self._spoken.keep(turn, proposal, simulation.plan)
        return Submission(refusal=spoken_plan(simulation.plan), code=UNCONFIRMED)

    async def _submitted(self, proposal: Proposal, caller: Caller) -> Submission:
        submission = await self._runner.propose(proposal, caller)
        if submission.run is not None:
            self._metrics.decision(submission.run.decision.kind)
        elif submission.code == "policy.denied":
            self._metrics.decision("deny")
        return submission

    async def simulate(self, proposal: Proposal, turn: Turn) -> tuple[Simulation, Outlook | None]:
        """Return what submitting a proposal would lead to."""
        simulation = await self._runner.simulate(proposal, _caller(turn))
        outlook = await self.outlooks.of(simulation, turn.principal) if self.outlooks else None
        return simulation, outlook

    async def plans(self, turn: Turn, statuses: tuple[RunStatus, ...]) -> tuple[Run, ...]:
        """Return the tenant's newest plans of these statuses."""
        return (await self._store.runs.page(turn.principal.tenant, statuses=statuses)).items

    async def withdraw(self, run: Identifier, turn: Turn) -> Run:
        """Withdraw a plan of this person's."""
        return await self._runner.withdraw(turn.principal.tenant, run, turn.principal.id)


def _caller(turn: Turn) -> Caller:
    return Caller(
        principal=turn.principal,
        thread=turn.message.thread,
        message=turn.message.id,
        correlation=turn.correlation,
    )
