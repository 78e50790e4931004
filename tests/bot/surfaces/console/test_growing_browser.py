"""An answer grows before the eyes of who asked, stops when they press, and makes room for the reply."""

import pytest
from playwright.async_api import expect

from tests.bot.surfaces.console.conftest import Open
from tests.fakes.desk import FakeDesk
from tests.patience import until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_stands_is_seen_as_it_grows_and_stopping_brings_the_reply(
    open_as: Open, desk: FakeDesk
) -> None:
    alice = await open_as("alice")
    await alice.live()
    desk.answering.clear()
    await alice.by("text").fill("What is wrong with checkout?")
    await alice.by("send").click()
    await until(lambda: desk.exchanges)
    desk.grow("Checkout fails.")
    await expect(alice.by("growing-answer")).to_contain_text("Checkout fails.")
    desk.grow("Checkout fails.\nthinker adds: <img src=x onerror=alert(1)> since 1.4.2 [2].")
    await expect(alice.by("growing-answer")).to_contain_text("thinker adds: <img src=x onerror=alert(1)>")
    await alice.by("stop").click()
    await expect(alice.by("growing-answer")).to_have_count(0)
    await expect(alice.by("reply").last).to_contain_text("31 %")
    assert [thread for _, thread in desk.stops]
    assert alice.complaints == []
