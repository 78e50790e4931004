"""Charts are drawn from what they carry, in either colour scheme, and nothing is fetched."""

from xml.etree import ElementTree as ET

import pytest

from bot.pictures import KEPT, NARROW, Format, Pictures, Theme, self_contained, themed
from memory.errors import InvalidInput
from memory.model.talk import Chart
from memory.model.value import JsonValue
from tests.fakes import scenes
from tests.fakes.time import MIDNIGHT

CHART = scenes.chart("msg", MIDNIGHT)


def width(picture: bytes) -> float:
    return float(ET.fromstring(picture).attrib["width"])  # noqa: S314  # our own drawing


async def test_a_chart_is_drawn_as_svg_and_as_png() -> None:
    pictures = Pictures()
    assert (await pictures.draw(CHART, Format.SVG)).startswith(b"<svg")
    assert (await pictures.draw(CHART, Format.PNG)).startswith(b"\x89PNG")


async def test_a_chart_for_a_phone_is_narrower() -> None:
    pictures = Pictures()
    wide, narrow = [await pictures.draw(CHART, Format.SVG, narrow=each) for each in (False, True)]
    assert width(narrow) < NARROW + 80 < width(wide)


async def test_a_dark_chart_has_no_ground_of_its_own_and_light_letters() -> None:
    picture = await Pictures().draw(CHART, Format.SVG, Theme.DARK)
    assert b'fill="white"' not in picture
    assert b"#9ca3af" in picture


def test_a_dark_chart_keeps_what_the_specification_configures_itself() -> None:
    spec = themed({"config": {"axis": {"labelFontSize": 20}, "font": "Inter"}}, Theme.DARK)
    config = spec["config"]
    assert isinstance(config, dict)
    assert config["font"] == "Inter"
    assert isinstance(config["axis"], dict)
    assert config["axis"]["labelFontSize"] == 20


async def test_the_same_chart_is_drawn_once() -> None:
    pictures = Pictures()
    assert await pictures.draw(CHART, Format.SVG) is await pictures.draw(CHART, Format.SVG)


async def test_old_drawings_are_forgotten() -> None:
    pictures = Pictures()
    for n in range(KEPT + 1):
        spec: dict[str, JsonValue] = {"data": {"values": [{"v": n}]}, "mark": "point", "encoding": {}}
        await pictures.draw(CHART.model_copy(update={"spec": spec}), Format.SVG)
    assert len(pictures._drawn) == KEPT


@pytest.mark.parametrize(
    "spec",
    [
        {"data": {"url": "http://elsewhere.test/data.json"}, "mark": "line"},
        {"data": {"url": "file:///etc/passwd", "format": {"type": "csv"}}, "mark": "line"},
        {"layer": [{"data": {"url": "data.csv"}, "mark": "line"}]},
        {"data": {"values": []}, "mark": "image", "encoding": {"url": {"field": "picture"}}},
        {"mark": "no such mark"},
    ],
)
async def test_what_cannot_be_drawn_from_itself_is_refused(spec: dict[str, JsonValue]) -> None:
    with pytest.raises(InvalidInput):
        await Pictures().draw(Chart(id="c", title="", alt="", spec=spec), Format.SVG)


def test_a_column_of_the_data_may_be_called_url() -> None:
    assert self_contained({"data": {"values": [{"url": "http://checkout"}]}, "mark": "line"})
