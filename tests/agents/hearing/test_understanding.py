"""From hypotheses to an intent: the command survives misheard words, and whatever is in doubt is asked."""

from collections.abc import Sequence

import pytest

from agents.hearing.heard import Heard, Hypothesis
from agents.hearing.understanding import SpokenReader, Understood
from agents.interpreter.interpreter import Interpreter
from memory.embedding import MiniLmEmbedder
from memory.model.intent import IntentKind
from tests.eval.catalogue import CATALOGUE
from tools.capabilities import EVERY


@pytest.fixture(scope="module")
def reader() -> SpokenReader:
    return SpokenReader(Interpreter(EVERY, CATALOGUE, MiniLmEmbedder.from_packages()), EVERY, CATALOGUE)


def heard(*said: tuple[str, float] | tuple[str, float, bool], language: str = "en") -> Heard:
    return Heard(
        tuple(Hypothesis(each[0], each[1], told=each[2] if len(each) == 3 else True) for each in said),
        language,
        3.0,
        2.5,
    )


def called(understood: Understood) -> tuple[str, dict[str, object]]:
    assert understood.intent.kind is IntentKind.TOOL, understood
    return understood.intent.tool, dict(understood.intent.values())


def offered(understood: Understood) -> Sequence[str]:
    assert understood.asks, understood
    return [choice.says for choice in understood.intent.choices]


def test_the_measured_mishearing_is_the_command_that_was_said(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(
            ("Roll back, check out service in production.", -0.3),
            ("Roll back check out in production", -0.4, False),
        )
    )

    assert called(understood) == ("deploy.rollback", {"service": "checkout", "environment": "production"})
    assert understood.transcript == "Roll back, check out service in production."
    assert understood.text == "roll back checkout in production"


def test_a_spoken_version_is_an_argument(reader: SpokenReader) -> None:
    understood = reader.understand(heard(("roll back payments in production to one dot four dot two", -0.2)))

    assert called(understood)[1]["version"] == "1.4.2"


def test_readings_that_disagree_on_an_action_are_asked_with_each_of_them_to_choose(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(("Scale checkout in staging to 6.", -0.2), ("Scale checkout in staging to 16.", -0.3))
    )

    assert understood.why == "disagreement"
    assert len(offered(understood)) == 2
    assert all("checkout" in each for each in offered(understood))


def test_readings_that_disagree_on_what_to_do_are_asked(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(("Restart checkout in staging.", -0.25), ("Roll back checkout in staging.", -0.3))
    )

    assert understood.asks


def test_a_far_less_likely_reading_does_not_disturb(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(("Restart checkout in staging.", -0.05), ("Roll back checkout in staging.", -1.0))
    )

    assert called(understood) == ("service.restart", {"service": "checkout", "environment": "staging"})


def test_a_name_that_only_the_prompt_suggested_is_asked_about(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(("Restart inventory in staging.", -0.1), ("Restart the kettle in staging.", -0.3, False))
    )

    assert understood.asks
    assert understood.why in {"suggested", "disagreement"}


def test_a_faint_action_is_asked_about_however_complete_it_is(reader: SpokenReader) -> None:
    understood = reader.understand(heard(("Restart checkout in staging.", -1.6)))

    assert understood.why == "faint"
    assert offered(understood)


def test_an_unknown_name_is_never_guessed_into_an_action(reader: SpokenReader) -> None:
    understood = reader.understand(heard(("Restart the zeppelin in staging.", -0.05)))

    assert understood.intent.kind is not IntentKind.TOOL


def test_everyday_words_taken_for_a_name_are_enough_to_look_up_and_not_to_act(reader: SpokenReader) -> None:
    looked = reader.understand(heard(("When was store for on last deployed?", -0.2)))
    acted = reader.understand(heard(("Restart store for on in staging", -0.2)))

    assert called(looked) == ("deploys.list", {"service": "storefront"})
    assert acted.intent.kind is not IntentKind.TOOL


def test_what_the_question_offers_is_understood_when_it_is_said_back(reader: SpokenReader) -> None:
    asked = reader.understand(
        heard(("Scale checkout in staging to 6.", -0.2), ("Scale checkout in staging to 16.", -0.3))
    )

    answered = [reader.understand(heard((says, 0.0))) for says in offered(asked)]
    assert [called(each)[1]["replicas"] for each in answered] == [6, 16]


@pytest.mark.parametrize("nothing", ["", "(upbeat music)", "[BLANK_AUDIO]", "..."])
def test_silence_and_music_are_asked_about_and_never_confirm(reader: SpokenReader, nothing: str) -> None:
    understood = reader.understand(heard((nothing, -0.2)) if nothing else Heard((), "en", 3.0, 0.0, 1.0))

    assert understood.asks
    assert understood.why == "silence"


def test_another_language_is_told_and_not_guessed_at(reader: SpokenReader) -> None:
    understood = reader.understand(heard(("Restart checkout in staging.", -0.1), language="de"))

    assert understood.why == "language"
    assert "English" in understood.intent.question


def test_no_certainty_makes_go_ahead_out_of_something_else(reader: SpokenReader) -> None:
    understood = reader.understand(heard(("Go ahead.", -0.2), ("Goat head.", -0.25), ("Cancel that.", -0.4)))

    assert understood.intent.tool != "turn.accept"


def test_a_number_that_no_argument_takes_is_asked_about_before_anything_is_done(reader: SpokenReader) -> None:
    understood = reader.understand(heard(("Roll back checkout in production 2 3.0", -0.1)))

    assert understood.intent.kind is not IntentKind.TOOL


def test_a_word_of_commands_that_was_misheard_is_enough_to_look_up(reader: SpokenReader) -> None:
    understood = reader.understand(heard(("Error rate of checkout over the last ower", -0.2)))

    assert understood.intent.tool == "metrics.signal"


def test_an_everyday_word_that_sounds_like_a_short_alias_stays_the_word(reader: SpokenReader) -> None:
    understood = reader.understand(heard(("Show all critical alerts.", -0.1), ("Show me the flags", -0.9)))

    assert called(understood) == ("alerts.list", {"severity": "critical"})


def test_an_action_is_asked_about_where_something_surer_would_be_another(reader: SpokenReader) -> None:
    understood = reader.understand(
        heard(("Silence alerts for 15 minutes", -0.15), ("Restart billing-export in staging", -0.3))
    )

    assert understood.asks
