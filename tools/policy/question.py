"""What policy is asked, and what it answers. Pure values."""

from pydantic import Field

from memory.model.plan import Call
from memory.model.value import Moment, Value


class Budget(Value):
    """What is left to spend for the tenant, the person or the runbook, whichever is least; 0 or less is spent."""

    actions: int  # changes, in this hour
    cents: int  # money, in this month
    tokens: int  # of language models, in this day


class Question(Value):
    """May this person make this call at this moment, given so many approvals by others?

    `budget` is None where nothing is counted; policies tell the two apart with `context has budget`.
    """

    principal: str
    call: Call
    at: Moment
    approvals: int = Field(default=0, ge=0)
    budget: Budget | None = None


class Ruling(Value):
    """What policy says: yes or no, the ids of the policies that decided, and their reasons and remedies.

    `final` marks a no that no number of approvals would turn into a yes.
    """

    allowed: bool
    policies: tuple[str, ...]
    reason: str = ""
    needed: str = ""
    final: bool = False
