"""Pieces of SQL about charges: a field, a filter, the files they are read from. Pure.

Values become parameters, names come from enumerations; what a dimension is made of stands here alone.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from memory.costs.sources import said
from memory.model.cost import CostField, CostFilter, CostQuery, Dimension, Match
from memory.model.value import Moment

Parameter = str | int | float | Moment

_HOURLY: Final = "ChargePeriodEnd <= ChargePeriodStart + INTERVAL 1 HOUR"  # a charge for a day is at no hour
_HOUR: Final = "hour(ChargePeriodStart)"
_DETAILS: Final = (
    Dimension.INSTANCE_TYPE,
    Dimension.INSTANCE_SERIES,
    Dimension.CORES,
    Dimension.GPUS,
    Dimension.MEMORY,
    Dimension.DISK,
    Dimension.STORAGE_CLASS,
    Dimension.OPERATING_SYSTEM,
    Dimension.REDUNDANCY,
)
_MADE: Final[Mapping[Dimension, str]] = {
    Dimension.TAGS: "CASE WHEN Tags IS NULL OR json_keys(Tags) = [] THEN '' ELSE CAST(Tags AS VARCHAR) END",
    Dimension.BILLING_PERIOD: "coalesce(strftime(BillingPeriodStart, '%Y-%m'), '')",
    Dimension.WEEKDAY: "dayname(ChargePeriodStart)",
    Dimension.WEEK_PART: "CASE WHEN isodow(ChargePeriodStart) > 5 THEN 'weekend' ELSE 'weekday' END",
    Dimension.HOUR: f"CASE WHEN {_HOURLY} THEN strftime(ChargePeriodStart, '%H:00') ELSE '' END",
    Dimension.DAY_PART: (
        f"CASE WHEN NOT ({_HOURLY}) THEN '' WHEN {_HOUR} BETWEEN 6 AND 21 THEN 'day' ELSE 'night' END"
    ),
    Dimension.OFFICE: (
        f"CASE WHEN NOT ({_HOURLY}) THEN '' WHEN {_HOUR} BETWEEN 9 AND 16 THEN 'inside' ELSE 'outside' END"
    ),
} | {each: f"coalesce(json_extract_string(SkuPriceDetails, '/{each.value}'), '')" for each in _DETAILS}
"""Dimensions that are no column of their own."""


class Statement:
    """SQL and its parameters, put together piece by piece."""

    def __init__(self) -> None:
        self.parameters: list[Parameter] = []

    def value(self, value: Parameter) -> str:
        """Return the place of a parameter, by number, so that pieces may stand in any order."""
        self.parameters.append(value)
        return f"${len(self.parameters)}"

    def moment(self, moment: Moment) -> str:
        """Return the place of a moment, in UTC as the rows have it."""
        return f"CAST({self.value(moment.isoformat())} AS TIMESTAMP)"

    def field(self, field: CostField) -> str:
        """Return a dimension or a tag as text, the empty text where a row has none."""
        if field.tag:
            pointer = "/" + field.tag.replace("~", "~0").replace("/", "~1")
            return f"coalesce(json_extract_string(Tags, {self.value(pointer)}), '')"
        dimension = field.dimension or Dimension.SERVICE
        return _MADE.get(dimension) or f"coalesce({dimension.value}, '')"

    def within(self, query: CostQuery) -> list[str]:
        """Return the conditions of a question, but for its time.

        An hour of the day is told only of a charge for an hour: one for a whole day is at no hour.
        """
        where = [self.filter(each) for each in query.filters]
        if query.hours:
            where.append(_HOURLY)
            where.append(f"{_HOUR} IN ({', '.join(map(self.value, query.hours))})")
        if query.weekdays:
            where.append(f"isodow(ChargePeriodStart) IN ({', '.join(map(self.value, query.weekdays))})")
        return where

    def filter(self, wanted: CostFilter) -> str:
        """Return a condition."""
        field = self.field(wanted.field)
        if wanted.match is Match.MISSING:
            return f"{field} = ''"
        if wanted.match is Match.THERE:
            return f"{field} <> ''"
        values = [self.value(each.casefold()) for each in wanted.values]
        if wanted.match is Match.CONTAINS:
            contained = (f"contains(lower({field}), {each})" for each in values)
            return f"({' OR '.join(contained) or 'false'})"
        opposite = "NOT " if wanted.match is Match.IS_NOT else ""
        return f"{opposite}list_contains([{', '.join(values)}]::VARCHAR[], lower({field}))"


def table(files: Sequence[str]) -> str:
    """Return these files as one table."""
    return f"read_parquet([{', '.join(map(said, files))}])"
