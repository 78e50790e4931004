"""What is said of a plan when it is over is said once: pictures, the day's successes, a channel that is closed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.surfaces.places import Places
from bot.surfaces.slack.gathering import MOST, gathered
from bot.surfaces.slack.receiving.once import Once
from memory.model.approval import Verdict
from memory.model.people import Surface
from memory.model.shown import Success
from tests.bot.surfaces.slack.house import House, everybody, house, says
from tests.bot.surfaces.slack.room import ORIGIN
from tests.fakes import scenes
from tests.fakes.slack.rules import violations
from tests.fakes.slack.server import SlackServer
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.memory.opening import opened

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def at(tmp_path: Path, slack: SlackServer) -> AsyncIterator[House]:
    workspace = next(iter(slack.workspaces.values()))
    workspace.add_user("UCARA", "cara")
    async with house(tmp_path, slack) as made:
        await everybody(made.store)
        yield made


async def done(at: House, what: str = "roll back checkout") -> str:
    """Have a plan be asked for, approved and done; return its thread."""
    thread = await at.deliveries.mention("C1", "UALICE", what)
    card = dict(await at.card(thread))
    await at.deliveries.press("UBOB", "C1", card, "approve")
    await at.shows(thread, "Done and verified")
    return thread


def digests(at: House) -> list[dict[str, Any]]:
    return [each for each in at.ours("C1") if "done and verified on" in says(each)]


async def test_what_goes_well_is_said_in_the_channel_and_not_only_in_its_thread(at: House) -> None:
    await done(at)
    await at.until(lambda: len(digests(at)) == 1)
    assert "1 plan done and verified on" in says(digests(at)[0])
    assert "thread_ts" not in digests(at)[0]


async def test_two_nodes_that_add_to_the_day_at_once_end_with_a_message_that_has_both(at: House) -> None:
    await done(at)
    await at.until(lambda: len(digests(at)) == 1)
    (run,) = await at.runs()
    shown = await at.store.slack_cards.find("acme", run.id)
    assert shown is not None
    ending = at.side.board._ending
    web = await at.side.board._webs.of(shown.team)
    others = [run.model_copy(update={"id": f"run_{number}"}) for number in range(4)]
    await asyncio.gather(*(ending._gathering.add(web, shown, other) for other in others))
    assert "5 plans done and verified on" in says(digests(at)[0])
    assert len(digests(at)) == 1


def test_more_successes_than_are_named_are_counted() -> None:
    told = {"tenant": "acme", "team": "T1", "channel": "C1", "day": "2026-07-01", "requester": "Alice"}
    found = [
        Success(**told, run=f"run_{number}", title=f"Plan {number}", at=MIDNIGHT) for number in range(MOST + 3)
    ]
    post = gathered(found, Places(ORIGIN))
    assert "and 3 more" in says({"blocks": list(post.blocks)})
    assert violations(list(post.blocks)) == []


async def test_what_was_measured_is_shown_as_pictures_in_the_thread_once(
    at: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = type(at.desk).card
    charts = (scenes.chart("m1", datetime.now(UTC)),)

    monkeypatch.setattr(type(at.desk), "card", lambda *given: card(*given).model_copy(update={"charts": charts}))
    thread = await done(at)
    await at.until(lambda: any("What was measured" in says(each) for each in at.thread(thread)))
    (shown,) = [each for each in at.thread(thread) if "What was measured" in says(each)]
    picture = next(each for each in shown["blocks"] if each["type"] == "image")
    assert at.workspace.files[picture["slack_file"]["id"]]["bytes"].startswith(b"\x89PNG")
    assert picture["alt_text"] == charts[0].alt
    files = len(at.workspace.files)
    (run,) = await at.runs()
    await at.side.board.refresh(run.id, anew=True)
    assert len(at.workspace.files) == files


async def test_who_asked_is_told_once_where_their_plans_are_when_a_channel_was_archived(at: House) -> None:
    for what in ("roll back checkout", "roll back payments"):
        thread = await at.deliveries.mention("C1", "UALICE", what)
        await at.card(thread)
    at.workspace.channels["C1"]["is_archived"] = True
    for run in await at.runs():
        await at.desk.decide(at.person("bob"), run.id, run.plan_digest, Verdict.DENY, "no", Surface.CONSOLE)
    await at.until(lambda: bool(at.ours("DUALICE")))

    async def over() -> bool:
        return not await at.store.slack_cards.open("acme")

    await at.eventually(over)
    (told,) = at.ours("DUALICE")
    assert "was archived" in says(told)


async def test_something_is_said_once_by_all_nodes_and_after_a_restart(tmp_path: Path) -> None:
    clock, every = FakeClock(), timedelta(hours=1)
    for time in range(2):
        async with opened(f"sqlite:///{tmp_path / 'q.db'}", clock) as store:
            nodes = [Once(store.slack_notices, "acme", clock, every) for _ in range(2)]
            said = [await each.first("T1", "scope", "users:read") for each in nodes for _ in range(2)]
            others = [await nodes[0].first("T2", "scope", "users:read"), await nodes[0].first("T1", "scope", "x")]
        new = time == 0
        assert said == [new, False, False, False]
        assert others == [new, new]
    clock.move(3600)
    async with opened(f"sqlite:///{tmp_path / 'q.db'}", clock) as store:
        assert await Once(store.slack_notices, "acme", clock, every).first("T1", "scope", "users:read")


async def test_two_nodes_that_draw_a_card_at_once_end_with_one_card_that_says_the_newest(
    tmp_path: Path, slack: SlackServer
) -> None:
    async with house(tmp_path, slack) as one, house(tmp_path, slack) as two:
        await everybody(one.store)
        thread = await one.deliveries.mention("C1", "UALICE", "roll back checkout")
        await one.card(thread)
        (run,) = await one.runs()
        await asyncio.gather(*(each.side.board.refresh(run.id, anew=True) for each in (one, two, one, two)))
        assert len(one.cards(thread)) == 1
        await one.deliveries.press("UBOB", "C1", dict(one.cards(thread)[0]), "approve")
        await asyncio.gather(*(each.side.board.refresh(run.id, anew=True) for each in (one, two) * 5))
        await one.shows(thread, "Done and verified")
        assert len(one.cards(thread)) == 1
