"""What surfaces ask of the numbers: how fast incidents are noticed, taken up and over."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from memory.model.people import Principal
from memory.model.talk import Chart
from memory.model.value import Moment, Value


class By(StrEnum):
    """What the numbers are told apart by."""

    SERVICE = "service"
    TEAM = "team"


class Bounds(Value):
    """An interval, at which level, and by which method it was made."""

    low: float
    high: float
    level: float
    method: str


class Span(Value):
    """A time over several incidents, in seconds. What there are too few cases for is None."""

    cases: int
    mean: float | None = None
    mean_bounds: Bounds | None = None
    median: float | None = None
    median_bounds: Bounds | None = None


class Share(Value):
    """How many of how many. `value` is None where there is nothing to have a share of."""

    hits: int
    of: int
    value: float | None = None
    bounds: Bounds | None = None


class Numbers(Value):
    """The numbers of one group of incidents: `name` is a service or a team, empty for all of them.

    `detect` is from the beginning to when it was noticed, `acknowledge` from there to when somebody was on it, and
    `recover` from the beginning to when people were served again (mitigated, or resolved where that was not said).
    `unfinished` are those still under way, of which `recover` knows nothing yet.
    """

    name: str
    incidents: int
    unfinished: int
    detect: Span
    acknowledge: Span
    recover: Span
    summarised: Share
    automation: Share


class NumbersView(Value):
    """The numbers of all incidents that began in a window, and of each service or team."""

    since: Moment
    until: Moment
    by: By
    all: Numbers
    groups: tuple[Numbers, ...]
    charts: tuple[Chart, ...] = ()


class NumbersDesk(Protocol):
    """Counts incidents."""

    async def numbers(
        self, principal: Principal, since: datetime | None, until: datetime | None, by: By
    ) -> NumbersView:
        """Return the numbers of a window, by default the last 90 days; raises `InvalidWindow`."""
