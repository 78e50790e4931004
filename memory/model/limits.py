"""What holds actions back whatever policy says: the switch that stops them, and limits on what is spent."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from memory.model.value import Identifier, Moment, Value

MOST_AMOUNT = 2**53 - 1
Amount = Annotated[int, Field(ge=0, le=MOST_AMOUNT)]


class Stop(Value):
    """The switch as it was thrown: while it stands, nothing above observe begins anywhere in the tenant."""

    id: Identifier
    tenant: Identifier
    by: Identifier
    reason: str = Field(default="", max_length=1000)
    at: Moment

    def says(self) -> str:
        """Return who stopped, when and why, as a part of a sentence."""
        because = f": {self.reason}" if self.reason else ""
        return f"stopped by {self.by} at {self.at:%Y-%m-%d %H:%M:%S} UTC{because}"


class Resource(StrEnum):
    """What is spent, each counted over its own time."""

    ACTIONS = "actions"  # calls that change something, in an hour
    RUNS = "runs"  # plans that are carried out, at once
    SECONDS = "seconds"  # from a run's first step to its last, of one run
    TOKENS = "tokens"  # of language models, in a day
    CENTS = "cents"  # money, in 30 days


class LimitScope(StrEnum):
    """Whose spending is added up."""

    TENANT = "tenant"
    PERSON = "person"  # whoever asks
    TOOL = "tool"
    RUNBOOK = "runbook"  # all versions of it together

    def spender(self, person: str, tool: str, runbook: str) -> str:
        """Return which of them it is that spends; empty for the tenant."""
        named = {LimitScope.PERSON: person, LimitScope.TOOL: tool, LimitScope.RUNBOOK: runbook}
        return named.get(self, "")


class Limit(Value):
    """The most that may be spent. `name` is whose (a person's id, a tool, a runbook); None: each one's, alone."""

    resource: Resource
    scope: LimitScope = LimitScope.TENANT
    name: Identifier | None = None
    most: Amount

    def holds(self, person: str, tool: str, runbook: str = "") -> bool:
        """Return whether this is about what `person` spends with them; an empty name is nobody's."""
        spender = self.scope.spender(person, tool, runbook)
        return self.scope is LimitScope.TENANT or (bool(spender) and self.name in {None, spender})


class Use(Value):
    """Something that was spent: how much, by whom, with which tool and runbook (empty: with none), and when."""

    id: Identifier
    tenant: Identifier
    resource: Resource
    person: Identifier
    tool: str = ""
    runbook: str = ""
    amount: Amount
    at: Moment
