"""Charts as Vega-Lite 5 specifications, data inside, sized for a chat. Pure.

The colours are those of Okabe and Ito (Color Universal Design, 2008), told apart with every common form of colour
blindness; what matters is also told by dashes and labels. Times are UTC. A line's name may be text from outside:
it is cut short and stripped of what cannot be seen.
"""

import math
from collections.abc import Sequence
from datetime import datetime

from agents.untrusted import stripped
from memory.model.evidence import Series
from memory.model.talk import Chart
from memory.model.value import JsonValue, Value

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH, HEIGHT = 560, 200  # pixels; twice that fits a chat's column on a fine screen
LINE = 14  # pixels from one row of labels to the next
MOST_POINTS = 240  # a line; more cannot be told apart at this width
MOST_LINES = 6
LONGEST_NAME = 60

BLUE, VERMILLION, GREY, INK = "#0072B2", "#D55E00", "#6B7280", "#1F2937"
PALETTE: list[JsonValue] = [BLUE, "#E69F00", "#009E73", "#CC79A7", "#56B4E9", VERMILLION]

# Per unit: what to multiply by, the axis' number format (d3-format), the axis' title.
_AXES = {
    "ratio": (1.0, "~p", ""),
    "bytes": (1 / 2**20, ",~r", "MiB"),
}
_CONFIG: dict[str, JsonValue] = {
    "font": "Inter, Helvetica, Arial, sans-serif",
    "view": {"stroke": None},
    "axis": {"labelColor": GREY, "titleColor": GREY, "gridColor": "#E5E7EB", "domain": False, "ticks": False},
    "axisX": {"grid": False, "ticks": True, "tickColor": "#9CA3AF", "labelSeparation": 8},
    "legend": {"orient": "bottom", "title": None, "labelColor": INK, "symbolType": "stroke"},
    "title": {"anchor": "start", "color": INK, "fontSize": 14, "offset": 10, "subtitleColor": GREY},
}


class Marker(Value):
    """Something that happened at a moment, such as a release."""

    at: datetime
    label: str


class Threshold(Value):
    """A level that means something, in the unit of the chart."""

    value: float
    label: str


def line_chart(
    *,
    identifier: str,
    title: str,
    alt: str,
    unit: str,
    series: Sequence[Series],
    markers: Sequence[Marker] = (),
    threshold: Threshold | None = None,
) -> Chart:
    """Return a chart of up to six series over time, with what happened meanwhile and the level that matters.

    Points that are not finite are left out; long series are thinned so that their extremes stay.
    """
    factor, number, axis = _axis(unit, series)
    shown = series[:MOST_LINES]
    rows: list[JsonValue] = [
        {"t": round(at * 1000), "v": value * factor, "s": stripped(line.name, LONGEST_NAME)}
        for line in shown
        for at, value in thinned([point for point in line.points if math.isfinite(point[1])])
    ]
    layers: list[JsonValue] = [_lines(len(shown) > 1, number)]
    if threshold is not None:
        layers += _threshold(threshold, factor)
    layers += _markers(markers, shown)
    spec: dict[str, JsonValue] = {
        "$schema": SCHEMA,
        "title": {"text": title, "subtitle": " · ".join(filter(None, (axis, "times in UTC")))},
        "description": alt,
        "width": WIDTH,
        "height": HEIGHT,
        "background": "white",
        "padding": 12,
        "data": {"values": rows},
        "layer": layers,
        "config": _CONFIG,
    }
    return Chart(id=identifier, title=title, alt=alt, spec=spec)


