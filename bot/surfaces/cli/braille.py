"""A line of numbers as a small picture in text: every letter is two dots wide and four high. Pure.

The letters are Unicode's Braille patterns (U+2800…U+28FF), whose low eight bits are the dots.
"""

import math
from collections.abc import Iterable, Sequence

Point = tuple[float, float]

_BLANK = 0x2800
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # by column, then by row from the top
_WIDE, _HIGH = 2, 4


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
    """Yield the (column, row) of each dot; a column's dots reach from its lowest value to its highest."""
    if not points:
        return
    times, values = zip(*points, strict=True)
    start, low = min(times), min(values)
    length = max(times) - start or 1.0
    height = max(values) - low or 1.0
    reached: dict[int, tuple[int, int]] = {}
    for time, value in points:
        column = round((time - start) / length * (columns - 1))
        row = rows - 1 - round((value - low) / height * (rows - 1))
        top, bottom = reached.get(column, (row, row))
        reached[column] = min(top, row), max(bottom, row)
    for column, (top, bottom) in reached.items():
        yield from ((column, row) for row in range(top, bottom + 1))
