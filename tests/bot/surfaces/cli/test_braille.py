"""A chart in text has the size it was asked for, and rises where the numbers rise."""

import math

from hypothesis import given
from hypothesis import strategies as st

from bot.surfaces.cli.braille import plot

NUMBERS = st.floats(-1e300, 1e300) | st.sampled_from([math.nan, math.inf, -math.inf])
POINTS = st.lists(st.tuples(st.floats(0, 1e9), NUMBERS), max_size=100)
BLANK = "\u2800"


@given(POINTS, st.integers(2, 80), st.integers(1, 10))
def test_a_chart_has_exactly_the_size_it_was_asked_for(
    points: list[tuple[float, float]], width: int, height: int
) -> None:
    lines = plot(points, width, height)
    assert [len(line) for line in lines] == [width] * height
    assert all(BLANK <= letter <= "\u28ff" for line in lines for letter in line)


@given(POINTS.filter(lambda points: any(math.isfinite(value) for _, value in points)))
def test_every_finite_line_leaves_a_dot(points: list[tuple[float, float]]) -> None:
    assert set("".join(plot(points, 20, 4))) != {BLANK}


def test_nothing_to_draw_is_an_empty_chart() -> None:
    assert plot([], 4, 2) == (BLANK * 4, BLANK * 4)


def test_a_rising_line_goes_from_the_lower_left_to_the_upper_right() -> None:
    top, bottom = plot([(float(at), float(at)) for at in range(16)], 8, 2)
    assert top.startswith(BLANK)
    assert not top.endswith(BLANK)
    assert bottom.endswith(BLANK)
    assert not bottom.startswith(BLANK)


def test_a_flat_line_is_one_row_of_dots() -> None:
    assert plot([(float(at), 5.0) for at in range(8)], 4, 1) == ("⣀⣀⣀⣀",)
