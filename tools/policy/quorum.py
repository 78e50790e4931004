"""From yes-or-no to a decision: the quorum is the least number of approvals that policy says yes to. Pure."""

from collections.abc import Sequence

from memory.model.decision import Allow, Basis, Decision, Deny, NeedsApproval, Obligation
from tools.policy.engine import Policy
from tools.policy.question import Question, Ruling

MOST_APPROVALS = 5  # no policy may ask for more


def decide(policy: Policy, question: Question) -> Decision:
    """Say whether the call may be made now, and if not, how many approvals would change that.

    A no is given for the reasons that are left when everybody has approved.
    """
    (decision,) = decide_each(policy, [question])
    left = missing(policy, question, decision) if isinstance(decision, Deny) else None
    return _denied(policy, left) if left else decision


def decide_each(policy: Policy, questions: Sequence[Question]) -> list[Decision]:
    """Decide many questions at once: as they are, then those still open with one approval more, and so on.

    Faster than one by one, and a no may name reasons that approvals would have removed, beside those that stay.
    """
    decisions: dict[int, Decision] = {}
    waiting = list(range(len(questions)))
    more = 0
    while waiting:
        asked = [_with(questions[place], questions[place].approvals + more) for place in waiting]
        still: list[int] = []
        for place, question, ruling in zip(waiting, asked, policy.rule_each(asked), strict=True):
            if ruling.allowed:
                decisions[place] = _allowed(policy, ruling, question.approvals if more else 0)
            elif ruling.final or question.approvals >= MOST_APPROVALS:
                decisions[place] = _denied(policy, ruling)
            else:
                still.append(place)
        waiting = still
        more += 1
    return [decisions[place] for place in range(len(questions))]


def missing(policy: Policy, question: Question, decision: Decision) -> Ruling | None:
    """Return the no behind a decision: as long as one approval is missing, or for good; None where it is yes."""
    if isinstance(decision, Allow):
        return None
    approvals = decision.quorum() - 1 if isinstance(decision, NeedsApproval) else MOST_APPROVALS
    return policy.rule(_with(question, max(approvals, question.approvals)))


def _with(question: Question, approvals: int) -> Question:
    return question.model_copy(update={"approvals": approvals}) if approvals != question.approvals else question


def _allowed(policy: Policy, ruling: Ruling, quorum: int) -> Decision:
    """Return the yes, or the approvals it takes in all where it takes more than there are."""
    if not quorum:
        return Allow(basis=_basis(policy, ruling))
    return NeedsApproval(basis=_basis(policy, ruling), obligations=(Obligation(approvals=quorum),))


def _denied(policy: Policy, ruling: Ruling) -> Decision:
    return Deny(basis=_basis(policy, ruling), reason=ruling.reason, needed=ruling.needed)


def _basis(policy: Policy, ruling: Ruling) -> Basis:
    return Basis(policies=ruling.policies, policy_hash=policy.hash)
