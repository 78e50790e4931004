"""Charts as the renderer sees them: every specification is drawn by Vega-Lite itself."""

import math
import random
import re
from datetime import timedelta

import pytest
import vl_convert

from agents.charts import MOST_LINES, MOST_POINTS, PALETTE, Marker, Threshold, line_chart, thinned
from memory.model.evidence import Series
from memory.model.talk import Chart
from tests.agents.talking import Talk
from tests.fakes.observer import NOW

START = NOW - timedelta(hours=1)


def line(name: str = "checkout", count: int = 240, level: float = 0.1, step_s: float = 15.0) -> Series:
    noise = random.Random(name)  # noqa: S311  # a repeatable wiggle, no secret
    begin = START.timestamp()
    points = ((begin + n * step_s, level * noise.uniform(0.9, 1.1)) for n in range(count))
    return Series(name=name, points=tuple(points))


def chart(*series: Series, unit: str = "ratio", markers: tuple[Marker, ...] = ()) -> Chart:
    return line_chart(
        identifier="chart-1",
        title="Error rate of checkout",
        alt="It rises.",
        unit=unit,
        series=series,
        markers=markers,
        threshold=Threshold(value=0.02, label="2 %"),
    )


def drawn(of: Chart) -> str:
    """Return the SVG; the renderer raises for a specification that is none."""
    return vl_convert.vegalite_to_svg(of.spec)


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


@pytest.mark.usefixtures("incident")
async def test_the_chart_of_an_incident_shows_its_title_the_release_and_the_limit(talk: Talk) -> None:
    answer = await talk.say("what is wrong with checkout?")
    (found,) = answer.charts
    said = texts(drawn(found))
    assert {"Error rate of checkout", "times in UTC", "1.4.2 released", "2 %", "03:00"} <= set(said)
    assert found.alt == "Error rate of checkout over the last hour: 32 % at the end, 0.2 % before 03:02 UTC."


def test_it_becomes_a_picture_that_fits_a_chat() -> None:
    png = vl_convert.vegalite_to_png(chart(line()).spec, scale=1)
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    assert png.startswith(b"\x89PNG")
    assert 500 < width < 760
    assert 200 < height < 420


@pytest.mark.parametrize(
    ("unit", "level", "subtitle", "label"),
    [
        ("ratio", 0.3, "times in UTC", "30%"),
        ("s", 0.08, "ms · times in UTC", "80"),
        ("s", 3.0, "s · times in UTC", "3"),
        ("bytes", 60 * 2**20, "MiB · times in UTC", "60"),
        ("req/s", 12.0, "req/s · times in UTC", "10"),
        ("", 42.0, "times in UTC", "40"),
    ],
)
def test_the_axis_counts_in_a_unit_that_people_read(unit: str, level: float, subtitle: str, label: str) -> None:
    said = texts(drawn(chart(line(level=level), unit=unit)))
    assert subtitle in said
    assert label in said


def test_several_lines_have_a_legend_colours_and_dashes_of_their_own() -> None:
    svg = drawn(chart(line("checkout"), line("payments"), line("storefront")))
    assert {"checkout", "payments", "storefront"} <= set(texts(svg))
    assert {str(colour) for colour in PALETTE[:3]} <= set(re.findall(r"#[0-9A-F]{6}", svg))
    assert len(set(re.findall(r'stroke-dasharray="([^"]+)"', svg))) > 1


def test_labels_that_stand_close_are_stacked() -> None:
    close = tuple(Marker(at=NOW - timedelta(minutes=20 + n), label=f"release {n}") for n in range(3))
    svg = drawn(chart(line(), markers=close))
    heights = {n: re.search(rf'translate\([^,]+,([-\d.]+)\)"[^>]*>release {n}<', svg) for n in range(3)}
    found = {match[1] for match in heights.values() if match}
    assert len(found) == 3


def test_what_happened_outside_of_the_chart_does_not_stretch_it() -> None:
    early = Marker(at=NOW - timedelta(days=3), label="release of long ago")
    assert "release of long ago" not in texts(drawn(chart(line(), markers=(early,))))


def test_a_chart_of_days_names_the_days() -> None:
    assert "22 Nov" in texts(drawn(chart(line(count=100, step_s=3600.0))))


@pytest.mark.parametrize("series", [(), (Series(name="empty", points=()),), (line(count=1),)])
def test_little_or_nothing_can_be_drawn(series: tuple[Series, ...]) -> None:
    assert drawn(chart(*series)).startswith("<svg")


def test_what_is_not_finite_is_left_out() -> None:
    points = ((0.0, math.nan), (15.0, 1.0), (30.0, math.inf), (45.0, 2.0))
    values = chart(Series(name="a", points=points)).spec["data"]
    assert isinstance(values, dict)
    assert [row["v"] for row in values["values"]] == [1.0, 2.0]  # type: ignore[index,union-attr,call-overload]  # rows


def test_a_name_from_outside_is_cut_short_and_shows_nothing_invisible() -> None:
    name = "a\u202eb\n" + "x" * 500
    svg = drawn(chart(line(name), line("other")))
    assert "\u202e" not in svg
    assert all(len(text) <= 60 for text in texts(svg))


def test_thinning_keeps_the_extremes_and_the_order() -> None:
    points = [(float(n), math.sin(n / 50)) for n in range(10_000)]
    points[7777] = (7777.0, 99.0)
    kept = thinned(points)
    assert len(kept) <= MOST_POINTS
    assert (7777.0, 99.0) in kept
    assert kept == sorted(kept)


def test_more_lines_than_can_be_told_apart_are_left_out() -> None:
    many = chart(*(line(f"s{n}") for n in range(10)))
    values = many.spec["data"]
    assert isinstance(values, dict)
    assert len({row["s"] for row in values["values"]}) == MOST_LINES  # type: ignore[index,union-attr,call-overload]  # rows
