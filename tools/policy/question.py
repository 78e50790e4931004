"""What policy is asked, and what it answers. Pure values."""

from enum import StrEnum
from typing import Self

from pydantic import Field

from memory.model.approval import Assurance
from memory.model.limits import MOST_AMOUNT
from memory.model.plan import Call
from memory.model.value import Moment, Value


class Budget(Value):
    """What is left to spend for the tenant, the person or the runbook, whichever is least; 0 or less is spent.

    What is not limited is `MOST_AMOUNT`, which nobody spends.
    """

    actions: int = MOST_AMOUNT  # changes, in this hour
    cents: int = MOST_AMOUNT  # money, in these 30 days
    tokens: int = MOST_AMOUNT  # of language models, in this day


class Given(Value):
    """The approvals that count, as how sure each of them is. Two of the same level are two people's."""

    levels: tuple[Assurance, ...] = ()

    @classmethod
    def of(cls, count: int, assurance: Assurance = Assurance.CHAT) -> Self:
        """Return so many approvals of one level."""
        return cls(levels=(assurance,) * count)

    def sure(self, assurance: Assurance) -> int:
        """Return how many of them are at least so sure."""
        return sum(level.meets(assurance) for level in self.levels)


class Question(Value):
    """May this person make this call at this moment, given so many approvals by others, each at least so sure?

    `budget` is None where nothing is counted; policies tell the two apart with `context has budget`.
    """

    principal: str
    call: Call
    at: Moment
    approvals: int = Field(default=0, ge=0)
    assurance: Assurance = Assurance.CHAT
    budget: Budget | None = None

    def level(self) -> int:
        """Return how sure the approvals are, as policy compares it: 0 where there is none."""
        return self.assurance.level() if self.approvals else 0


class Say(StrEnum):
    """What a person does to a plan: approve it as one of several, or go ahead with it alone."""

    APPROVE = "approve"
    BREAK_GLASS = "break_glass"


class Assent(Value):
    """May this person say yes, so surely, to a plan that `requester` asked for and that would make `call`?

    `approvals` others have been counted before, who are of `teams`. Without a call it is about no tool.
    """

    principal: str
    requester: str
    at: Moment
    run: str = "run"
    say: Say = Say.APPROVE
    call: Call | None = None
    assurance: Assurance = Assurance.CHAT
    approvals: int = Field(default=0, ge=0)
    teams: tuple[str, ...] = ()


class Promotion(Value):
    """May this person, so surely, put the policy in force that `proposer` proposed, and that changes so much?"""

    principal: str
    proposer: str
    at: Moment
    assurance: Assurance = Assurance.CHAT
    changed: int = Field(default=0, ge=0)  # past answers that would have been others


class Ruling(Value):
    """What policy says: yes or no, the ids of the policies that decided, and their reasons and remedies.

    `final` marks a no that no number of approvals would turn into a yes.
    """

    allowed: bool
    policies: tuple[str, ...]
    reason: str = ""
    needed: str = ""
    final: bool = False
