"""Pieces of work in processes of their own, each with an event loop: what none of them shares, none can mix up."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import structlog

Doing = Callable[..., Coroutine[Any, Any, Any]]
Work = tuple[Doing, tuple[Any, ...]]
"""A function of a module, and what it is given."""


async def worked(work: Sequence[Work], workers: int) -> list[Any]:
    """Return what each piece of work brought, in order; one worker alone does it here, piece after piece."""
    if workers == 1:
        return [await doing(*what) for doing, what in work]
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(workers, get_context("spawn"), quiet) as pool:
        return await asyncio.gather(*(loop.run_in_executor(pool, _alone, *each) for each in work))


def quiet() -> None:
    """Say nothing of every plan on the way: there are thousands."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def _alone(doing: Doing, what: tuple[Any, ...]) -> Any:
    return asyncio.run(doing(*what))
