"""What is watched of costs: findings, what people said of them, budgets, and forecasts beside what came.

Money is exact where it was billed; what was expected is a forecast, and rounded to the cent.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from memory.model.cost import CostFilter, Driver
from memory.model.value import Identifier, Index, Moment, Value


class FindingKind(StrEnum):
    """How costs are not as they were."""

    MORE = "more"  # for some days
    LESS = "less"
    HIGHER = "higher"  # for good: it is the new level
    LOWER = "lower"


_NAMED = {"ServiceName": "service", "SubAccountName": "account", "RegionId": "region"}  # FOCUS, as people say it


class CostGroup(Value):
    """What costs are watched of: one value of a dimension (or of a tag, `tag team`), in one currency."""

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    dimension: str = Field(default="", max_length=300)  # empty: everything
    key: str = Field(default="", max_length=500)

    def words(self) -> str:
        """Return it as people name it."""
        named = _NAMED.get(self.dimension, self.dimension)
        return f"{self.key or 'without one'} ({named})" if self.dimension else "everything"


class LikelyDriver(Value):
    """One reason for a finding, and what it made of the difference."""

    key: str
    driver: Driver
    amount: Decimal


class Related(Value):
    """A change or an incident around the time a finding begins, by its entry in the timeline."""

    entry: Identifier
    at: Moment
    words: str = Field(max_length=500)


class CostFinding(Value):
    """Costs that are not as they were. `size` is what was more (or less) than expected from `since` to `until`.

    `until` is the last day that stood out; `open` says whether it may go on. `also` names other groups that see
    the same money. `silenced` is the expectation that covers it; nobody is told of it then.
    """

    tenant: Identifier
    id: Identifier
    group: CostGroup
    also: tuple[CostGroup, ...] = ()
    kind: FindingKind
    since: date
    until: date
    noticed: date
    open: bool
    size: Decimal
    spent: Decimal
    strength: float
    drivers: tuple[LikelyDriver, ...] = ()
    related: tuple[Related, ...] = ()
    proposal: str = Field(default="", max_length=1000)
    silenced: Identifier | None = None

    @property
    def days(self) -> int:
        """How many days it has lasted."""
        return (self.until - self.since).days + 1

    @property
    def up(self) -> bool:
        """Whether it is more than expected."""
        return self.kind in {FindingKind.MORE, FindingKind.HIGHER}


class Again(StrEnum):
    """When something is expected again."""

    ONCE = "once"
    MONTHLY = "monthly"  # around the same day of a month
    ALWAYS = "always"


class Expectation(Value):
    """Somebody said that a finding is expected. It covers what is alike: group, direction, up to `most` a day."""

    tenant: Identifier
    id: Identifier
    finding: Identifier
    group: CostGroup
    up: bool
    since: date
    until: date
    most: Decimal  # a day, more or less than usual
    again: Again
    reason: str = Field(default="", max_length=500)
    by: Identifier
    at: Moment


class Period(StrEnum):
    """How long a budget lasts."""

    MONTH = "month"
    QUARTER = "quarter"


class Budget(Value):
    """What may be spent in a month or quarter of the calendar, on what the filters let through."""

    tenant: Identifier
    name: Identifier
    amount: Decimal = Field(gt=0)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    period: Period = Period.MONTH
    filters: tuple[CostFilter, ...] = Field(default=(), max_length=20)
    by: Identifier
    at: Moment


class BudgetState(StrEnum):
    """How a budget stands, from good to bad."""

    WITHIN = "within"
    AT_RISK = "at_risk"  # the upper bound of four times in five is above it
    LIKELY = "likely"  # what is expected is above it
    BREACHED = "breached"


class BudgetStanding(Value):
    """How a budget stands at the end of a day. `breach_on` is the day on which it is used up, as expected."""

    tenant: Identifier
    budget: Identifier
    amount: Decimal
    currency: str
    start: date
    end: date
    as_of: date
    state: BudgetState
    spent: Decimal
    expected: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    breach_on: date | None = None
    told: BudgetState | None = None  # of which people were told last in this period


class ForecastTrial(Value):
    """What was said of a month before it was over, by whom, and once it is over what came."""

    tenant: Identifier
    id: Identifier
    group: CostGroup
    as_of: date
    month: date
    expected: float
    said: dict[str, float] = Field(default_factory=dict)
    bounds: dict[str, tuple[float, float]] = Field(default_factory=dict)
    truth: float | None = None


class TrialSummary(Value):
    """How forecasts of one group did: mean absolute percentage errors by who said it; how often bounds held."""

    group: CostGroup
    months: Index
    errors: dict[str, float] = Field(default_factory=dict)
    best: str = ""
    held: dict[str, float] = Field(default_factory=dict)
