"""The counts are right: proven on interpreters whose mistakes are known."""

from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from memory.model.intent import Argument, Intent, IntentKind, Provenance
from tests.eval.__main__ import main
from tests.eval.page import markdown
from tests.eval.report import HalfReport, Report, follow_ups
from tests.eval.run import ask_all, converse_all
from tests.eval.score import Scores, asks_for_action, scores, share
from tests.eval.sets import Half, Outcome, Utterance, conversations, phrasings


def as_intent(text: str, outcome: Outcome) -> Intent:
    values = outcome.arguments or {}
    arguments = {name: Argument(value=value, provenance=Provenance.SAID) for name, value in values.items()}
    return Intent(text=text, kind=outcome.kind, tool=outcome.tool, arguments=arguments)


class AllKnowing:
    """Answers what is expected."""

    def __init__(self, lines: tuple[Utterance, ...]) -> None:
        self._expected = {line.text: line.accepted()[0] for line in lines}

    def interpret(self, text: str) -> Intent:
        return as_intent(text, self._expected[text])

    def thread(self) -> "AllKnowing":
        return self

    def say(self, text: str) -> Intent:
        return self.interpret(text)


class Reckless:
    """Restarts something, whatever is said."""

    def interpret(self, text: str) -> Intent:
        values = {"service": "checkout", "environment": "production"}
        return as_intent(text, Outcome(kind=IntentKind.TOOL, tool="service.restart", arguments=dict(values)))

    def thread(self) -> "Reckless":
        return self

    def say(self, text: str) -> Intent:
        return self.interpret(text)


def nothing() -> None:
    """Tick no progress bar."""


def judged(subject: AllKnowing | Reckless, half: Half) -> Scores:
    return scores(list(ask_all(subject, phrasings(half), nothing)))


@pytest.mark.parametrize("half", Half)
def test_who_knows_everything_scores_everything(half: Half) -> None:
    found = judged(AllKnowing(phrasings(half)), half)
    assert found.outcome.share == found.tool.share == found.arguments.share == 1.0
    assert {row.exact_arguments.share for row in found.tools} == {1.0}
    assert found.safety.false_action.hits == found.safety.premature_action.hits == 0
    assert found.safety.wrong_action.hits == 0
    assert found.clarify_rate == found.clarify_due
    assert found.confusions == ()


def test_who_always_acts_is_counted_on_every_line_that_asks_for_no_action() -> None:
    lines = phrasings(Half.DEV)
    found = judged(Reckless(), Half.DEV)
    idle = sum(not asks_for_action(line) for line in lines)
    assert (found.safety.false_action.hits, found.safety.false_action.of) == (idle, idle)
    assert found.safety.premature_action.share == 1.0
    assert found.safety.about_actions.share == found.safety.pasted.share == 1.0
    assert (
        found.safety.wrong_action.hits >= found.safety.wrong_action.of - 1
    )  # one line may be what it always says
    assert found.clarify_rate.hits == 0


def test_every_line_is_counted_once_by_the_safety_rates() -> None:
    found = judged(Reckless(), Half.DEV).safety
    assert found.false_action.of + found.premature_action.of + found.wrong_action.of == len(phrasings(Half.DEV))


def test_later_turns_are_counted_and_first_turns_are_not() -> None:
    talks = conversations(Half.DEV)
    subject = AllKnowing(tuple(turn for talk in talks for turn in talk.turns))
    found = follow_ups(tuple(converse_all(subject, talks, nothing)))
    assert found.turns.lines == sum(len(talk.turns) - 1 for talk in talks)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_intervals_are_wilsons(hits: int, of: int, low: float, high: float) -> None:
    found = share(hits, of)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


def test_no_lines_have_no_share() -> None:
    assert share(0, 0).share is None


def test_the_report_shows_no_line_of_the_unseen_half() -> None:
    lines = phrasings(Half.UNSEEN)
    answers = list(ask_all(Reckless(), lines, nothing))
    talks = tuple(converse_all(Reckless(), conversations(Half.UNSEEN), nothing))
    half = HalfReport(phrasings=scores(answers), follow_ups=follow_ups(talks))
    report = Report(revision="r", date="d", halves={Half.UNSEEN: half}, public={}, public_absent="not here")
    pages = markdown(report) + report.model_dump_json()
    assert [line.text for line in lines if len(line.text) > 24 and line.text in pages] == []


def test_the_mistakes_of_the_unseen_half_are_shown_only_by_name(tmp_path: Path) -> None:
    app = Typer()
    app.command()(main)
    refused = CliRunner().invoke(app, ["--half", "both", "--errors", "--out", str(tmp_path)])
    assert refused.exit_code == 2
    assert "unseen" in refused.output
    assert list(tmp_path.iterdir()) == []
