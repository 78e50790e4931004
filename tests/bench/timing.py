"""How long things take: each call timed on its own, given as percentiles. Nothing here judges."""

import math
import time
from collections.abc import Awaitable, Callable, Sequence

from memory.model.value import Value


class Timing(Value):
    """How long `count` calls took, in milliseconds."""

    count: int
    p50_ms: float
    p99_ms: float


async def timed(call: Callable[[int], Awaitable[object]], *, warm: int, count: int) -> Timing:
    """Make `warm` calls that do not count, then `count` that do, one after another; each is given its number."""
    for number in range(warm):
        await call(number)
    taken = []
    for number in range(warm, warm + count):
        began = time.perf_counter()
        await call(number)
        taken.append((time.perf_counter() - began) * 1000)
    return timing(taken)


async def alternately(*calls: Callable[[int], Awaitable[object]], warm: int, count: int) -> list[Timing]:
    """Time several that are held against each other, in turns: whatever disturbs one disturbs them all."""
    taken: list[list[float]] = [[] for _ in calls]
    for number in range(warm + count):
        for call, its in zip(calls, taken, strict=True):
            began = time.perf_counter()
            await call(number)
            its.append((time.perf_counter() - began) * 1000)
    return [timing(its[warm:]) for its in taken]


def timing(taken_ms: Sequence[float]) -> Timing:
    """Return the percentiles of single times, by the nearest-rank method."""
    ordered = sorted(taken_ms)
    return Timing(count=len(ordered), p50_ms=_rank(ordered, 0.5), p99_ms=_rank(ordered, 0.99))


def _rank(ordered: Sequence[float], share: float) -> float:
    return round(ordered[max(0, math.ceil(share * len(ordered)) - 1)], 3)
