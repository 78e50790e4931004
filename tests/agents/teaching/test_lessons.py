"""What past turns teach, and what never does."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.teaching.lessons import lessons, teachable
from agents.teaching.turns import PastTurn, Said
from tests.fakes.time import MIDNIGHT

OFFERED = frozenset({"service.restart", "service.health"})


def gapped(text: str) -> str:
    return text.replace("basket", "{service}")


def turn(number: int = 1, text: str = "kick basket", **changes: object) -> PastTurn:
    made = PastTurn(
        id=f"m{number}",
        thread="t1",
        sender="alice",
        at=MIDNIGHT + timedelta(minutes=number),
        text=text,
        tool="service.restart",
        said=Said.RIGHT,
    )
    return made.model_copy(update=changes)


def taught(*turns: PastTurn) -> list[tuple[str, str]]:
    return [(each.phrasing, each.tool) for each in lessons(turns, gapped, OFFERED)]


def test_an_accepted_plan_teaches_its_words_once_and_no_value() -> None:
    assert taught(turn(1), turn(2)) == [("kick {service}", "service.restart")]
    assert lessons([turn(1), turn(2)], gapped, OFFERED)[0].turns == ("m1", "m2")


def test_what_was_rejected_as_often_teaches_nothing() -> None:
    assert taught(turn(1), turn(2, said=Said.WRONG, thread="t2")) == []


def test_a_tool_that_is_not_offered_is_not_taught() -> None:
    assert taught(turn(tool="cluster.wipe")) == []


def test_words_that_lean_on_the_talk_before_teach_nothing() -> None:
    assert taught(turn(leans=True)) == []


def test_an_edited_proposal_teaches_the_edited_one() -> None:
    first = turn(1, "is basket poorly", said=Said.WRONG, thought_of=("service.health",))
    assert ("is {service} poorly", "service.health") in taught(
        first, turn(2, "health basket", tool="service.health")
    )


def test_the_next_words_teach_only_what_was_thought_of_and_only_soon() -> None:
    asked = turn(1, "is basket poorly", said=Said.NOTHING, asked_back=True, tool="")
    after = turn(2, "health basket", tool="service.health")
    assert taught(asked, after) == [("health {service}", "service.health")]
    late = after.model_copy(update={"at": MIDNIGHT + timedelta(hours=1)})
    wide = asked.model_copy(update={"thought_of": ("service.health",)})
    assert taught(wide, late) == [("health {service}", "service.health")]
    assert len(taught(wide, after)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "kick basket for Bob",
        "kick basket, mail bob@example.com",
        "kick basket with ghp_" + "A1b2C3d4E5f6G7h8I9j0" * 2,
        "kick {service}",
        "kick {person} 7",
        "kick basket 3 times",
        "kick",
        "kick " * 30,
    ],
)
def test_names_secrets_numbers_and_gaps_of_ones_own_are_not_kept(text: str) -> None:
    assert teachable(text, gapped) == ""


@given(st.text(max_size=80))
def test_whatever_is_said_what_is_kept_is_small_and_has_no_digit(text: str) -> None:
    kept = teachable(text, gapped)
    assert not any(char.isdigit() for char in kept)
    assert "@" not in kept or " " in kept
    assert kept == kept.lower()
