"""Talking about savings: sums of money are read as such, and only where money is spoken of."""

import pytest

from agents.interpreter.interpreter import Interpreter
from agents.interpreter.slots import money
from agents.interpreter.slots.mention import Line
from memory.embedding import MiniLmEmbedder
from memory.model.intent import IntentKind
from tests.agents.interpreter.conftest import CATALOGUE
from tests.fakes.time import MIDNIGHT
from tools.capabilities import EVERY, savings
from tools.contract import Slot


@pytest.fixture(scope="module")
def spender(embedder: MiniLmEmbedder) -> Interpreter:
    return Interpreter((*EVERY, *savings.EVERY), CATALOGUE, embedder, ("alice",))


def sums(text: str) -> list[object]:
    found = list(money.read(Line(text)))
    assert all(mention.slot is Slot.MONEY for mention in found)
    return [mention.value for mention in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("get us under 5,000 a month", [5000.0]),
        ("get the bill under 5000", [5000.0]),
        ("keep costs below $4.5k", [4500.0]),
        ("reduce spend to 1,234,567.89 dollars", [1234567.89]),
        ("stay under 800 EUR per month", [800.0]),
        ("scale checkout to 5", []),
        ("scale checkout to 5 to save money", []),
        ("errors above 5000", []),
        ("what did we spend in 2026-10", []),
        ("is version 1.4.2 cheaper to run a month", []),
    ],
)
def test_a_sum_is_read_where_money_is_spoken_of(text: str, found: list[object]) -> None:
    assert sums(text) == found


@pytest.mark.parametrize(
    ("text", "tool", "values"),
    [
        ("get us under 5,000 a month", "savings.under", {"amount": 5000.0}),
        ("how do we bring the bill below $12k", "savings.under", {"amount": 12000.0}),
        ("where could we save money?", "savings.list", {}),
        ("how much did our savings bring us", "savings.measured", {}),
        ("take up the savings under 6,200.00 a month", "savings.take", {"amount": 6200.0}),
        ("take up the savings under 800.00 a month", "savings.take", {"amount": 800.0}),
        ("take up the savings", "savings.take", {}),
    ],
)
def test_savings_are_asked_for_in_words(
    spender: Interpreter, text: str, tool: str, values: dict[str, object]
) -> None:
    intent = spender.interpret(text, now=MIDNIGHT)
    assert (intent.kind, intent.tool) == (IntentKind.TOOL, tool)
    assert intent.values() == values


def test_a_target_without_a_sum_is_asked_back(spender: Interpreter) -> None:
    intent = spender.interpret("get us under a sum a month", now=MIDNIGHT)
    assert intent.kind is not IntentKind.TOOL or intent.tool != "savings.take"


@pytest.mark.parametrize("text", ["scale checkout to 5 replicas in production", "restart the checkout service"])
def test_other_wishes_stay_what_they_are(spender: Interpreter, text: str) -> None:
    assert not spender.interpret(text, now=MIDNIGHT).tool.startswith("savings.")
