"""Whether a person's say is taken, what it becomes, and how it leaves the run. Nothing is kept here."""

from collections.abc import Callable
from datetime import datetime

from memory.clock import Clock
from memory.errors import AssuranceTooLow, PolicyDenied
from memory.ids import Ids
from memory.model.approval import Approval, Assurance, Ballot, Review, Verdict
from memory.model.decision import Allow, Deny, NeedsApproval
from memory.model.run import Run, RunStatus
from runbooks.runner.counting import Counting
from tools.approvals import admit, admit_alone
from tools.gate import Gate


class Admitting:
    """Asks policy of one say at a time. `link` gives the address of the page on which a passkey is asked for."""

    def __init__(
        self, gate: Gate, counting: Counting, *, clock: Clock, ids: Ids, link: Callable[[str], str]
    ) -> None:
        self._gate = gate
        self._counting = counting
        self._clock = clock
        self._ids = ids
        self._link = link

    def check(self, run: Run, ballot: Ballot) -> None:
        """Return where this say is taken now; raises the first `ApprovalRefused` or `PolicyDenied`."""
        now, link, least = self._clock.now(), self._link(run.id), self._gate.asked(run.plan)
        if ballot.break_glass:
            alone = self._counting.may_go_alone(run, ballot.approver)
            sure = max(least, alone.assurance, key=Assurance.level)
            admit_alone(run, ballot, now, alone.decision, assurance=sure, link=link)
            return
        no = ballot.verdict is Verdict.DENY  # whoever may be the first to say something may always say no
        one = self._counting.may_approve(run, ballot.approver, first=no)
        sure = max(least, one.assurance, key=Assurance.level)
        policy_hash = self._gate.policy_hash
        admit(run, ballot, now, one.decision, assurance=sure, policy_hash=policy_hash, link=link)
        if ballot.assurance is Assurance.SPOKEN and not no:
            self._take_spoken(run, ballot)

    def _take_spoken(self, run: Run, ballot: Ballot) -> None:
        """Return where policy takes a yes that was spoken; raises `AssuranceTooLow`."""
        found = self._gate.spoken(run, ballot.approver, self._counting.people(run))
        if isinstance(found, Deny):
            raise AssuranceTooLow(
                f"expected a yes that is not spoken: {found.reason}", hint=found.needed or "Press the button."
            )

    def approval(self, run: Run, ballot: Ballot, expires_at: datetime) -> Approval:
        """Return the approval that this say becomes; raises the first refusal."""
        self.check(run, ballot)
        now = self._clock.now()
        if ballot.break_glass:
            expires_at = min(expires_at, now + self._counting.may_go_alone(run, ballot.approver).window)
        return Approval(
            id=self._ids.new("approval"),
            tenant=run.tenant,
            run=run.id,
            plan_digest=run.plan_digest,
            approver=ballot.approver,
            verdict=ballot.verdict,
            reason=ballot.reason,
            surface=ballot.surface,
            assurance=ballot.assurance,
            policy_hash=self._gate.policy_hash,
            decided_at=now,
            expires_at=expires_at,
            break_glass=ballot.break_glass,
        )

    def after(self, run: Run) -> Run:
        """Return the run as its newest approval leaves it: ended by a no, running by the last yes needed."""
        newest = run.approvals[-1]
        if newest.verdict is Verdict.DENY:
            withdrawn = newest.approver == run.plan.requester
            status = RunStatus.CANCELLED if withdrawn else RunStatus.DENIED
            return run.model_copy(
                update={"status": status, "ended_at": newest.decided_at, "summary": _says_no(newest, withdrawn)}
            )
        decision = self._gate.assess_plan(run.plan, self._counting.approvals(run))
        if isinstance(decision, Deny):
            raise PolicyDenied(decision.reason, hint=decision.needed)
        if isinstance(decision, Allow):
            return run.model_copy(update={"status": RunStatus.RUNNING, "summary": ""})
        return run

    def review(self, run: Run, approval: Approval) -> Review:
        """Return what somebody else has to look at after a use of break-glass."""
        people = self._counting.people(run)
        given = len(people)
        decision = self._gate.assess_plan(run.plan, self._counting.given(people))
        quorum = decision.quorum() if isinstance(decision, NeedsApproval) else given
        return Review(
            id=self._ids.new("review"),
            tenant=run.tenant,
            run=run.id,
            approval=approval.id,
            used_by=approval.approver,
            reason=approval.reason,
            missing=max(quorum - given, 0),
            used_at=approval.decided_at,
            window_ends_at=approval.expires_at,
        )


def _says_no(approval: Approval, withdrawn: bool) -> str:
    verb = "Withdrawn" if withdrawn else "Denied"
    return f"{verb} by {approval.approver}" + (f": {approval.reason}" if approval.reason else ".")
