"""What other organisations may read along is not told there: answers, plans, pictures, links."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from memory.model.approval import Verdict
from memory.model.people import Surface
from tests.bot.surfaces.slack.house import House, everybody, house, says
from tests.fakes.slack.server import SlackServer

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def at(tmp_path: Path, slack: SlackServer) -> AsyncIterator[House]:
    workspace = next(iter(slack.workspaces.values()))
    workspace.add_user("UCARA", "cara")
    workspace.add_channel("C3", "shared", "UALICE", "UBOB", "UGUEST", "USTRANGER", is_ext_shared=True)
    async with house(tmp_path, slack) as made:
        await everybody(made.store)
        yield made


async def test_an_answer_with_evidence_is_for_the_eyes_of_who_asked(at: House) -> None:
    await at.deliveries.mention("C3", "UALICE", "what is wrong with checkout?")
    told = await at.whispered("31 % of its requests")
    assert "Other organisations share this channel" in says(told)
    assert (told["channel"], told["user"]) == ("C3", "UALICE")
    assert at.ours("C3") == []
    assert at.workspace.files == {}


async def test_a_command_there_opens_no_thread_that_everybody_sees(at: House) -> None:
    await at.deliveries.command("UALICE", "ask what is wrong with checkout?", "C3")
    await at.whispered("31 % of its requests")
    assert at.ours("C3") == []


async def test_a_plan_that_is_asked_for_there_is_shown_in_the_direct_message(at: House) -> None:
    await at.deliveries.mention("C3", "UALICE", "roll back checkout")
    await at.whispered("Your plan is in our direct message")
    await at.until(lambda: bool(at.ours("DUALICE")))
    assert "version: 1.4.2 → 1.4.1" in says(at.ours("DUALICE")[-1])
    assert at.ours("C3") == []


async def test_where_nobody_knows_whether_a_channel_is_shared_it_is_taken_for_shared(at: House) -> None:
    at.slack.failing["conversations.info"] = ["missing_scope"] * 3
    await at.deliveries.command("UALICE", "ask what is wrong with checkout?", "C1")
    await at.whispered("31 % of its requests")
    assert at.ours("C1") == []


async def test_what_slack_says_with_an_event_is_believed_without_asking(at: House) -> None:
    ts = await at.deliveries.mention("C1", "UALICE", "what is wrong with checkout?")
    await at.until(lambda: bool(at.thread(ts)))
    assert at.workspace.called("conversations.info") == []


async def test_a_card_hides_what_it_says_once_its_channel_is_shared(at: House) -> None:
    ts = await at.deliveries.mention("C1", "UALICE", "roll back checkout")
    await at.card(ts)
    at.workspace.channels["C1"]["is_ext_shared"] = True
    await at.deliveries.mention("C1", "UALICE", "hello", is_ext_shared_channel=True)
    await at.whispered("You said: hello")
    await at.decide("bob", Verdict.APPROVE, Surface.CONSOLE)
    await at.until(lambda: any("is not shown here any more" in says(each) for each in at.thread(ts)))
    assert "1.4.1" not in "".join(says(each) for each in at.thread(ts)[1:])


@pytest.mark.parametrize("user", ["UGUEST", "USTRANGER"])
async def test_guests_and_strangers_have_no_rights_in_a_shared_channel(at: House, user: str) -> None:
    await at.deliveries.mention("C3", user, "roll back checkout")
    await at.whispered("have no rights with me")
    assert at.thinking.answered == 0
    assert await at.runs() == ()