def thinned(points: Sequence[tuple[float, float]], most: int = MOST_POINTS) -> list[tuple[float, float]]:
    """Return at most `most` of the points: of each stretch of time its lowest and its highest, in order."""
    if len(points) <= most:
        return list(points)
    width = math.ceil(len(points) / (most // 2))
    kept: list[tuple[float, float]] = []
    for start in range(0, len(points), width):
        stretch = points[start : start + width]
        ends = {min(stretch, key=lambda point: point[1]), max(stretch, key=lambda point: point[1])}
        kept += sorted(ends)
    return kept


def _axis(unit: str, series: Sequence[Series]) -> tuple[float, str, str]:
    if unit == "s":
        top = max((value for line in series for _, value in line.points if math.isfinite(value)), default=0.0)
        return (1000.0, ",~r", "ms") if top < 1 else (1.0, ",~r", "s")
    return _AXES.get(unit, (1.0, ",~r", unit))


def _time() -> dict[str, JsonValue]:
    """Return the axis of time: the date where a day begins, else hours and minutes, with seconds if need be."""
    midnight = "utchours(datum.value) + utcminutes(datum.value) === 0"
    to_the_minute = "utcseconds(datum.value) === 0"
    label = f"utcFormat(datum.value, !({to_the_minute}) ? '%H:%M:%S' : {midnight} ? '%-d %b' : '%H:%M')"
    axis: JsonValue = {"labelExpr": label, "title": None, "tickCount": 6, "labelOverlap": True}
    return {"field": "t", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


def _lines(several: bool, number: str) -> JsonValue:
    colour: JsonValue = (
        {"field": "s", "type": "nominal", "scale": {"range": PALETTE}, "sort": None}
        if several
        else {"value": BLUE}
    )
    ordinate: JsonValue = {
        "field": "v",
        "type": "quantitative",
        "scale": {"zero": True, "nice": True},
        "axis": {"format": number, "title": None, "tickCount": 4},
    }
    encoding: dict[str, JsonValue] = {"x": _time(), "y": ordinate, "color": colour}
    if several:
        encoding["strokeDash"] = {"field": "s", "type": "nominal", "sort": None}
    return {"mark": {"type": "line", "strokeWidth": 2, "interpolate": "linear"}, "encoding": encoding}


def _threshold(threshold: Threshold, factor: float) -> list[JsonValue]:
    data: JsonValue = {"values": [{"v": threshold.value * factor, "label": threshold.label}]}
    height: JsonValue = {"field": "v", "type": "quantitative"}
    text: JsonValue = {"type": "text", "align": "left", "baseline": "bottom", "dx": 4, "dy": -3, "color": GREY}
    return [
        {"data": data, "mark": {"type": "rule", "color": GREY, "strokeDash": [2, 3]}, "encoding": {"y": height}},
        {"data": data, "mark": text, "encoding": {"y": height, "x": {"value": 0}, "text": {"field": "label"}}},
    ]


def _markers(markers: Sequence[Marker], series: Sequence[Series]) -> list[JsonValue]:
    """Return dashed lines and their labels, stacked so that no line crosses another's label."""
    times = [at for line in series for at, _ in line.points]
    if not times:
        return []
    start, end = min(times), max(times)
    kept = sorted((at, marker.label) for marker in markers if start <= (at := marker.at.timestamp()) <= end)
    late = bool(kept) and kept[-1][0] > start + 0.7 * (end - start)  # labels stand left of their lines
    rows = _rows(kept if late else kept[::-1], (end - start) / WIDTH)
    return [layer for row, labels in enumerate(rows) for layer in _marker_row(labels, row, late)]


def _marker_row(labels: Sequence[tuple[float, str]], row: int, late: bool) -> list[JsonValue]:
    data: JsonValue = {"values": [{"t": round(at * 1000), "label": label} for at, label in labels]}
    top: JsonValue = {"value": -LINE * row}
    rule: JsonValue = {"type": "rule", "color": VERMILLION, "strokeDash": [5, 3], "strokeWidth": 1.5}
    text: JsonValue = {
        "type": "text",
        "align": "right" if late else "left",
        "baseline": "bottom",
        "dx": -3 if late else 3,
        "dy": 8 - LINE,
        "color": VERMILLION,
    }
    high: JsonValue = {"value": -LINE * (row + 1) + 3}
    return [
        {"data": data, "mark": rule, "encoding": {"x": _time(), "y": high, "y2": {"value": HEIGHT}}},
        {"data": data, "mark": text, "encoding": {"x": _time(), "y": top, "text": {"field": "label"}}},
    ]


def _rows(labels: Sequence[tuple[float, str]], pixel_s: float) -> list[list[tuple[float, str]]]:
    """Return the labels in rows, each in the first where it stands clear; `pixel_s` is a pixel's time."""
    rows: list[list[tuple[float, str]]] = []
    for at, label in labels:
        free = (
            row for row in rows if abs(at - row[-1][0]) > pixel_s * (6.5 * max(len(label), len(row[-1][1])) + 8)
        )
        row = next(free, None)
        if row is None:
            rows.append([(at, label)])
        else:
            row.append((at, label))
    return rows
