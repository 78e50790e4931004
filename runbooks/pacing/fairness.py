"""Fair turns by the virtual clock (Zhang, 1990), and Jain's index of how fair it was. Pure.

Each run gets a time as its turn when it is queued, and the earliest is started first. Somebody's runs are spaced
evenly, as if they had come one by one; so of two who both wait, neither gets ahead by more than one, and a flood
delays others by what stood before them, not by its size. A turn never changes: a place counts earlier ones.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
SPACING_S = 5
"""The time between two turns of one person."""

FARTHEST_S = 6 * 3600
"""How far ahead a turn may lie: a flood is paid back, and not for ever."""

MOST = 2**31 - 1


def second(at: datetime) -> int:
    """Return a moment in whole seconds, as turns are counted: on every node the same, after a restart too."""
    return max(1, min(MOST - FARTHEST_S, int((at - EPOCH).total_seconds())))


def turn(now: int, last: int | None, spacing: int = SPACING_S) -> int:
    """Return the turn of somebody's next run; `last` is that of the one before it, None for the first.

    Whoever was away joins now: what was not used is not saved up.
    """
    if last is None:
        return now
    return min(max(now, last + spacing), now + FARTHEST_S)


def jain(shares: Sequence[float]) -> float:
    """Return Jain's fairness index of what each got: 1 where all got the same, 1/n where one got everything.

    Jain, Chiu and Hawe (1984). Nobody, or nobody who got anything, is as fair as can be.
    """
    largest = max(shares, default=0.0)
    if not largest:
        return 1.0
    parts = [share / largest for share in shares]
    return sum(parts) ** 2 / (len(parts) * sum(part * part for part in parts))
