"""Listening goes on in the quiet, and ends when it should."""

import asyncio
from collections.abc import AsyncIterator

from bot.surfaces.listening import Beat, until_closed
from memory.model.record import Event, Gap
from tests.patience import until


class Line:
    """Tells what is put into it, and knows whether somebody still listens."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Event | Gap] = asyncio.Queue()
        self.hung_up = False

    async def __aiter__(self) -> AsyncIterator[Event | Gap]:
        try:
            while True:
                yield await self.heard.get()
        finally:
            self.hung_up = True


async def test_what_happens_is_told_in_order() -> None:
    line = Line()
    for missed in (1, 2):
        line.heard.put_nowait(Gap(missed=missed))
    told = until_closed(aiter(line), asyncio.Event())
    assert [await anext(told), await anext(told)] == [Gap(missed=1), Gap(missed=2)]
    await told.aclose()


async def test_in_the_quiet_the_line_beats() -> None:
    told = until_closed(aiter(Line()), asyncio.Event(), beat_s=0.001)
    assert [await anext(told) for _ in range(3)] == [Beat()] * 3
    await told.aclose()


async def test_after_a_beat_nothing_is_lost() -> None:
    line = Line()
    told = until_closed(aiter(line), asyncio.Event(), beat_s=0.001)
    assert await anext(told) == Beat()
    line.heard.put_nowait(Gap(missed=1))
    async for happened in told:
        if happened != Beat():
            assert happened == Gap(missed=1)
            break
    await told.aclose()


async def test_closing_ends_it_and_hangs_up() -> None:
    line, closing = Line(), asyncio.Event()
    told = until_closed(aiter(line), closing)
    asyncio.get_running_loop().call_soon(closing.set)
    assert [happened async for happened in told] == []
    await until(lambda: line.hung_up)


async def test_it_ends_when_what_it_listens_to_ends() -> None:
    async def short() -> AsyncIterator[Event | Gap]:
        yield Gap(missed=1)

    assert [happened async for happened in until_closed(short(), asyncio.Event())] == [Gap(missed=1)]
