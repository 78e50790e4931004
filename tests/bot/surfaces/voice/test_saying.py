"""Replies as people say them: short, numbers in words, nothing for eyes alone."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.surfaces.voice.moments import cue_in
from bot.surfaces.voice.numerals import aloud, cardinal, decimal, digits, ordinal
from bot.surfaces.voice.saying import DETAIL, LONGEST, said, spoken_words
from bot.surfaces.voice.words import Steering, Word, code_of, steering
from memory.model.talk import Reply


def reply(text: str, **given_too: object) -> Reply:
    told = {"id": "r1", "thread": "t1", "to": "m1", "kind": "answer", "correlation": "c1"}
    return Reply.model_validate({**told, "at": datetime(2026, 11, 21, tzinfo=UTC), "text": text, **given_too})


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("99.2 %", "ninety nine point two percent"),
        ("1.4.2", "one dot four dot two"),
        ("v2.10.0", "two dot ten dot zero"),
        ("250 ms", "two hundred fifty milliseconds"),
        ("1 s", "one second"),
        ("30 min", "thirty minutes"),
        ("1.5 MiB", "one point five megabytes"),
        ("03:02 UTC", "three oh two U T C"),
        ("14:00", "fourteen hundred"),
        ("2026-11-21", "November twenty first"),
        ("12,345 requests", "twelve thousand three hundred forty five requests"),
        ("$1,234.50", "one thousand two hundred thirty four dollars fifty"),
        ("8 EUR", "eight euros"),
        ("p99", "p ninety nine"),
        ("2/3 pods", "two of three pods"),
        ("3.5 req/s", "three point five requests a second"),
        ("fell by -3 %", "fell by -three percent"),
        ("web2 and k8s", "web2 and k8s"),
    ],
)
def test_numbers_are_said_as_people_say_them(written: str, spoken: str) -> None:
    assert aloud(written) == spoken


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_every_number_has_words_without_digits(number: int) -> None:
    words = cardinal(number)
    assert not any(each.isdigit() for each in words)
    assert words == " ".join(words.split())


@given(st.integers(min_value=0, max_value=10**6), st.integers(min_value=0, max_value=999))
def test_decimals_keep_every_digit_after_the_point(whole: int, part: int) -> None:
    said_of_it = decimal(f"{whole}.{part:03d}")
    assert said_of_it.endswith(f"point {digits(f'{part:03d}')}")


@given(st.text(max_size=200))
def test_any_text_can_be_said(text: str) -> None:
    assert isinstance(spoken_words(text), str)


def test_ordinals() -> None:
    assert [ordinal(each) for each in (1, 12, 20, 21, 30)] == [
        "first",
        "twelfth",
        "twentieth",
        "twenty first",
        "thirtieth",
    ]


def test_citations_links_and_ids_are_left_out() -> None:
    text = "checkout fails [1][2], see `dash` at https://grafana.test/d/1 (deadbeefdeadbeef0)."
    assert spoken_words(text) == "checkout fails, see dash at a link ()."


def test_two_sentences_are_said_and_the_rest_is_on_the_screen() -> None:
    told = said(reply("One is down. Two is slow. Three is fine."))
    assert told == f"One is down. Two is slow. {DETAIL}"


def test_points_are_for_the_eyes() -> None:
    assert said(reply("Three alerts fire.\n- one\n- two")) == f"Three alerts fire. {DETAIL}"


def test_what_could_not_be_reached_is_said() -> None:
    assert said(reply("All is well.", missing=("prometheus",))) == "All is well. I could not reach prometheus."


def test_a_no_begins_with_no() -> None:
    assert said(reply("Policy says no.", kind="refusal")).startswith("No. ")


@given(st.text(max_size=3000))
def test_what_is_said_is_short_whatever_the_reply(text: str) -> None:
    assert len(said(reply(text))) <= 2 * LONGEST + len(DETAIL) + 20


@given(st.integers(min_value=0, max_value=99))
def test_a_code_is_understood_digit_by_digit_as_a_number_and_as_it_is_written(number: int) -> None:
    code = f"{number:02d}"
    spoken = [
        f"confirm {digits(code)}",
        f"Confirm {code}.",
        f"confirm {code[0]} {code[1]}",
        f"Yes, confirm {code[0]}-{code[1]}",
    ]
    if number >= 10:
        spoken.append(f"confirm {cardinal(number)}")
    for each in spoken:
        assert steering([each]) == Steering(Word.CONFIRM, code=code), each


@given(st.text(max_size=60))
def test_codes_are_digits_or_nothing(text: str) -> None:
    assert code_of(text) == "" or code_of(text).isdigit()


@pytest.mark.parametrize(
    "text", ["cancel the maintenance of checkout", "undo the deploy of payments", "stop checkout"]
)
def test_commands_that_begin_like_steering_are_commands(text: str) -> None:
    assert steering([text]) is None


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Okay, let's roll back checkout.", True),
        ("We decided to fail over to Frankfurt.", True),
        ("I'm not going to restart it, that's agreed.", True),
        ("Make it a sev one then.", True),
        ("Should we roll back checkout?", False),
        ("The error rate is going up.", False),
        ("Let's go", False),
    ],
)
def test_what_sounds_like_a_decision_is_proposed_as_one(text: str, is_one: bool) -> None:
    assert bool(cue_in(text)) is is_one
