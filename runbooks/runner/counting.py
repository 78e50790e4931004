"""Which approvals a run has at this moment, under the policy in force; and who may still give one."""

from memory.clock import Clock
from memory.model.approval import Approval
from memory.model.decision import Allow, NeedsApproval
from memory.model.run import Run, StepStatus
from tools.approvals import broken_glass, counted, stale
from tools.assenting import Permission
from tools.gate import Gate
from tools.policy import Given, Say


class Counting:
    """Counts anew each time: nothing that counted once counts for ever."""

    def __init__(self, gate: Gate, clock: Clock) -> None:
        self._gate = gate
        self._clock = clock

    def approvals(self, run: Run) -> Given:
        """Return the approvals that count now. Whoever broke the glass stands for all who are missing."""
        given = self.given(self.people(run))
        return given if self.alone(run) is None else self._enough(run, given)

    def approvals_to_undo(self, run: Run) -> Given:
        """Return those that counted when the last was given: what was begun can still be taken back."""
        if not run.approvals:
            return Given()
        at = run.approvals[-1].decided_at
        given = self.given(counted(run, at, lambda each, before: self._gate.counts(run, each, before)))
        alone = broken_glass(run, at, lambda each, before: self._gate.counts(run, each, before))
        return given if alone is None else self._enough(run, given)

    def people(self, run: Run) -> tuple[Approval, ...]:
        """Return the approvals that count now, one a person."""
        return counted(
            run,
            self._clock.now(),
            lambda each, before: self._gate.counts(run, each, before),
            assurance=self._gate.floor(run.plan),
            policy_hash=self._gate.policy_hash,
        )

    def alone(self, run: Run) -> Approval | None:
        """Return the use of break-glass whose window is open."""
        return broken_glass(
            run,
            self._clock.now(),
            lambda each, before: self._gate.counts(run, each, before),
            assurance=self._gate.floor(run.plan),
            policy_hash=self._gate.policy_hash,
        )

    @staticmethod
    def given(approvals: tuple[Approval, ...]) -> Given:
        """Return approvals as policy is told of them."""
        return Given(levels=tuple(each.assurance for each in approvals))

    def may_approve(self, run: Run, person: str, *, first: bool = False) -> Permission:
        """Return what policy says to this person's yes, after those that count already or as the first."""
        before = () if first else [each for each in self.people(run) if each.approver != person]
        return self._gate.permission(run, person, Say.APPROVE, before)

    def may_go_alone(self, run: Run, person: str) -> Permission:
        """Return what policy says to this person's going ahead with that run alone."""
        return self._gate.permission(run, person, Say.BREAK_GLASS)

    def lapsed(self, run: Run) -> bool:
        """Return whether a run that has not begun lost its approvals to a change of policy, and can wait again."""
        untouched = all(step.status is StepStatus.PENDING for step in run.steps)
        if not untouched or self._clock.now() >= run.expires_at or not stale(run, self._gate.policy_hash):
            return False
        return isinstance(self._gate.assess_plan(run.plan, self.approvals(run)), NeedsApproval)

    def _enough(self, run: Run, given: Given) -> Given:
        """Return what policy still asks for as if it were given, else what is."""
        decision = self._gate.assess_plan(run.plan, given)
        return Given.of(decision.quorum(), decision.assurance()) if isinstance(decision, NeedsApproval) else given


def allowed(permission: Permission) -> bool:
    """Return whether it is a yes at all, however sure the person has to be."""
    return isinstance(permission.decision, Allow)
