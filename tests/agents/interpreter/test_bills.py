"""Questions about costs are told from everything else by their words, and go on only after one another."""

import json
from pathlib import Path

import pytest

from agents.interpreter.bills import TOOL, about_costs, asked
from agents.interpreter.focus import Focus
from tests.bot.costs.test_golden import OF_THE_SAMPLE, YEAR
from tools.capabilities.phrasings import costs

INTENTS = Path(__file__).parents[2] / "eval" / "intents"
NOT_OURS = (
    "is billing ok",
    "restart billing-export",
    "error rate of cost-api in prod",
    "get us under 5,000 a month",
    "what will this month cost?",
    "where can we save money",
    "any cost anomalies?",
    "declare sev2 the invoices are wrong",
    "scale checkout to 5",
    "how is checkout doing",
    "why?",
    "yes",
    "keep us under 5000",
    "get the bill to 10k per month",
    "we only have $9,000 a month",
    "how could we spend less",
    "what do we pay for that nobody uses",
    "cloud costs under $2500 a month, how?",
)
SIZED = (
    "which teams spent more than 100 dollars last month",
    "services over $500",
    "which services cost under $50",
    "did we spend more than 10k last month",
    "when did we start paying for BigQuery",
)


SAID = (*costs.COST_ASK, *SIZED, "why is the bill up?", "what does staging cost at night?")


@pytest.mark.parametrize("question", SAID)
def test_what_people_ask_about_costs_is_heard_as_that(question: str) -> None:
    assert about_costs(question, Focus())


def test_most_golden_questions_are_heard_by_their_words_alone() -> None:
    """The others name no money at all, such as "EC2 in October": people say that after another question."""
    asks = [golden.asks for golden in (*YEAR, *OF_THE_SAMPLE)]
    unheard = [each for each in asks if not about_costs(each, Focus())]
    assert len(unheard) <= 8, unheard


@pytest.mark.parametrize("text", NOT_OURS)
def test_what_is_not_about_bills_is_left_to_others(text: str) -> None:
    assert not about_costs(text, Focus())


def test_no_message_of_operations_is_taken_for_one_about_costs() -> None:
    lines = (INTENTS / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines if line.strip()]
    texts = [str(each["text"]) for each in told if each["kind"] == "tool" and not each["tool"].startswith("cost.")]
    assert len(texts) > 300
    assert [each for each in texts if about_costs(each, Focus())] == []


def test_a_question_goes_on_only_after_one_about_costs() -> None:
    first = asked("what did we spend last week?", Focus())
    after = Focus().after(first)
    for text in ("and by region?", "only AWS", "in September", "why did it go up?"):
        assert about_costs(text, after), text
        assert not about_costs(text, Focus()), text
    assert not about_costs("and the error rate?", after)
    second = asked("and by region?", after)
    assert second.tool == TOOL
    assert second.arguments["after"].value == "what did we spend last week?"
