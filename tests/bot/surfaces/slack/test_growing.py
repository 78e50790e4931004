"""An answer in Slack while it is made: one message that grows and becomes the answer; a button stops it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bot.surfaces.slack.house import EAGER, House, blocks_of, everybody, house, says
from tests.fakes.slack.server import SlackServer

pytestmark = pytest.mark.timeout(60)
GROWS = ("checkout fails [1].", "checkout fails [1].\nthinker adds: <!channel> since 1.4.2 [2].")


@pytest.fixture
async def at(tmp_path: Path, slack: SlackServer) -> AsyncIterator[House]:
    async with house(tmp_path, slack, pace=replace(EAGER, growth=timedelta(milliseconds=20))) as made:
        await everybody(made.store)
        made.thinking.grows = GROWS
        yield made


async def test_a_message_grows_in_its_thread_and_becomes_the_answer(at: House) -> None:
    ts = await at.deliveries.mention("C1", "UALICE", "what is wrong with checkout?")
    await at.until(lambda: any("thinker adds" in says(each) for each in at.thread(ts)))
    (growing,) = at.thread(ts)
    assert "Looking further" in says(growing)
    assert [each["text"]["text"] for block in blocks_of(growing) for each in block.get("elements", ())
            if each.get("type") == "button"] == ["Stop"]  # fmt: skip
    assert "<!channel>" not in str(growing.get("text"))
    at.thinking.go.set()
    await at.until(lambda: "Looking further" not in says(at.thread(ts)[0]))
    (answer,) = at.thread(ts)
    assert answer["ts"] == growing["ts"]
    assert "Stop" not in says(answer)


async def test_in_the_agent_view_the_stream_ends_in_what_stands_and_goes_on_growing(at: House) -> None:
    ts = await at.deliveries.direct("DALICE", "UALICE", "what is wrong with checkout?")
    await at.until(lambda: any("thinker adds" in says(each) for each in at.thread(ts, "DALICE")))
    at.thinking.go.set()
    await at.until(lambda: "Looking further" not in says(at.thread(ts, "DALICE")[0]))
    (answer,) = at.thread(ts, "DALICE")
    assert (answer["streaming"], answer["text"].startswith("checkout fails")) == (False, True)


async def test_who_asked_stops_it_and_nobody_else(at: House) -> None:
    ts = await at.deliveries.mention("C1", "UALICE", "what is wrong with checkout?")
    await at.until(lambda: any("thinker adds" in says(each) for each in at.thread(ts)))
    message = at.thread(ts)[0]
    await at.deliveries.press("UBOB", "C1", message, "stop")
    assert "Looking further" in says(at.thread(ts)[0])
    await at.deliveries.press("UALICE", "C1", message, "stop")
    await at.until(lambda: "It was stopped." in says(at.thread(ts)[0]))
    assert len(at.thread(ts)) == 1


async def test_what_slack_will_not_have_grow_is_answered_all_the_same(at: House) -> None:
    at.slack.failing["chat.update"] = ["edit_window_closed"]
    ts = await at.deliveries.mention("C1", "UALICE", "what is wrong with checkout?")
    await at.until(lambda: bool(at.thread(ts)))
    at.thinking.go.set()
    await at.until(lambda: any("thinker adds" in says(each) for each in at.thread(ts)))
