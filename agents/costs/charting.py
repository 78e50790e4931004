"""Charts of costs: bars for groups, lines over time, steps for what made a change. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from agents.charts import BLUE, GREY, INK, SCHEMA, VERMILLION, WIDTH, line_chart
from agents.costs.answer import AnswerLine
from agents.untrusted import stripped
from memory.ids import derived
from memory.model.evidence import Series
from memory.model.talk import Chart
from memory.model.value import JsonValue

MOST_BARS: Final = 12
_BAR: Final = 22  # pixels
_LONGEST: Final = 40
_NAME: Final[JsonValue] = {
    "field": "name",
    "type": "nominal",
    "sort": None,
    "axis": {"title": None, "labelLimit": 150},
}


def name_of(line: AnswerLine) -> str:
    """Return what a line is called in a chart or a list."""
    if line.rest:
        return "everything else"
    if line.driver is not None and not any(line.keys):
        return line.driver.value
    keys = ", ".join(stripped(key, _LONGEST) or "(none)" for key in line.keys)
    return f"{keys}: {line.driver.value}" if line.driver is not None else keys


def over_time(title: str, alt: str, unit: str, lines: Sequence[AnswerLine]) -> Chart:
    """Return lines over time, one for each group."""
    groups: dict[str, list[tuple[float, float]]] = {}
    for line in lines:
        if line.at is not None:
            groups.setdefault(name_of(line) or "cost", []).append((line.at.timestamp(), float(line.cost)))
    series = [Series(name=name, points=tuple(sorted(points))) for name, points in groups.items()]
    return line_chart(identifier=derived("chart", title, alt), title=title, alt=alt, unit=unit, series=series)


def bars(title: str, alt: str, unit: str, lines: Sequence[AnswerLine]) -> Chart:
    """Return bars, the time compared with as a thin one behind."""
    values: list[JsonValue] = [
        {
            "name": name_of(line),
            "cost": float(line.cost),
            "before": None if line.before is None else float(line.before),
        }
        for line in lines[:MOST_BARS]
    ]
    layers = [_bar("cost", {"type": "bar", "height": 14, "color": BLUE})]
    if any(line.before is not None for line in lines):
        layers.append(_bar("before", {"type": "tick", "color": VERMILLION, "thickness": 2}))
    return _framed(title, alt, unit, values, {"layer": layers})


def steps(title: str, alt: str, unit: str, before: Decimal, lines: Sequence[AnswerLine]) -> Chart:
    """Return how each driver leads from the cost before to the cost now, each step where the last one ended."""
    values: list[JsonValue] = []
    level = before
    for line in lines[:MOST_BARS]:
        values.append(
            {"name": name_of(line), "from": float(level), "to": float(level + line.cost), "up": line.cost > 0}
        )
        level += line.cost
    colour: JsonValue = {"condition": {"test": "datum.up", "value": VERMILLION}, "value": BLUE}
    drawn: dict[str, JsonValue] = {
        "mark": {"type": "bar", "height": 14},
        "encoding": {
            "y": _NAME,
            "x": {
                "field": "from",
                "type": "quantitative",
                "axis": {"format": ",~r", "title": None},
                "scale": {"zero": False},
            },
            "x2": {"field": "to"},
            "color": colour,
        },
    }
    return _framed(title, alt, unit, values, drawn)


def _framed(title: str, alt: str, unit: str, values: list[JsonValue], drawn: dict[str, JsonValue]) -> Chart:
    """Return the chart of these values, one row for each, as `drawn` says."""
    spec: dict[str, JsonValue] = {
        "$schema": SCHEMA,
        "title": {"text": title, "subtitle": unit, "anchor": "start", "color": INK, "subtitleColor": GREY},
        "description": alt,
        "width": WIDTH - 180,
        "height": _BAR * max(1, len(values)),
        "background": "white",
        "padding": 12,
        "data": {"values": values},
        **drawn,
        "config": {"view": {"stroke": None}, "font": "Inter, Helvetica, Arial, sans-serif"},
    }
    return Chart(id=derived("chart", title, alt), title=title, alt=alt, spec=spec)


def _bar(field: str, mark: JsonValue) -> JsonValue:
    axis: JsonValue = {"format": ",~r", "title": None, "tickCount": 5}
    return {"mark": mark, "encoding": {"y": _NAME, "x": {"field": field, "type": "quantitative", "axis": axis}}}
