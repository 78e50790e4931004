"""The bundles of a log, checked one after another or by several processes at once, always given in order."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from memory.ledger.bundles import Checked, Expected, check_bundles
from memory.ledger.source import Source
from memory.log.tiles import TILE_WIDTH

_AT_ONCE = 16  # bundles, so that memory stays flat and a process is not asked too often
_AHEAD = 3  # such runs for each process


def checked_bundles(source: Source, expected: Expected, workers: int) -> Iterator[Checked]:
    """Yield what comes of each bundle, from the left. With one worker, it is this process that works."""
    count = -(-expected.size // TILE_WIDTH)
    runs = (range(first, min(first + _AT_ONCE, count)) for first in range(0, count, _AT_ONCE))
    if workers == 1:
        for run in runs:
            yield from check_bundles(source, expected, run)
        return
    # A process that is forked would inherit whatever threads and locks the caller has.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        pending: deque[Future[list[Checked]]] = deque()
        try:
            for run in runs:
                pending.append(pool.submit(check_bundles, source, expected, run))
                if len(pending) > workers * _AHEAD:
                    yield from pending.popleft().result()
            while pending:
                yield from pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
