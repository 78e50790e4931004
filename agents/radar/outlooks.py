"""An outlook in a sentence and as a chart: what was billed, what is expected, and the bounds around it. Pure."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from agents.charts import GREY, HEIGHT, SCHEMA, VERMILLION, WIDTH, line_chart
from agents.forecasting.months import Interval, MonthForecast, Outlook
from memory.ids import derived
from memory.model.evidence import Series
from memory.model.talk import Chart
from memory.model.value import JsonValue
from memory.model.watching import CostGroup

SURE: Final = 0.8
BILLED: Final = "billed"
EXPECTED: Final = "expected"

Days = Sequence[tuple[date, float]]


def outlook_says(group: CostGroup, found: Outlook) -> str:
    """Return what this month and the next will come to, with the bounds of four times in five."""
    this, *later = found.months
    text = f"{group.words()[:1].upper()}{group.words()[1:]} will come to {_month(this, group.currency)}"
    return f"{text}, and {_month(later[0], group.currency)}" if later else text


def _month(month: MonthForecast, currency: str) -> str:
    bounds = sure(month)
    between = f" ({bounds.low:,.2f} to {bounds.high:,.2f} in four of five cases)" if bounds else ""
    return f"{month.expected:,.2f} {currency} in {month.month:%B %Y}{between}"


def sure(month: MonthForecast) -> Interval | None:
    """Return the bounds that hold four times in five, None where too little is known to promise any."""
    return next((each for each in month.intervals if each.level == SURE), None)


def outlook_series(found: Outlook, past: Days) -> tuple[Series, ...]:
    """Return the days that were billed and those that are expected, as two lines."""
    ahead = [(found.as_of + timedelta(number), cost) for number, cost in enumerate(found.daily, 1)]
    lines = ((BILLED, past), (EXPECTED, ahead))
    return tuple(
        Series(name=name, points=tuple((_moment(day), cost) for day, cost in days)) for name, days in lines if days
    )


def daily_chart(group: CostGroup, found: Outlook, past: Days) -> Chart:
    """Return the days as they were billed, and as they are expected to go on."""
    title = f"{group.words()} by day"
    alt = f"Costs by day: {len(past)} days that were billed, {len(found.daily)} days that are expected."
    return line_chart(
        identifier=derived("chart", "outlook", group.currency, title, found.as_of.isoformat()),
        title=title,
        alt=alt,
        unit=group.currency,
        series=outlook_series(found, past),
    )


def monthly_chart(group: CostGroup, found: Outlook) -> Chart:
    """Return each month as what is expected, a point, between its bounds of four times in five, a bar."""
    rows: list[JsonValue] = []
    for month in found.months:
        bounds = sure(month)
        row: dict[str, JsonValue] = {"month": f"{month.month:%b %Y}", "expected": month.expected}
        rows.append(row | ({"low": bounds.low, "high": bounds.high} if bounds else {}))
    title = f"{group.words()} by month"
    alt = "; ".join(_month(month, group.currency) for month in found.months)
    name: JsonValue = {"field": "month", "type": "ordinal", "sort": None, "axis": {"title": None, "labelAngle": 0}}
    height: dict[str, JsonValue] = {
        "field": "expected",
        "type": "quantitative",
        "scale": {"zero": False, "nice": True},
        "axis": {"format": ",~r", "title": None, "tickCount": 4},
    }
    spec: dict[str, JsonValue] = {
        "$schema": SCHEMA,
        "title": {"text": title, "subtitle": f"{group.currency} · the bars hold four times in five"},
        "description": alt,
        "width": WIDTH,
        "height": HEIGHT,
        "background": "white",
        "padding": 12,
        "data": {"values": rows},
        "layer": [
            {
                "transform": [{"filter": "isValid(datum.low)"}],
                "mark": {"type": "bar", "width": 18, "opacity": 0.35, "color": GREY},
                "encoding": {"x": name, "y": {**height, "field": "low"}, "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 70, "color": VERMILLION},
                "encoding": {"x": name, "y": height},
            },
        ],
        "config": {"view": {"stroke": None}, "font": "Inter, Helvetica, Arial, sans-serif"},
    }
    return Chart(
        id=derived("chart", "months", group.currency, title, found.as_of.isoformat()),
        title=title,
        alt=alt,
        spec=spec,
    )


def _moment(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
