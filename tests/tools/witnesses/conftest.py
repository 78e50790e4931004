"""Two real witnesses: as processes of their own, or served in this one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from bot.serving import listener, serving
from bot.witness.answering import Answering
from bot.witness.app import create_app
from memory.witnessing import WitnessState
from tests.fakes.time import FakeClock
from tests.memory.log.signers import FIRST, LOG, ORIGIN, SECOND
from tests.witnesses import WitnessProcess
from tools.witnesses import WitnessEndpoint, Witnesses


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[list[WitnessProcess]]:
    """Run two witnesses, each with a key and a state of its own."""
    both = []
    for name, number in ((FIRST.key.name, 2), (SECOND.key.name, 3)):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        both.append(WitnessProcess(folder, name, number))
    try:
        for each in both:
            each.launch()
        for each in both:
            each.wait_until_ready()
        yield both
    finally:
        for each in both:
            each.kill()


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[list[WitnessEndpoint]]:
    """Serve two witnesses in this process."""
    async with AsyncExitStack() as stack:
        served = []
        for cosigner in (FIRST, SECOND):
            state = stack.enter_context(closing(WitnessState.create(tmp_path / cosigner.key.key_id.hex())))
            app = create_app(Answering(cosigner, {ORIGIN: (LOG.key,)}, state, FakeClock()))
            bound = stack.enter_context(closing(listener("127.0.0.1", 0)))
            await stack.enter_async_context(serving(app, bound, asyncio.Event()))
            served.append(WitnessEndpoint(f"http://127.0.0.1:{bound.getsockname()[1]}", cosigner.key))
        yield served


@pytest.fixture
async def witnesses(two: list[WitnessEndpoint]) -> AsyncIterator[Witnesses]:
    made = Witnesses(two)
    yield made
    await made.close()
