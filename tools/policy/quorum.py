"""From yes-or-no to a decision: the quorum and its level are the least that policy says yes to. Pure.

Less sure approvals come first: what two clicks may do as well as one passkey is said to need two clicks.
"""

from collections.abc import Iterator, Sequence

from memory.model.approval import LADDER, Assurance
from memory.model.decision import Allow, Basis, Decision, Deny, NeedsApproval, Obligation
from tools.policy.engine import Policy
from tools.policy.question import Given, Question, Ruling

MOST_APPROVALS = 5  # no policy may ask for more


def decide(policy: Policy, question: Question) -> Decision:
    """Say whether the call may be made now, and if not, how many approvals, and how sure, would change that.

    A no is given for the reasons that are left when everybody has approved.
    """
    (decision,) = decide_each(policy, [question])
    left = missing(policy, question, decision) if isinstance(decision, Deny) else None
    return _denied(policy, left) if left else decision


def decide_given(policy: Policy, question: Question, given: Given) -> Decision:
    """Decide with these approvals: yes where those of any one level are enough."""
    counted = [_with(question, given.sure(level), level) for level in _levels(policy, given)]
    decision = decide(policy, counted[0])
    if isinstance(decision, Allow):
        return decision
    for surer, ruling in zip(counted[1:], policy.rule_each(counted[1:]), strict=True):
        if surer.approvals and ruling.allowed:
            return Allow(basis=_basis(policy, ruling))
    return decision


def decide_each(policy: Policy, questions: Sequence[Question]) -> list[Decision]:
    """Decide many questions at once: as they are, then those still open with one approval more, and so on.

    Faster than one by one, and a no may name reasons that approvals would have removed, beside those that stay.
    """
    decisions: dict[int, Decision] = {}
    tries = [_tries(policy, question) for question in questions]
    asked = dict(enumerate(questions))
    while asked:
        rulings = policy.rule_each(list(asked.values()))
        still: dict[int, Question] = {}
        for (place, question), ruling in zip(asked.items(), rulings, strict=True):
            if ruling.allowed:
                decisions[place] = _allowed(policy, ruling, questions[place], question)
            elif not ruling.final and (more := next(tries[place], None)) is not None:
                still[place] = more
            else:
                decisions[place] = _denied(policy, ruling)
        asked = still
    return [decisions[place] for place in range(len(questions))]


def missing(policy: Policy, question: Question, decision: Decision) -> Ruling | None:
    """Return the no behind a decision: as long as one approval is missing, or for good; None where it is yes.

    Where surer approvals are needed, it is the no to so many that are one level less sure.
    """
    if isinstance(decision, Allow):
        return None
    if isinstance(decision, NeedsApproval):
        needed = decision.assurance()
        if needed is not question.assurance:
            below = LADDER[needed.level() - 2]
            return policy.rule(_with(question, decision.quorum(), below))
        return policy.rule(_with(question, max(decision.quorum() - 1, question.approvals), question.assurance))
    surest = Assurance.KEY if policy.weighs_assurance() else question.assurance
    return policy.rule(_with(question, max(MOST_APPROVALS, question.approvals), surest))


def _tries(policy: Policy, question: Question) -> Iterator[Question]:
    """Yield the question with one approval more and more, and then, if it matters, with surer ones."""
    for count in range(question.approvals + 1, MOST_APPROVALS + 1):
        yield _with(question, count, question.assurance)
    if policy.weighs_assurance():
        for surer in LADDER[question.assurance.level() :]:
            for count in range(1, MOST_APPROVALS + 1):
                yield _with(question, count, surer)


def _levels(policy: Policy, given: Given) -> tuple[Assurance, ...]:
    """Return the levels to count at: all where it matters to policy, else the lowest, at which all count."""
    return LADDER if given.levels and policy.weighs_assurance() else (Assurance.CHAT,)


def _with(question: Question, approvals: int, assurance: Assurance) -> Question:
    if (approvals, assurance) == (question.approvals, question.assurance):
        return question
    return question.model_copy(update={"approvals": approvals, "assurance": assurance})


def _allowed(policy: Policy, ruling: Ruling, question: Question, asked: Question) -> Decision:
    """Return the yes, or the approvals it takes in all where it takes others than there are."""
    basis = _basis(policy, ruling)
    if asked is question:
        return Allow(basis=basis)
    return NeedsApproval(
        basis=basis, obligations=(Obligation(approvals=asked.approvals, assurance=asked.assurance),)
    )


def _denied(policy: Policy, ruling: Ruling) -> Decision:
    return Deny(basis=_basis(policy, ruling), reason=ruling.reason, needed=ruling.needed)


def _basis(policy: Policy, ruling: Ruling) -> Basis:
    return Basis(policies=ruling.policies, policy_hash=policy.hash)
