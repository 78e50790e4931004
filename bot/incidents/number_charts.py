"""The numbers as charts: each incident's times as they came, and each group's median with its interval. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime

from agents.charts import BLUE, GREY, INK, SCHEMA, WIDTH, line_chart
from agents.untrusted import stripped
from bot.surfaces.incident_numbers import Numbers, Span
from memory.model.evidence import Series
from memory.model.incident import Incident
from memory.model.talk import Chart
from memory.model.value import JsonValue

MARK = "incident-numbers"
MOST_GROUPS = 12
_ROW = 26  # pixels of a group
_LONGEST_NAME = 40
_MINUTE = 60
_A_LINE = 2  # points that make one

_TIMES: tuple[tuple[str, Callable[[Incident], datetime | None], Callable[[Incident], datetime | None]], ...] = (
    ("time to detect", lambda each: each.started_at, lambda each: each.detected_at),
    ("time to acknowledge", lambda each: each.detected_at, lambda each: each.acknowledged_at),
    ("time to recover", lambda each: each.started_at, lambda each: each.mitigated_at or each.resolved_at),
)


def charts(incidents: Sequence[Incident], groups: Sequence[Numbers]) -> tuple[Chart, ...]:
    """Return the charts there is enough to draw for."""
    found = (_course(incidents), _recovery(groups))
    return tuple(each for each in found if each is not None)


def _course(incidents: Sequence[Incident]) -> Chart | None:
    """Return each time of each incident at the moment it began, in minutes."""
    series = [Series(name=name, points=_points(incidents, start, end)) for name, start, end in _TIMES]
    drawn = [each for each in series if len(each.points) >= _A_LINE]
    if not drawn:
        return None
    alt = "; ".join(f"{each.name}: last {each.points[-1][1]:.0f} min" for each in drawn)
    return line_chart(
        identifier=f"{MARK}:course", title="Incidents, one by one", alt=alt, unit="min", series=drawn
    )


def _points(
    incidents: Sequence[Incident],
    start: Callable[[Incident], datetime | None],
    end: Callable[[Incident], datetime | None],
) -> tuple[tuple[float, float], ...]:
    found = []
    for each in sorted(incidents, key=lambda incident: incident.started_at):
        first, last = start(each), end(each)
        if first is not None and last is not None and last >= first:
            found.append((each.started_at.timestamp(), (last - first).total_seconds() / _MINUTE))
    return tuple(found)


def _recovery(groups: Sequence[Numbers]) -> Chart | None:
    """Return the median time to recover of each group, with its interval where there are enough cases."""
    rows = [_row(each.name, each.recover) for each in groups if each.recover.median is not None][:MOST_GROUPS]
    if not rows:
        return None
    title = "Median time to recover"
    name: JsonValue = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "labelLimit": 180},
    }
    axis: JsonValue = {"title": "minutes", "tickCount": 5}
    at: JsonValue = {"field": "median", "type": "quantitative", "scale": {"zero": True}, "axis": axis}
    ends: dict[str, JsonValue] = {
        "x": {"field": "low", "type": "quantitative"},
        "x2": {"field": "high"},
        "y": name,
    }
    layers: list[JsonValue] = [
        {"mark": {"type": "rule", "color": GREY, "strokeWidth": 2}, "encoding": ends},
        {"mark": {"type": "point", "filled": True, "size": 70, "color": BLUE}, "encoding": {"x": at, "y": name}},
        {
            "mark": {"type": "text", "align": "left", "dx": 8, "color": INK},
            "encoding": {"x": at, "y": name, "text": {"field": "label"}},
        },
    ]
    spec: dict[str, JsonValue] = {
        "$schema": SCHEMA,
        "title": {"text": title, "subtitle": "bars: exact 95 % interval, from six cases on", "anchor": "start"},
        "width": WIDTH,
        "height": _ROW * len(rows),
        "background": "white",
        "padding": 12,
        "data": {"values": list(rows)},
        "layer": layers,
        "config": {"view": {"stroke": None}, "axis": {"domain": False, "ticks": False}},
    }
    alt = "; ".join(f"{row['name']}: {row['label']}" for row in rows)
    return Chart(id=f"{MARK}:recovery", title=title, alt=alt, spec={**spec, "description": alt})


def _row(name: str, span: Span) -> dict[str, JsonValue]:
    bounds, median = span.median_bounds, span.median or 0.0
    return {
        "name": stripped(name, _LONGEST_NAME),
        "median": median / _MINUTE,
        "low": (bounds.low if bounds else median) / _MINUTE,
        "high": (bounds.high if bounds else median) / _MINUTE,
        "label": f"{median / _MINUTE:.0f} min of {span.cases}",
    }
