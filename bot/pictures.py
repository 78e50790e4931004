"""Charts as pictures: a Vega-Lite specification in, SVG or PNG out, off the event loop and without the network."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from enum import StrEnum

from memory.canonical import digest
from memory.errors import InvalidInput
from memory.model.talk import Chart
from memory.model.value import JsonValue

SCALE = 2.0  # PNG pixels for each pixel of the specification: sharp on fine screens
NARROW = 280  # pixels of the chart itself: what a phone has beside the axis
KEPT = 64  # pictures, a few tens of kilobytes each

_NO_ADDRESS = ["https://invalid.invalid/"]  # an empty list would leave local files readable
_INK, _QUIET, _GRID = "#e5e7eb", "#9ca3af", "#374151"
_DARK: dict[str, JsonValue] = {
    "axis": {"labelColor": _QUIET, "titleColor": _QUIET, "gridColor": _GRID, "domain": False, "ticks": False},
    "axisX": {"grid": False, "ticks": True, "tickColor": _QUIET},
    "legend": {"labelColor": _INK, "titleColor": _INK},
    "title": {"color": _INK, "subtitleColor": _QUIET},
}


class Format(StrEnum):
    """What a picture is written as."""

    SVG = "svg"
    PNG = "png"

    def media_type(self) -> str:
        """Return the format's media type."""
        return "image/svg+xml" if self is Format.SVG else "image/png"


class Theme(StrEnum):
    """The ground a picture stands on. A light picture keeps its white ground, a dark one has none."""

    LIGHT = "light"
    DARK = "dark"


class Pictures:
    """Draws charts and remembers the last ones drawn. One at a time: a drawing keeps a core busy."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[str, bytes] = OrderedDict()
        self._drawing = asyncio.Lock()

    async def draw(
        self,
        chart: Chart,
        form: Format,
        theme: Theme = Theme.LIGHT,
        *,
        narrow: bool = False,
        scale: float = SCALE,
    ) -> bytes:
        """Return the chart's picture, as wide as specified or as a phone; raises `InvalidInput`."""
        spec = themed(chart.spec, theme) | ({"width": NARROW} if narrow else {})
        name = f"{digest(spec)}.{scale}.{form}"
        async with self._drawing:
            if name not in self._drawn:
                self._drawn[name] = await asyncio.to_thread(_draw, spec, form, scale)
            self._drawn.move_to_end(name)
            while len(self._drawn) > KEPT:
                self._drawn.popitem(last=False)
            return self._drawn[name]


def themed(spec: Mapping[str, JsonValue], theme: Theme) -> dict[str, JsonValue]:
    """Return the specification for this ground."""
    if theme is Theme.LIGHT:
        return dict(spec)
    config = spec.get("config")
    dark = _merged(config if isinstance(config, dict) else {}, _DARK)
    return {**spec, "background": "transparent", "config": dark}


def self_contained(spec: JsonValue) -> bool:
    """Return whether the specification carries all its data: nothing in it is fetched from an address."""
    if isinstance(spec, dict):
        parts = (part for name, part in spec.items() if name != "values")  # rows may have a column of that name
        return "url" not in spec and all(map(self_contained, parts))
    return all(map(self_contained, spec)) if isinstance(spec, list) else True


def _merged(under: Mapping[str, JsonValue], over: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    merged = dict(under)
    for name, value in over.items():
        below = merged.get(name)
        merged[name] = {**below, **value} if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _draw(spec: dict[str, JsonValue], form: Format, scale: float) -> bytes:
    import vl_convert

    if not self_contained(spec):
        raise InvalidInput("expected a chart that carries its data, found one that fetches from an address")
    try:
        if form is Format.SVG:
            return vl_convert.vegalite_to_svg(spec, allowed_base_urls=_NO_ADDRESS).encode()
        return vl_convert.vegalite_to_png(spec, scale=scale, allowed_base_urls=_NO_ADDRESS)
    except ValueError as error:
        first = str(error).partition("\n    at ")[0]
        raise InvalidInput(f"expected a Vega-Lite chart that can be drawn, found: {first}") from error
