"""What could be saved, what would do it, and what was saved in the end. Money is exact, in one currency each."""

from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from memory.model.cost import CostQuery
from memory.model.evidence import Evidence
from memory.model.plan import Call
from memory.model.value import Identifier, Moment, Value


class SavingKind(StrEnum):
    """Which finder a saving comes from."""

    RIGHTSIZE = "rightsize"
    IDLE = "idle"
    ORPHAN = "orphan"
    TIER = "tier"
    EGRESS = "egress"
    COMMIT = "commit"
    SCHEDULE = "schedule"
    PREDICT = "predict"


class Factor(StrEnum):
    """What a saving lowers. A cost is a price, times size, count and hours of what exists.

    Two savings on different factors of one cost multiply; two on the same factor are two ways to the same money.
    """

    PRICE = "price"
    SIZE = "size"
    COUNT = "count"
    HOURS = "hours"
    EXISTENCE = "existence"


class Risk(StrEnum):
    """What may go wrong: nothing that is noticed, something slower or dearer, something that fails or binds."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    def rank(self) -> int:
        """Return how bad it is, from 0."""
        return list(Risk).index(self)


class Band(Value):
    """Money a month between two bounds. `level` is how often they hold; None: they are stated, not measured."""

    low: Decimal
    expected: Decimal
    high: Decimal
    level: float | None = None
    basis: str = ""  # what the bounds rest on

    def scaled(self, part: Decimal) -> "Band":
        """Return this part of it."""
        low, expected, high = (each * part for each in (self.low, self.expected, self.high))
        return self.model_copy(update={"low": low, "expected": expected, "high": high})


class Saving(Value):
    """One thing that could be done to spend less.

    `pool` names what is paid for, from the general to the special; `cost` is what it costs a month. `calls` are
    what would do it, through the gate like all else; without any, `advice` is for people. `query` tells which
    charges it is about, where bills tell; its times are for whoever asks to say.
    """

    id: Identifier
    kind: SavingKind
    title: str
    target: str
    service: str = ""
    environment: str = ""
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    pool: tuple[str, ...] = Field(min_length=1)
    factor: Factor
    cost: Decimal
    monthly: Band
    risk: Risk
    risks: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()
    calls: tuple[Call, ...] = ()
    advice: str = ""
    query: CostQuery | None = None


class Counted(Value):
    """A saving beside others: what it still brings once theirs are taken off, so that nothing counts twice."""

    saving: Saving
    monthly: Band


class Overlap(Value):
    """A saving that is left out because another one is another way to the same money."""

    saving: Saving
    by: Identifier


class MonthlyCost(Value):
    """What a month costs in one currency, and what that rests on."""

    currency: str
    amount: Decimal
    basis: str


class SavingsPlan(Value):
    """Savings in the order in which to take them, and what they make of a month.

    `target` is what was asked for; `short` is by how much it is missed, zero where it is reached. `surely` says
    whether it is reached even where each comes out at its lower bound. `beside` is what a month costs in other
    currencies: nothing of it is added, saved or held against the target.
    """

    currency: str
    before: Decimal
    before_basis: str
    target: Decimal | None = None
    chosen: tuple[Counted, ...]
    left_out: tuple[Overlap, ...] = ()
    saved: Band
    after: Band
    short: Decimal = Decimal(0)
    surely: bool = False
    beside: tuple[MonthlyCost, ...] = ()

    def calls(self) -> tuple[Call, ...]:
        """Return what can be done by tools, in order."""
        return tuple(call for each in self.chosen for call in each.saving.calls)


class Adoption(Value):
    """A saving that somebody took up, at a moment, with the run that does it (None: by hand)."""

    id: Identifier
    tenant: Identifier
    saving: Saving
    by: Identifier
    at: Moment
    run: Identifier | None = None


class Measured(Value):
    """What an adopted saving brought: what would have been paid (a forecast from the days before) less what was.

    `monthly` is the same money a month. `note` says why nothing can be said yet.
    """

    adoption: Adoption
    days: int = 0
    would_have_been: Band | None = None
    was: Decimal | None = None
    saved: Band | None = None
    monthly: Band | None = None
    note: str = ""
