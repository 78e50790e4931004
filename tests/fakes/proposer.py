"""A proposer and the plans it made: idempotent as the runner is, with a policy of one rule, in memory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agents.ports import Turn
from memory.errors import Conflict, NotFound
from memory.ids import derived
from memory.model.approval import Assurance
from memory.model.decision import Allow, Basis, Decision, NeedsApproval, Obligation
from memory.model.impact import Impact
from memory.model.people import Role
from memory.model.plan import Call, Effect, Plan, Step
from memory.model.run import Change, Preview, Run, RunStatus, StepRecord
from memory.model.talk import Submission
from memory.model.value import Identifier
from runbooks.proposal import Proposal
from runbooks.simulation import Approver, Outlook, Simulation, StepForecast
from tests.fakes.observer import NOW
from tools.capabilities import EVERY
from tools.contract import statement

BASIS = Basis(policies=("writes-need-one-approval",), policy_hash="ab" * 32)
_CAPABILITIES = {capability.name: capability for capability in EVERY}


@dataclass
class FakeProposer:
    """Makes runs that wait for one approval. Viewers are refused; `settled` is the version before the current one.

    `proposals` counts how often it was asked; `runs` holds what came of it, once each.
    """

    now: datetime = NOW
    settled: str = "1.4.1"
    current: str = "1.4.2"
    decision: Decision = field(
        default_factory=lambda: NeedsApproval(basis=BASIS, obligations=(Obligation(approvals=1),))
    )
    refusal: Submission | None = None
    begun: bool = False  # plans begin to run the moment somebody tries to withdraw them
    proposals: int = 0
    runs: dict[str, Run] = field(default_factory=dict)

    async def propose(
        self, goal: str, calls: tuple[Call, ...], turn: Turn, evidence: tuple[Identifier, ...]
    ) -> Submission:
        self.proposals += 1
        if turn.principal.roles == (Role.VIEWER,):
            return Submission(
                refusal="viewers may not ask for changes", code="policy.denied", policies=("viewers-only-look",)
            )
        if self.refusal is not None:
            return self.refusal
        steps = tuple(self._step(call) for call in calls)
        if any(step.call.arguments.get("version") == self.current for step in steps):
            return Submission(refusal=f"checkout runs {self.current} already", code="plan.no_change")
        return Submission(run=self._run(goal, steps, turn, evidence))

    async def follow(self, proposal: Proposal, turn: Turn) -> Submission:
        return await self.propose(proposal.goal, proposal.calls, turn, proposal.evidence)

    async def simulate(self, proposal: Proposal, turn: Turn) -> tuple[Simulation, Outlook | None]:
        steps = tuple(self._step(call) for call in proposal.calls)
        before = dict(self.runs)
        run = self._run(proposal.goal, steps, turn, proposal.evidence)
        self.runs = before
        change = Change(field="version", before=self.current, after=self.settled)
        forecasts = tuple(
            StepForecast(
                says=step.says,
                preview=Preview(call=step.call, summary=step.says, changes=(change,)),
                decision=self.decision,
            )
            for step in steps
        )
        approver = Approver(person="bob", name="Bob", assurance=Assurance.CHAT)
        return (
            Simulation(plan=run.plan, plan_digest=run.plan_digest, decision=self.decision, steps=forecasts),
            Outlook(impact=Impact(), reach=("2 services lean on what is changed.",), approvers=(approver,)),
        )

    def _step(self, call: Call) -> Step:
        arguments = dict(call.arguments)
        if call.tool == "deploy.rollback" and arguments.get("version") is None:
            arguments["version"] = self.settled
        settled = call.model_copy(update={"arguments": arguments})
        return Step(call=settled, effect=Effect.WRITE, says=statement(_CAPABILITIES[call.tool], settled))

    def _run(self, goal: str, steps: tuple[Step, ...], turn: Turn, evidence: tuple[Identifier, ...]) -> Run:
        message = turn.message
        plan = Plan(
            tenant=message.tenant,
            thread=message.thread,
            message=message.id,
            requester=turn.principal.id,
            goal=goal,
            steps=steps,
        )
        run = Run(
            id=derived("run", plan.tenant, plan.thread, plan.message, plan.digest()),
            tenant=plan.tenant,
            plan=plan,
            plan_digest=plan.digest(),
            correlation=turn.correlation,
            status=RunStatus.RUNNING if isinstance(self.decision, Allow) else RunStatus.WAITING,
            decision=self.decision,
            previews=tuple(Preview(call=step.call, summary=step.says) for step in steps),
            evidence=evidence,
            steps=tuple(StepRecord(index=index) for index in range(len(steps))),
            created_at=self.now,
            expires_at=self.now + timedelta(minutes=30),
        )
        return self.runs.setdefault(run.id, run)

    async def plans(self, turn: Turn, statuses: tuple[RunStatus, ...]) -> tuple[Run, ...]:
        mine = [r for r in self.runs.values() if r.tenant == turn.principal.tenant and r.status in statuses]
        return tuple(reversed(mine))[:50]

    async def withdraw(self, run: Identifier, turn: Turn) -> Run:
        found = self.runs.get(run)
        if found is None or found.tenant != turn.principal.tenant:
            raise NotFound(f"expected a plan of this tenant, found none of id {run}")
        if self.begun:
            found = found.model_copy(update={"status": RunStatus.RUNNING})
        if found.status is not RunStatus.WAITING:
            raise Conflict(f"expected a plan that waits, found one that is {found.status.value}")
        self.runs[run] = found.model_copy(update={"status": RunStatus.CANCELLED})
        return self.runs[run]
