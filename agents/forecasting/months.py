"""A forecast as it is told: month by month, with its bounds. Values only."""

from datetime import date

from pydantic import Field

from memory.model.value import Value


class Interval(Value):
    """Bounds that the truth lies between, `level` of the time."""

    level: float
    low: float
    high: float


class MonthForecast(Value):
    """One month: what is known of it, what it will come to, and how sure that is.

    `intervals` is empty where too little is known to promise anything.
    """

    month: date
    so_far: float
    expected: float
    intervals: tuple[Interval, ...] = ()
    tried: int = 0  # on how many days in the past the bounds rest


class Outlook(Value):
    """This month and the next three, and who said so with how much weight. `run_rate` is the plain comparison."""

    as_of: date
    months: tuple[MonthForecast, ...]
    weights: dict[str, float]
    run_rate: float
    missing: tuple[date, ...] = ()
    note: str = ""
    said: dict[str, float] = Field(default_factory=dict)  # what each member alone says this month comes to
    daily: tuple[float, ...] = ()  # what each day after it is expected to cost; empty where only months are known
