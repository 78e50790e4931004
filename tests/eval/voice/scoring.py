"""Counts of what came of spoken commands: whether they survived, and whether anything else would be done."""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

from agents.hearing.heard import Heard
from agents.hearing.normalising import normalised
from memory.model.intent import Intent, IntentKind
from memory.model.plan import Effect
from memory.model.value import Value
from tests.eval.voice.spoken import Command
from tools.capabilities import EVERY

ACTING = frozenset(each.name for each in EVERY if each.effect is not Effect.READ) | {"turn.accept"}


class Way(StrEnum):
    """How what was heard becomes an intent."""

    PLAIN = "plain, not told the names"  # the likeliest words, given to the interpreter as they are
    PLAIN_TOLD = "plain, told the names"
    HEARD = "heard, not told the names"  # every hypothesis, normalised, names found, weighed
    HEARD_TOLD = "heard, told the names"


Understand = Callable[[Heard], Intent]


class Tally(Value):
    """What came of a number of clips. A wrong action is a call above observe that was not asked for."""

    clips: int = 0
    survived: int = 0
    asked: int = 0
    wrong_look: int = 0
    wrong_action: int = 0
    words: int = 0
    word_errors: int = 0

    def survival(self) -> float:
        """Return the share of commands that survived."""
        return self.survived / self.clips if self.clips else 0.0

    def wrong_actions(self) -> float:
        """Return the share of clips after which something else would have been proposed."""
        return self.wrong_action / self.clips if self.clips else 0.0

    def word_error_rate(self) -> float:
        """Return the word error rate of the likeliest transcript."""
        return self.word_errors / self.words if self.words else 0.0

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(**{name: getattr(self, name) + getattr(other, name) for name in Tally.model_fields})


def tally(command: Command, heard: Heard, intent: Intent) -> Tally:
    """Return one clip counted."""
    kind = _kind(command, intent)
    wanted, found = _words(command.written), _words(heard.text)
    return Tally(
        clips=1,
        words=len(wanted),
        word_errors=Levenshtein.distance(wanted, found),
        **{kind: 1},
    )


def summed(tallies: Iterable[Tally]) -> Tally:
    """Return all of them together."""
    total = Tally()
    for each in tallies:
        total += each
    return total


def told(heard: Heard, *, told: bool) -> Heard:
    """Return only what was written down by a recogniser that was, or was not, told the names."""
    kept = tuple(each for each in heard.hypotheses if each.told is told)
    return Heard(kept, heard.language, heard.duration, heard.speech, heard.no_speech)


def _kind(command: Command, intent: Intent) -> str:
    if intent.kind is not IntentKind.TOOL:
        return "asked"
    if intent.tool == command.tool and intent.values() == command.arguments:
        return "survived"
    return "wrong_action" if intent.tool in ACTING else "wrong_look"


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9.%']+", normalised(text).replace("-", " "))
