"""How many approvals a run has at this moment, under the policy in force; and who may still give one."""

from memory.clock import Clock
from memory.model.approval import Approval
from memory.model.decision import Allow, NeedsApproval
from memory.model.run import Run, StepStatus
from tools.approvals import broken_glass, counted, stale
from tools.gate import Gate


class Counting:
    """Counts anew each time: nothing that counted once counts for ever."""

    def __init__(self, gate: Gate, clock: Clock) -> None:
        self._gate = gate
        self._clock = clock

    def approvals(self, run: Run) -> int:
        """Return how many approvals count now. Whoever broke the glass stands for all who are missing."""
        given = len(self.people(run))
        if self.alone(run) is None:
            return given
        decision = self._gate.assess_plan(run.plan, given)
        return decision.quorum() if isinstance(decision, NeedsApproval) else given

    def approvals_to_undo(self, run: Run) -> int:
        """Return how many approvals counted when the last was given: what was begun can still be taken back."""
        if not run.approvals:
            return 0
        at = run.approvals[-1].decided_at
        given = len(counted(run, at, lambda who: self.may_approve(run, who)))
        alone = broken_glass(run, at, lambda who: self.may_go_alone(run, who))
        decision = self._gate.assess_plan(run.plan, given) if alone else None
        return decision.quorum() if isinstance(decision, NeedsApproval) else given

    def people(self, run: Run) -> tuple[Approval, ...]:
        """Return the approvals that count now, one a person."""
        return counted(
            run,
            self._clock.now(),
            lambda who: self.may_approve(run, who),
            assurance=self._gate.asked(run.plan).assurance,
            policy_hash=self._gate.policy_hash,
        )

    def alone(self, run: Run) -> Approval | None:
        """Return the use of break-glass whose window is open."""
        return broken_glass(
            run,
            self._clock.now(),
            lambda who: self.may_go_alone(run, who),
            assurance=self._gate.asked(run.plan).assurance,
            policy_hash=self._gate.policy_hash,
        )

    def may_approve(self, run: Run, person: str) -> bool:
        """Return whether policy lets this person approve that run."""
        return isinstance(self._gate.assess_approval(run, person), Allow)

    def may_go_alone(self, run: Run, person: str) -> bool:
        """Return whether policy lets this person go ahead with that run alone."""
        return isinstance(self._gate.assess_break_glass(run, person), Allow)

    def lapsed(self, run: Run) -> bool:
        """Return whether a run that has not begun lost its approvals to a change of policy, and can wait again."""
        untouched = all(step.status is StepStatus.PENDING for step in run.steps)
        if not untouched or self._clock.now() >= run.expires_at or not stale(run, self._gate.policy_hash):
            return False
        return isinstance(self._gate.assess_plan(run.plan, self.approvals(run)), NeedsApproval)
