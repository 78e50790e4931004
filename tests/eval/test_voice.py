"""The spoken set is what it says it is, and what came of it is counted as the report says."""

import numpy as np
import pytest

from agents.hearing.heard import Heard, Hypothesis
from bot.voice.decoding import RATE
from memory.model.intent import IntentKind
from tests.bot.voice.recordings import tone
from tests.eval.sets import template
from tests.eval.subject import Embedded, embedded
from tests.eval.voice.measuring import Cells
from tests.eval.voice.page import markdown
from tests.eval.voice.scoring import Tally, Way, summed, tally, told
from tests.eval.voice.spoken import Command, Condition, Half, commands, every, spoiled
from tests.eval.voice.voices import ESPEAK, NATURAL, SPOILED


@pytest.fixture(scope="module")
def subject() -> Embedded:
    return embedded()


@pytest.mark.parametrize("half", Half)
def test_every_command_as_it_is_written_is_understood_as_the_call_beside_it(subject: Embedded, half: Half) -> None:
    for command in commands(half):
        intent = subject.interpret(command.written)

        assert intent.kind is IntentKind.TOOL, command
        assert (intent.tool, intent.values()) == (command.tool, command.arguments)


def test_the_set_has_the_size_that_was_asked_for_and_no_template_in_both_halves() -> None:
    templates = {half: {template(command.written) for command in commands(half)} for half in Half}

    assert sum(len(commands(half)) for half in Half) >= 60
    assert not (templates[Half.DEV] | templates[Half.PRACTICE]) & templates[Half.UNSEEN]
    assert len(commands(Half.PRACTICE)) >= 100
    assert len(NATURAL) + len(ESPEAK) >= 4
    assert len(SPOILED) >= 4
    assert {condition for _, _, condition in every(Half.DEV)} == set(Condition)


def test_noise_is_as_loud_as_it_is_said_to_be_and_the_same_every_time() -> None:
    clean = tone(2.0)

    for condition, decibels in ((Condition.NOISE_20, 20), (Condition.NOISE_10, 10)):
        noise = spoiled(clean, condition) - clean
        measured = 20 * np.log10(np.sqrt(np.mean(clean**2)) / np.sqrt(np.mean(noise**2)))
        assert measured == pytest.approx(decibels, abs=0.5)
        assert np.array_equal(spoiled(clean, condition), spoiled(clean, condition))


def test_a_telephone_lets_its_band_through_and_nothing_else() -> None:
    through, above = (spoiled(tone(1.0, hertz), Condition.TELEPHONE) for hertz in (1000, 5000))

    assert np.sqrt(np.mean(through**2)) > 0.15
    assert np.sqrt(np.mean(above**2)) < 0.01
    assert len(through) == RATE


def test_what_came_of_a_clip_is_counted_as_one_of_four(subject: Embedded) -> None:
    command = Command(
        written="restart auth in staging",
        said="restart auth in staging",
        tool="service.restart",
        arguments={"service": "auth", "environment": "staging"},
    )
    heard = Heard((Hypothesis("Restart off in staging.", -0.1),), "en", 2.0, 1.5)

    def counted(text: str) -> Tally:
        return tally(command, heard, subject.interpret(text))

    assert counted("restart auth in staging").survived == 1
    assert counted("restart payments in staging").wrong_action == 1
    assert counted("what is wrong with auth").wrong_look == 1
    assert counted("restart in staging").asked == 1
    assert counted("restart auth in staging").word_errors == 1
    assert summed([counted("restart auth in staging")] * 3).word_error_rate() == 0.25


def test_each_way_hears_only_what_it_may() -> None:
    heard = Heard((Hypothesis("a", -0.1), Hypothesis("b", -0.2, told=False)), "en", 1.0, 1.0)

    assert told(heard, told=True).text == "a"
    assert told(heard, told=False).text == "b"


def test_the_page_shows_both_halves_and_every_way() -> None:
    cells: Cells = {
        ("tiny.en", True, Condition.CLEAN, half, way): Tally(clips=4, survived=3, asked=1, words=10, word_errors=1)
        for half in (Half.DEV, Half.UNSEEN)
        for way in Way
    }

    page = markdown(cells)

    assert "### The unseen half" in page
    assert page.count("| natural | clean | 4 | 75.0% | 25.0% | 0.0% | 0.0% | 10.0% |") == 2
    assert all(way.value in page for way in Way)
