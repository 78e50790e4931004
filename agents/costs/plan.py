"""What a question about costs comes to: a value that can be carried out, or the reason it cannot be. Pure."""

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from memory.model.cost import CostFilter, CostQuery, Way
from memory.model.value import Moment, Value


class Asked(StrEnum):
    """What is wanted of the costs."""

    COST = "cost"  # how much, by whatever, over whatever time
    WHY = "why"  # what made the difference between two times
    SHARE = "share"  # how much of a whole
    AVERAGE = "average"  # by day, week or month
    MEDIAN = "median"  # likewise, as many above as below
    SINCE = "since"  # from when to when there are charges
    PEAK = "peak"  # the day, week or month that cost most
    COUNT = "count"  # how many different ones there are
    UNTAGGED = "untagged"  # what carries no tag, and how much of everything that is
    UTILISATION = "utilisation"  # how much of what was committed to was used
    COVERAGE = "coverage"  # how much of the usage commitments pay for
    DISCOUNT = "discount"  # how much less than the list price
    UNIT = "unit"  # what one request, one hour, one gigabyte costs
    WHETHER = "whether"  # whether it is more, or less, than a sum
    FRESHNESS = "freshness"  # how far the bills reach


class SizeOf(StrEnum):
    """Of what of a group a size is, where it is not of its sum."""

    CHANGE = "change"  # money more or less than in the time before
    GROWTH = "growth"  # likewise, in percent of what it was
    SHARE = "share"  # percent of everything


class Only(StrEnum):
    """Which groups alone are told of, against the time before."""

    NEW = "new"
    GONE = "gone"


class Size(Value):
    """How large something has to be. `turned`: it grew (1), fell (-1), or changed at all (0) by so much."""

    of: SizeOf
    way: Way
    at: Decimal
    turned: int = 1


class Window(Value):
    """A stretch of time, `until` excluded, and how people call it."""

    since: Moment
    until: Moment
    label: str

    def length(self) -> timedelta:
        """Return how long it is."""
        return self.until - self.since


class CostPlan(Value):
    """A question, understood. `query` has its time; `before` is the time to compare with.

    `base` are the filters of the whole in a question for a share. `unit` is what a unit cost is per, and `subject`
    whose units are counted. `notes` are what a person should know of how it was read.
    """

    question: str
    asked: Asked = Asked.COST
    query: CostQuery
    window: Window
    before: Window | None = None
    base: tuple[CostFilter, ...] = ()
    unit: str = ""
    per: int = Field(default=1, ge=1)  # of how many units the price is told
    subject: str = ""
    ascending: bool = False  # the smallest first
    by_change: bool = False  # what changed most first
    sizes: tuple[Size, ...] = ()  # those of `query.bounds` are of the sum itself
    only: Only | None = None
    running: bool = False  # each time with all before it
    assumed: bool = False  # no time was named
    notes: tuple[str, ...] = ()


class NotAsked(Value):
    """Why a question cannot be asked, in a sentence, and words that can be asked instead."""

    question: str
    why: str
    instead: tuple[str, ...] = ()
