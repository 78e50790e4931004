"""Whether a sentence worded anew still makes the same claim: checked word by word against what it rests on. Pure.

Strict on purpose: where a check cannot tell, the new wording is thrown away and the old sentence stands. What
quotes text from outside is never handed over to be reworded.
"""

import re
from collections.abc import Sequence

from agents.summaries.clauses import strengths
from agents.summaries.document import Sentence
from agents.summaries.lexicon import NEGATIONS, Role, listed
from agents.summaries.source import Source
from agents.summaries.support import unsupported
from agents.summaries.words import stem, stems, tokens

LONGEST = 500  # characters of a sentence worded anew
_NAME = re.compile(r"[\w@#./:+-]*[A-Z_@#/\d][\w@#./:+-]*")
_STATUS = (
    Role.BETTER,
    Role.SAME,
    Role.WORSE,
    Role.PARTLY,
    Role.RESOLVED,
    Role.MITIGATED,
    Role.REOPENED,
    Role.RULED_OUT,
    Role.DECLARED,
    Role.CAUSE,
)
_HEDGES = listed(
    "likely possible possibly probably probable suspected suspects suspect maybe may might could perhaps "
    "appears seems unconfirmed unclear unknown thought believed"
)
# What may join the words of the sources without saying anything itself.
_PLAIN = listed(
    "said says told noted wrote reported according first next then later earlier meanwhile followed following "
    "since until during within between both also however while whose whom been being has have had was were "
    "are when what began begun started happened time times minute minutes hour hours moment moments now "
    "currently far remains people person colleague described description stated stands standing"
)


def amiss(sentence: Sentence, text: str, cited: Sequence[Source]) -> str:
    """Return why a new wording does not hold, empty where it does."""
    if not text or len(text) > LONGEST or "\n" in text or "://" in text or "`" in text.replace("`", "", 2):
        return "its form"
    numbers = unsupported(text, cited, sentence.derived)
    if numbers:
        return f"a number: {numbers[0]}"
    known = " ".join((sentence.text, *(f"{each.text} {each.author}" for each in cited)))
    for check in (_names, _words):
        new = check(text, known)
        if new:
            return f"a word: {new}"
    if _polarity(text) != _polarity(sentence.text):
        return "how things stand"
    if _is_hedged(sentence.text) != _is_hedged(text):
        return "how sure it is"
    return ""


def may_be_reworded(cited: Sequence[Source]) -> bool:
    """Return whether a model may see a sentence at all: not where it rests on text from outside."""
    return all(source.trusted for source in cited)


def _names(text: str, known: str) -> str:
    """Return the first name that nobody gave: a word with a capital, a digit or a sign in it."""
    lowered = known.lower()
    for place, found in enumerate(_NAME.finditer(text)):
        name = found[0].strip(".:,+-/").lower()
        begins = found.start() == 0 or text[: found.start()].rstrip().endswith((".", "!", "?"))
        if name and name not in lowered and not (begins and place >= 0 and name.isalpha()):
            return found[0]
    return ""


def _words(text: str, known: str) -> str:
    """Return the first word that tells something and stands nowhere in what is known."""
    said = stems(known) | {stem(word) for word in (*_PLAIN, *_HEDGES, *tokens(known))}
    return next((word for word in sorted(stems(text)) if word not in said and not word[0].isdigit()), "")


def _polarity(text: str) -> tuple[frozenset[Role], bool]:
    """Return what a text says of how things stand, and whether it denies something."""
    found = strengths(text)
    return frozenset(role for role in _STATUS if role in found), not NEGATIONS.isdisjoint(tokens(text))


def _is_hedged(text: str) -> bool:
    return not _HEDGES.isdisjoint(tokens(text))
