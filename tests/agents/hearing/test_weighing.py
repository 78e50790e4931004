"""Readings weighed: what speaks against an action, what more was said, and phrasings found by their sound."""

import pytest

from agents.hearing.phrasings import SpokenPhrasings
from agents.hearing.understanding import SpokenReader
from agents.interpreter.elsewhere import CHATTER, NOT_OURS
from agents.interpreter.interpreter import Interpreter
from memory.embedding import MiniLmEmbedder
from tests.agents.hearing.test_understanding import called, heard, offered
from tests.eval.catalogue import CATALOGUE
from tools.capabilities import EVERY


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return Interpreter(EVERY, CATALOGUE, MiniLmEmbedder.from_packages())


@pytest.fixture(scope="module")
def reader(interpreter: Interpreter) -> SpokenReader:
    return SpokenReader(interpreter, EVERY, CATALOGUE)


@pytest.fixture(scope="module")
def phrasings(interpreter: Interpreter) -> SpokenPhrasings:
    return SpokenPhrasings(EVERY, (*NOT_OURS, *CHATTER), interpreter.phrasing)


def test_a_phrasing_that_was_misheard_is_found_by_its_sound_with_the_names_in_it(
    phrasings: SpokenPhrasings,
) -> None:
    assert phrasings.put_in("mark incident 12 has mitigated") == "mark incident 12 as mitigated"


@pytest.mark.parametrize(
    "text",
    ["restart my laptop", "rotate the keys of checkout", "lovely weather", "and", "", "purple " * 20],
)
def test_what_sounds_like_nothing_or_like_what_nobody_here_answers_is_left(
    phrasings: SpokenPhrasings, text: str
) -> None:
    assert phrasings.put_in(text) == ""


def test_the_same_call_with_less_said_speaks_against_no_action(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(("Please withdraw incident 4.", -0.3), ("Please withdraw our incident.", -0.4))
    )

    assert called(understood) == ("incident.withdraw", {"incident": "4"})


def test_the_same_call_with_more_said_speaks_against_an_action(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(("Please withdraw the incident.", -0.3), ("Please withdraw incident 4.", -0.4))
    )

    assert understood.asks


def test_a_number_that_was_also_heard_as_the_one_like_it_is_asked_about(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(("Reopen incident 13.", -0.1), ("Reopen incident 13", -0.2), ("Reopen incident 30.", -0.4))
    )

    assert understood.asks


def test_a_number_that_was_far_less_surely_the_one_like_it_is_the_one_that_was_said(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(
            ("Silence payments for 90 minutes.", -0.05),
            ("silence payments for ninety minutes", -0.25, False),
            ("Silence payments for 19 minutes.", -0.45),
        )
    )

    assert called(understood)[1]["duration"] == "90m"


ROLLED_BACK = ("roll back payments in production to one dot four dot two", -0.45, False)


def test_what_only_the_prompt_suggests_does_not_speak_against_what_both_beams_heard(reader: SpokenReader) -> None:
    suggested = (
        ("Roll back payments in production to 1.4.2.", -0.28),
        ("Roll back payments in production to 11.4.2.", -0.4),
    )

    assert called(reader.understand(heard(*suggested, ROLLED_BACK)))[1]["version"] == "1.4.2"
    assert reader.understand(heard(*suggested)).asks
    also = ("Roll back payments in production to 11.4.2", -0.5, False)
    assert reader.understand(heard(*suggested, ROLLED_BACK, also)).asks


def test_what_the_prompt_suggests_as_often_as_both_beams_heard_another_is_asked_about(
    reader: SpokenReader,
) -> None:
    understood = reader.understand(
        heard(
            ("Roll back payments in production to 11.4.2.", -0.3),
            ("Roll back payments in production to 1.4.2.", -0.28),
            ROLLED_BACK,
        )
    )

    assert len(offered(understood)) == 2


def test_a_number_that_one_beam_wrote_as_a_word_was_heard_by_both(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(
            ("Scale storefront in staging to 1 replica.", -0.2),
            ("scale storefront in staging to one red clicker", -0.4, False),
        )
    )

    assert called(understood)[1]["replicas"] == 1


def test_a_number_of_an_action_that_only_the_prompt_suggests_is_asked_about(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(("Scale payments in staging to 12.", -0.3), ("scale payments in staging to well", -0.5, False))
    )

    assert len(offered(understood)) == 1


def test_an_action_that_nobody_who_knew_the_names_heard_is_asked_about(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(("Lower incident 9 to set forward", -0.5), ("Resolve incident 9", -0.55, False))
    )

    assert understood.asks


