"""A typed question as SQL over Parquet files. Pure: values become parameters, names come from enumerations.

A charge belongs to the moment it starts. Nothing outside `CostQuery` can be asked, so nothing can be changed.
"""

from collections.abc import Sequence
from typing import Final

from memory.costs.statement import Parameter, Statement, table
from memory.model.cost import CostField, CostQuery, Measure
from memory.model.value import Moment

_NOISE: Final = "1e-12"  # of a sum: what dividing and multiplying leaves behind is neither price nor usage


def costs(query: CostQuery, files: Sequence[str]) -> tuple[str, list[Parameter]]:
    """Return the SQL of a question; a line is: currency, the keys, when, whether it is the rest, cost, rows."""
    asked = Statement()
    keys = [f"k{number}" for number in range(len(query.by))]
    cells = [f"{_currency(query.measure)} AS currency"]
    cells += [f"{asked.field(field)} AS {key}" for field, key in zip(query.by, keys, strict=True)]
    at = "NULL::TIMESTAMP"
    if query.grain:
        at = f"CAST(date_trunc('{query.grain.value}', ChargePeriodStart) AS TIMESTAMP)"
    where = [
        f"ChargePeriodStart >= {asked.moment(query.since)}",
        f"ChargePeriodStart < {asked.moment(query.until)}",
        *asked.within(query),
    ]
    grouped = (
        f"SELECT {', '.join(cells)}, {at} AS began, sum(coalesce({query.measure}, 0)) AS cost, count(*) AS n "  # noqa: S608 - our names
        f"FROM {table(files)} WHERE {' AND '.join(where)} GROUP BY ALL{_having(asked, query)}"
    )
    listed = "".join(f", {key}" for key in keys)
    if query.top is None or not keys:
        order = "currency, began" if query.grain else "currency"
        every = f"SELECT currency{listed}, began, false, cost, n FROM ({grouped})"  # noqa: S608 - names of ours
        return f"{every} ORDER BY {order}, cost DESC{listed}", asked.parameters
    top = asked.value(query.top)
    shown = ", ".join(f"CASE WHEN r <= {top} THEN {key} ELSE '' END AS {key}" for key in keys)
    return (
        f"WITH g AS ({grouped}), "  # noqa: S608 - names of ours
        f"ranked AS (SELECT currency{listed}, row_number() OVER "
        f"(PARTITION BY currency ORDER BY sum(cost) DESC{listed}) AS r FROM g GROUP BY currency{listed}) "
        f"SELECT currency, {shown}, began, r > {top} AS rest, sum(cost) AS cost, sum(n)::BIGINT "
        f"FROM g JOIN ranked USING (currency{listed}) GROUP BY ALL "
        f"ORDER BY currency, rest, {'began, ' if query.grain else ''}cost DESC{listed}"
    ), asked.parameters


def _currency(measure: Measure) -> str:
    """Return what money is in; without a currency of its own, prices are in that of the bill."""
    if measure is Measure.IN_PRICING_CURRENCY:
        return "coalesce(PricingCurrency, BillingCurrency)"
    return "BillingCurrency"


def _having(asked: Statement, query: CostQuery) -> str:
    """Return the condition on sums."""
    bounds = [
        f"cost {each.way.value} CAST({asked.value(str(each.at))} AS DECIMAL(38, 18))" for each in query.bounds
    ]
    return f" HAVING {' AND '.join(bounds)}" if bounds else ""


