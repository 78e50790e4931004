"""The port to the costs that are watched, as hands ask of them. Pure."""

from typing import Protocol

from memory.model.evidence import Series
from memory.model.value import Moment, Value
from memory.model.watching import Again, CostFinding
from tools.contract import CallContext


class WatchedLine(Value):
    """One fact: how it reads, what was looked at, and its number with its unit."""

    says: str
    query: str
    value: float | None = None
    unit: str = ""
    at: Moment | None = None
    link: str = ""
    series: tuple[Series, ...] = ()


class WatchedTold(Value):
    """What is said of watched costs: a sentence, and the facts under it. `missing` is what is not known."""

    says: str
    lines: tuple[WatchedLine, ...] = ()
    missing: tuple[str, ...] = ()


class Meant(Value):
    """A finding, and as what it is expected where it is."""

    finding: CostFinding
    again: Again = Again.ONCE
    reason: str = ""


class CostWatchBook(Protocol):
    """Who watches costs."""

    async def findings(self, tenant: str) -> WatchedTold:
        """Return what stands out and nobody expects, the largest first."""

    async def outlook(self, tenant: str, by: str) -> WatchedTold:
        """Return what will be spent; raises `InvalidInput` for something else to tell it apart by."""

    async def budgets(self, tenant: str) -> WatchedTold:
        """Return how budgets stand, the worst first."""

    async def meant(self, tenant: str, which: str, *, expected: bool) -> Meant:
        """Return the finding that is meant, of those that somebody expects or that nobody does.

        Raises `NotFound` where there is none, and `InvalidInput` that names them where several may be meant.
        """

    async def expect(self, context: CallContext, finding: str, again: Again, reason: str) -> None:
        """Learn that a finding is expected, on behalf of who calls."""

    async def unexpect(self, context: CallContext, finding: str) -> None:
        """Take that back."""

    async def done(self, context: CallContext) -> bool:
        """Return whether something was changed under this key."""