def test_an_incident_is_never_merged_into_itself(reader: SpokenReader) -> None:
    understood = reader.understand(heard(("Incident 20 is part of incident 20.", -0.3)))

    assert understood.asks


def test_an_order_that_was_taken_for_the_word_that_sounds_like_it_is_asked_about(reader: SpokenReader) -> None:
    understood = reader.understand(heard(("And incident 3.", -0.4)))

    assert any("Resolve" in each for each in offered(understood))


def test_to_look_what_says_more_is_taken_where_it_was_heard_often_enough(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(
            ("P95 latency of search today.", -0.3),
            ("P95 latency of search the day.", -0.42),
            ("P95 latency of search the day", -0.47),
        )
    )

    assert called(understood)[1]["window"] == "today"
    understood = reader.understand(
        heard(
            ("P95 latency of search the day.", -0.3),
            ("P95 latency of search today.", -0.35),
            ("p95 latency of search today", -0.5, False),
        )
    )
    assert called(understood)[1]["window"] == "today"


def test_a_name_of_one_everyday_word_is_found_by_its_sound_to_look_and_not_to_act(reader: SpokenReader) -> None:
    assert called(reader.understand(heard(("Is off alerting?", -0.2))))[1] == {"service": "auth"}
    assert reader.understand(heard(("Restart off in staging.", -0.2))).asks


def test_a_name_of_one_everyday_word_is_acted_on_where_both_beams_heard_nothing_else(reader: SpokenReader) -> None:
    twice = (("Restart off in staging.", -0.1), ("restart off in staging", -0.35, False))
    unfinished, another = ("Restart of in staging.", -0.5), ("Restart search in staging.", -0.45)

    understood = reader.understand(heard(*twice, unfinished))
    assert called(understood) == ("service.restart", {"service": "auth", "environment": "staging"})
    assert reader.understand(heard(*twice, another)).asks


def test_words_that_people_type_as_one_and_clauses_after_a_comma_are_understood(reader: SpokenReader) -> None:
    understood = reader.understand(heard(("Up grade incident 4 to SF-2.", -0.3)))
    assert called(understood) == ("incident.severity", {"incident": "4", "severity": 2})
    understood = reader.understand(heard(("Close incident 9, the card network is back.", -0.2)))
    assert called(understood)[1] == {"incident": "9", "reason": "the card network is back"}
    understood = reader.understand(heard(("Close incident 9. The card network is back.", -0.2)))
    assert called(understood)[1] == {"incident": "9", "reason": "the card network is back"}


def test_a_number_is_never_taken_for_part_of_a_name(reader: SpokenReader) -> None:
    understood = reader.understand(heard(("Create a silence for store-fron, 6 hours.", -0.3)))

    assert called(understood) == ("silence.create", {"service": "storefront", "duration": "6h"})


def test_of_two_questions_nearly_as_sure_the_one_that_people_ask_is_the_one_that_was_said(
    reader: SpokenReader,
) -> None:
    understood = reader.understand(
        heard(
            ("Which layouts are muted?", -0.42),
            ("Which alerts are muted?", -0.47),
            ("which layouts are muted.", -0.54, False),
            ("which layouts are muted", -0.72, False),
        )
    )

    assert called(understood) == ("alerts.list", {"state": "silenced"})


def test_an_action_that_hardly_anything_heard_comes_to_is_asked_about(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(
            ("Lower incident 9 to set forward.", -0.47),
            ("We are incident 9 to set forward.", -0.58, False),
            ("Pull your incident 9 to set forward.", -0.61),
            ("Leave your incident 9 to set forward.", -0.65),
            ("Clear incident 9 to set forward.", -0.65),
        )
    )

    assert understood.asks


def test_an_action_of_one_hypothesis_that_was_told_the_names_is_asked_about(reader: SpokenReader) -> None:
    understood = reader.understand(heard(("Reopen incident 12.", -0.5), ("Rio pen inside twelve.", -0.6, False)))

    assert understood.asks


def test_a_number_that_one_beam_did_not_make_out_is_taken_where_it_heard_nothing_else(
    reader: SpokenReader,
) -> None:
    told = (("Scale payments in staging to 4.", -0.2), ("Scale payments in staging to four.", -0.4))

    agreed = reader.understand(heard(*told, ("Scale payments in staging to fart.", -0.6, False)))
    opposed = reader.understand(heard(*told, ("Restart payments in staging to fart.", -0.6, False)))

    assert called(agreed)[1]["replicas"] == 4
    assert opposed.asks


def test_what_nobody_says_to_us_is_asked_about_however_clearly_it_was_heard(reader: SpokenReader) -> None:
    understood = reader.understand(heard(("Good and modern, come and meet me later, login.", -0.9)))

    assert understood.asks