def changes(query: CostQuery, before: tuple[Moment, Moment], files: Sequence[str]) -> tuple[str, list[Parameter]]:
    """Return SQL of what changed from one window to the query's, by the first of its fields and by driver.

    Its lines are: currency, key, driver, cost before, cost after, what that driver made of the difference. Where a
    charge of the same SKU, unit, place and kind is in both windows with a quantity, the difference is parted into
    usage (other quantity at the old price) and price (the rest, so that both add up to the last digit).
    """
    asked = Statement()
    key = asked.field(query.by[0]) if query.by else "''"
    earlier = f"ChargePeriodStart >= {asked.moment(before[0])} AND ChargePeriodStart < {asked.moment(before[1])}"
    later = f"ChargePeriodStart >= {asked.moment(query.since)} AND ChargePeriodStart < {asked.moment(query.until)}"
    filters = "".join(f" AND {each}" for each in asked.within(query))
    money, quantity = f"coalesce({query.measure.value}, 0)", "coalesce(PricingQuantity, ConsumedQuantity)"
    sides = ", ".join(
        f"sum({what}) FILTER (WHERE {when}) AS {name}"
        for name, what, when in (
            ("c0", money, earlier),
            ("c1", money, later),
            ("q0", quantity, earlier),
            ("q1", quantity, later),
        )
    )
    return (
        f"WITH charges AS (SELECT {_currency(query.measure)} AS currency, {key} AS key, "  # noqa: S608 - names of ours
        "ChargeCategory AS category, ChargeClass AS class, ProviderName, "
        "ServiceName, SkuPriceId, SkuId, ChargeDescription, RegionId, "
        "coalesce(PricingUnit, ConsumedUnit) AS unit, "
        f"{sides} FROM {table(files)} WHERE (({earlier}) OR ({later})){filters} GROUP BY ALL), "
        "parted AS (SELECT *, coalesce(c1, 0) - coalesce(c0, 0) AS difference, CASE "
        "WHEN category NOT IN ('Usage', 'Purchase') OR class IS NOT NULL THEN 'credits' "
        "WHEN c0 IS NULL THEN 'new' WHEN c1 IS NULL THEN 'gone' "
        "WHEN coalesce(q0, 0) <= 0 OR coalesce(q1, 0) <= 0 THEN 'other' ELSE 'both' END AS driver FROM charges), "
        "sized AS (SELECT *, CASE WHEN driver = 'both' THEN CAST(CAST(c0 AS DOUBLE) * CAST(q1 AS DOUBLE) "
        "/ CAST(q0 AS DOUBLE) - CAST(c0 AS DOUBLE) AS DECIMAL(38, 18)) END AS more, "
        f"{_NOISE} * greatest(abs(c0), abs(c1)) AS noise FROM parted), "
        "used AS (SELECT *, CASE WHEN abs(difference - more) <= noise THEN difference "
        "WHEN abs(more) <= noise THEN 0 ELSE more END AS usage FROM sized), "
        "told AS (SELECT currency, key, unnest(CASE WHEN driver = 'both' THEN "
        "[{'d': 'usage', 'b': c0, 'a': c0 + usage, 'm': usage}, "
        "{'d': 'price', 'b': c0 + usage, 'a': c1, 'm': difference - usage}] "
        "ELSE [{'d': driver, 'b': coalesce(c0, 0), 'a': coalesce(c1, 0), 'm': difference}] END) AS line "
        "FROM used) "
        "SELECT currency, key, line.d, sum(line.b), sum(line.a), sum(line.m) FROM told "
        "GROUP BY ALL HAVING sum(line.m) <> 0 ORDER BY currency, abs(sum(line.m)) DESC, key, line.d"
    ), asked.parameters


def values(field: CostField, since: Moment, files: Sequence[str], most: int) -> tuple[str, list[Parameter]]:
    """Return SQL of the values a field has had since then, those that cost most first."""
    asked = Statement()
    cell, start = asked.field(field), asked.moment(since)
    return (
        f"SELECT {cell} AS value FROM {table(files)} "  # noqa: S608 - enumerated names
        f"WHERE ChargePeriodStart >= {start} GROUP BY value "
        f"ORDER BY sum(EffectiveCost) DESC, value LIMIT {asked.value(most)}"
    ), asked.parameters


def tag_keys(since: Moment, files: Sequence[str], most: int) -> tuple[str, list[Parameter]]:
    """Return SQL of the keys of tags since then, the most used first."""
    asked = Statement()
    start = asked.moment(since)
    return (
        f"WITH told AS (SELECT Tags, count(*) AS n FROM {table(files)} WHERE ChargePeriodStart >= {start} "  # noqa: S608 - our own paths
        "AND Tags IS NOT NULL GROUP BY Tags) "
        "SELECT key FROM (SELECT unnest(json_keys(Tags)) AS key, n FROM told) GROUP BY key "
        f"ORDER BY sum(n) DESC, key LIMIT {asked.value(most)}"
    ), asked.parameters


def set_aside(file: str, reason: str, most: int) -> tuple[str, list[Parameter]]:
    """Return SQL of rows that were set aside, for one reason or for any."""
    asked = Statement()
    chosen = f"WHERE reason = {asked.value(reason)} " if reason else ""
    return (
        f"SELECT reason, stood FROM {table([file])} {chosen}"  # noqa: S608 - our own path
        f"ORDER BY reason, stood LIMIT {asked.value(most)}"
    ), asked.parameters
