"""Findings, outlooks, budgets and "that is expected" are heard by their words, and nothing else is."""

import json
from pathlib import Path

import pytest

from agents.interpreter import watched_costs
from agents.interpreter.focus import Focus
from agents.interpreter.interpreter import Interpreter
from agents.interpreter.watched_costs import heard
from memory.embedding import MiniLmEmbedder
from tests.agents.interpreter.conftest import CATALOGUE
from tests.agents.interpreter.test_bills import NOT_OURS
from tools.capabilities import EVERY, cost_watch, costs
from tools.capabilities.phrasings import cost_watch as phrasings

INTENTS = Path(__file__).parents[2] / "eval" / "intents"
ABOUT_COSTS = Focus(tool="cost.findings")
EXPECTED = {
    "that spike on compute is expected": {"which": "compute"},
    "that's expected": {},
    "expected, it was the load test": {"reason": "the load test"},
    "the compute spike is expected, it was the load test": {"which": "compute", "reason": "the load test"},
    "the rise in Amazon S3 is expected every month": {"which": "Amazon S3", "again": "monthly"},
    "the jump on compute was planned from now on": {"which": "compute", "again": "always"},
    "mark the cost finding on Cloud Storage as expected because of the migration": {
        "which": "Cloud Storage",
        "reason": "the migration",
    },
    "finding_4h2k9m1x7c0v5b8n is expected": {"which": "finding_4h2k9m1x7c0v5b8n"},
    "it was intended: we doubled the cluster": {"reason": "we doubled the cluster"},
}
NOT_WATCHED = (
    *NOT_OURS[:4],
    "where can we save money",
    "is that expected?",
    "why is it higher than expected",
    "that latency spike is expected",
    "the error budget of checkout",
    "declare sev2 the invoices are wrong",
    "scale checkout to 5",
    "how is checkout doing",
    "set a budget of 5000",
    "yes",
    "what did we spend last week",
    "why is the bill up?",
)


@pytest.mark.parametrize(("said", "values"), EXPECTED.items())
def test_what_is_expected_is_heard_with_what_it_is_of_when_again_and_why(
    said: str, values: dict[str, str]
) -> None:
    intent = heard(said, Focus())
    assert intent is not None
    assert intent.tool == watched_costs.EXPECT
    assert intent.values() == values


@pytest.mark.parametrize(
    "said", ["that spike on compute is not expected after all", "the compute spike isn't expected"]
)
def test_what_is_not_expected_after_all_is_taken_back(said: str) -> None:
    intent = heard(said, Focus())
    assert intent is not None
    assert (intent.tool, intent.values()) == (watched_costs.UNEXPECT, {"which": "compute"})


def test_that_is_expected_is_ours_only_where_costs_are_spoken_of() -> None:
    assert heard("that is expected", Focus(tool="metrics.signal")) is None
    assert heard("that is expected", ABOUT_COSTS) is not None
    assert heard("the increase is expected, it was the deploy", ABOUT_COSTS) is not None


@pytest.mark.parametrize(
    ("tool", "asked"),
    [
        (watched_costs.FINDINGS, phrasings.COST_FINDINGS),
        (watched_costs.OUTLOOK, phrasings.COST_OUTLOOK),
        (watched_costs.BUDGETS, phrasings.COST_BUDGETS),
        (watched_costs.EXPECT, phrasings.COST_EXPECT),
        (watched_costs.UNEXPECT, phrasings.COST_UNEXPECT),
    ],
)
def test_every_phrasing_is_heard_by_its_words_alone(tool: str, asked: tuple[str, ...]) -> None:
    for text in asked:
        intent = heard(text, Focus())
        assert intent is not None, text
        assert intent.tool == tool, text


@pytest.mark.parametrize(
    ("text", "by"), [("forecast costs by service", "service"), ("cost forecast per team", "tag:team")]
)
def test_a_forecast_is_told_apart_by_what_was_named(text: str, by: str) -> None:
    intent = heard(text, Focus())
    assert intent is not None
    assert intent.values() == {"by": by}


@pytest.mark.parametrize("text", NOT_WATCHED)
def test_what_is_not_about_watched_costs_is_left_to_others(text: str) -> None:
    assert heard(text, Focus()) is None


def test_no_message_of_operations_is_taken_for_one_about_watched_costs() -> None:
    lines = (INTENTS / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    said = [each for each in map(json.loads, lines) if each["kind"] == "tool"]
    texts = [str(each["text"]) for each in said if each["tool"] not in watched_costs.TOOLS]
    assert [each for each in texts if heard(each, Focus()) is not None] == []


def test_a_house_without_bills_hears_nothing_of_it(embedder: MiniLmEmbedder) -> None:
    said = "that spike on compute is expected"
    assert Interpreter(EVERY, CATALOGUE, embedder).interpret(said).tool != watched_costs.EXPECT
    watching = Interpreter((*EVERY, *costs.EVERY, *cost_watch.EVERY), CATALOGUE, embedder)
    assert watching.interpret(said).tool == watched_costs.EXPECT
    assert watching.interpret("that is good to know, thanks").tool != watched_costs.EXPECT
