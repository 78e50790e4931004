"""Work does not begin while somebody waits for an acknowledgement, nor is it kept from beginning for ever."""

import asyncio

from bot.surfaces.precedence import PATIENCE_S, QUIET_S, Precedence


async def begun(precedence: Precedence, order: list[str], name: str) -> None:
    await precedence.turn()
    order.append(name)


async def test_work_begins_at_once_where_nobody_waits() -> None:
    order: list[str] = []
    await begun(Precedence(), order, "work")
    assert order == ["work"]


async def test_work_begins_after_the_acknowledgement_it_was_brought_by() -> None:
    precedence, order = Precedence(), list[str]()
    with precedence.owing():
        work = asyncio.create_task(begun(precedence, order, "work"))
        await asyncio.sleep(0)
        order.append("acknowledged")
    await work
    assert order == ["acknowledged", "work"]


async def test_a_delivery_that_follows_at_once_goes_before_work_that_waits() -> None:
    precedence, order = Precedence(), list[str]()
    with precedence.owing():
        work = asyncio.create_task(begun(precedence, order, "work"))
        await asyncio.sleep(0)
    with precedence.owing():
        await asyncio.sleep(QUIET_S * 2)
        assert order == []
    await work


async def test_while_deliveries_keep_coming_work_begins_one_piece_after_the_other_and_in_order() -> None:
    precedence, order = Precedence(), list[str]()
    now = asyncio.get_running_loop().time
    began = now()
    with precedence.owing():
        await asyncio.gather(*(begun(precedence, order, f"{number}") for number in range(3)))
        assert order == ["0", "1", "2"]
        assert now() - began >= 3 * PATIENCE_S * 0.9
