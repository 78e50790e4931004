"""How are things: every part, and what is said where a part is missing."""

from datetime import timedelta

import pytest

from tests.agents.talking import Talk, World
from tests.fakes.observer import NOW, Shift
from tools.contract import Signal

ASK = "how are things?"


async def test_a_quiet_estate_is_told_in_a_few_lines(talk: Talk) -> None:
    answer = await talk.say(ASK)
    assert answer.text.splitlines() == [
        "Services: 3 ok.",
        "- payments: ok, error rate 0.19 % [1]",
        "- storefront: ok, error rate 0.19 % [2]",
        "- checkout: ok, error rate 0.21 % [3]",
        "No alerts fire [4].",
        "Nothing was changed in the last day [5].",
        "Spend: no billing source is connected.",
        "Nothing waits for a person.",
    ]
    assert (answer.missing, answer.buttons) == ((), ())


async def test_what_is_wrong_comes_first_with_its_number_and_a_way_to_look_closer(
    talk: Talk, incident: World
) -> None:
    incident.observer.shifts[("storefront", Signal.AVAILABILITY)] = [Shift(NOW - timedelta(minutes=10), 0.0)]
    await talk.say("restart payments in staging")
    answer = await talk.say(ASK)
    lines = answer.text.splitlines()
    assert lines[0] == "Services: 1 down, 1 degraded and 1 ok."
    assert lines[1] == "- storefront: down, error rate 0.19 % [1] and availability 0 % [2]"
    assert lines[2].startswith("- checkout: degraded, error rate 33 %")
    assert "One alert fires: CheckoutErrors [5]." in lines
    assert "Changed in the last day: release 1.4.2 of checkout at 03:00 UTC [6]." in lines
    assert lines[-2:] == [
        "One plan waits for a person:",
        "- Restart payments in staging, asked for by alice, waits until 03:50 UTC",
    ]
    assert {button.value for button in answer.buttons} == {
        "what is wrong with storefront?",
        "what is wrong with checkout?",
    }


@pytest.mark.parametrize(
    ("away", "line"),
    [
        ("prometheus", "- checkout: unknown, no numbers"),
        ("alertmanager", "Alerts: not known."),
        ("estate", "Recent changes: not known."),
    ],
)
async def test_a_part_that_cannot_be_reached_takes_no_other_with_it(
    talk: Talk, incident: World, away: str, line: str
) -> None:
    incident.observer.away = {away}
    answer = await talk.say(ASK)
    lines = answer.text.splitlines()
    assert line in lines
    assert lines[-1] == f"What could not be reached: expected {away} to answer within 5 s, found nobody."
    assert answer.missing
    assert sum("not known" in each or "unknown" in each for each in lines) <= 4


async def test_a_service_without_numbers_is_unknown_and_not_well(talk: Talk, world: World) -> None:
    world.observer.silent = {("checkout", Signal.ERROR_RATE), ("checkout", Signal.AVAILABILITY)}
    assert "- checkout: unknown, no numbers" in (await talk.say(ASK)).text
