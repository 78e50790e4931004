"""A line of numbers as a small picture in text: every letter is two dots wide and four high. Pure.

The letters are Unicode's Braille patterns (U+2800…U+28FF), whose low eight bits are the dots.
"""

import math
from collections.abc import Iterable, Sequence

Point = tuple[float, float]

_BLANK = 0x2800
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # by column, then by row from the top
_WIDE, _HIGH = 2, 4
_WIDEST = 3.0  # times the mean distance between two points: what is wider is a gap


def plot(points: Sequence[Point], width: int, height: int) -> tuple[str, ...]:
    """Return `height` lines of `width` letters that show (time, value) points, the lowest value at the bottom.

    Points without a finite value leave a gap; without any finite value every letter is blank.
    """
    columns, rows = width * _WIDE, height * _HIGH
    cells = [[_BLANK] * width for _ in range(height)]
    for column, row in _dots([point for point in points if math.isfinite(point[1])], columns, rows):
        cells[row // _HIGH][column // _WIDE] |= _DOTS[column % _WIDE][row % _HIGH]
    return tuple("".join(map(chr, line)) for line in cells)


def _dots(points: Sequence[Point], columns: int, rows: int) -> Iterable[tuple[int, int]]:
    """Yield the (column, row) of each dot: the points, and the straight lines between neighbours in time."""
    if not points:
        return
    times, values = zip(*points, strict=True)
    start, low = min(times), min(values)
    length = max(times) - start or 1.0
    height = max(values) - low or 1.0
    placed = [
        (round((time - start) / length * (columns - 1)), rows - 1 - round((value - low) / height * (rows - 1)))
        for time, value in points
    ]
    yield from placed
    widest = _WIDEST * length / len(points)
    for (time, _), (later, _), here, there in zip(points, points[1:], placed, placed[1:], strict=False):
        if 0 <= later - time <= widest:
            yield from _line(here, there)


def _line(here: tuple[int, int], there: tuple[int, int]) -> Iterable[tuple[int, int]]:
    """Yield the dots of a straight line."""
    (column, row), (across, down) = here, (there[0] - here[0], there[1] - here[1])
    steps = max(abs(across), abs(down), 1)
    for step in range(1, steps):
        yield column + round(across * step / steps), row + round(down * step / steps)
