"""An answer about costs in Slack, in Teams and in a terminal: the sentence, exact filters, and where to go on."""

import json
from datetime import UTC, datetime

import pytest

from agents.costs.narrating import narrated_costs
from bot.costs.answering import CostDesk
from bot.costs.book import Bills
from bot.surfaces.cli.billing import _answer
from bot.surfaces.places import Places
from bot.surfaces.slack.replies import reply_posts
from bot.surfaces.teams.replies import reply_messages
from memory.model.intent import Intent, IntentKind
from memory.model.run import Outcome
from memory.model.talk import Reply

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ASKED = (
    "what did we spend on compute last week by team?",
    "services over $320 last month",
    "weekdays against weekends last month",
)


async def replied(desk: CostDesk, question: str) -> Reply:
    """Return the answer as the conversation hands it to surfaces."""
    told = await Bills(desk, "https://house.example").tell("acme", question, ())
    intent = Intent(text=question, kind=IntentKind.TOOL, tool="cost.ask")
    answer = narrated_costs(intent, Outcome(ok=True, summary=told.sentence, data={"costs": told.data}))
    assert answer is not None
    return Reply(
        id="rep_1",
        thread="thr_1",
        to="msg_1",
        kind="answer",
        text=answer.text,
        charts=answer.charts,
        buttons=answer.buttons,
        correlation="cor_1",
        at=NOW,
    )


@pytest.mark.parametrize("question", ASKED)
async def test_slack_and_teams_show_all_of_an_answer(year_desk: CostDesk, question: str) -> None:
    found = await year_desk.answer("acme", question)
    reply = await replied(year_desk, question)
    places = Places("https://house.example")
    slack = json.dumps([post.blocks for post in reply_posts(reply, places)], ensure_ascii=False)
    teams = json.dumps(reply_messages(reply, places), ensure_ascii=False)
    for shown in (slack, teams):
        assert found.sentence.rstrip(".") in shown
        assert "Billing data as of 21 Nov 2026" in shown
        for each in (*found.filters, *(button.label for button in found.buttons)):
            assert json.dumps(each, ensure_ascii=False)[1:-1] in shown, (each, shown)


@pytest.mark.parametrize("question", ASKED)
async def test_a_terminal_shows_all_of_an_answer(year_desk: CostDesk, question: str) -> None:
    found = await year_desk.answer("acme", question)
    shown = "\n".join(str(each) for each in _answer(found))
    for each in (found.sentence, *found.filters, *(button.says for button in found.buttons), found.bills.says):
        assert each in shown
