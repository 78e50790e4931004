"""What surfaces ask of costs: questions in words, where bills come from, and rows that could not be counted."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from pydantic import Field

from agents.costs.answer import BillsKnown, CostAnswer
from memory.model.cost import Aside, Flaw, Total
from memory.model.people import Principal
from memory.model.value import Index, Moment, Value


class SourceTold(Value):
    """A source of bills, and what it brought. `refused` are files that could not be taken, and why."""

    source: str
    refreshed_at: Moment | None = None
    error: str = ""
    new: Index = 0
    files: Index = 0
    rows: Index = 0
    aside: Index = 0
    refused: tuple[tuple[str, str], ...] = ()


class Refreshed(Value):
    """Every source, after it was asked."""

    sources: tuple[SourceTold, ...]


class FileTold(Value):
    """A file that counts."""

    source: str
    name: str
    imported_at: Moment
    rows: Index
    aside: tuple[Aside, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    totals: tuple[Total, ...] = ()
    first: Moment | None = None
    last: Moment | None = None


class CostReport(Value):
    """How fresh the bills are, what they add up to in each currency, and where they came from."""

    bills: BillsKnown
    sources: tuple[SourceTold, ...] = ()
    totals: dict[str, Decimal] = Field(default_factory=dict)
    files: tuple[FileTold, ...] = ()


class BadRow(Value):
    """A row that was set aside, as it stood."""

    source: str
    file: str
    reason: str
    row: str


class BadRows(Value):
    """How many rows were set aside for each reason, and some of them."""

    counts: dict[str, int] = Field(default_factory=dict)
    rows: tuple[BadRow, ...] = ()


class CostsDesk(Protocol):
    """The costs of a house, for people."""

    async def ask(self, principal: Principal, question: str, after: Sequence[str] = ()) -> CostAnswer:
        """Answer a question; raises `InvalidInput` for an empty or endless one, `DependencyMissing`."""

    async def report(self, principal: Principal) -> CostReport:
        """Return what was taken in, and how fresh it is."""

    async def bad_rows(self, principal: Principal, source: str = "", reason: str = "", limit: int = 50) -> BadRows:
        """Return rows that were set aside."""

    async def refresh(self, principal: Principal, source: str = "") -> tuple[SourceTold, ...]:
        """Bring in what is new, as an administrator; raises `PolicyDenied`, `NotFound`."""
