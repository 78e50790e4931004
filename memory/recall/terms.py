"""Texts as terms to be counted.

Identifiers whole and in their parts, words by their stems, abbreviations spelled out.

Pure. The same text always gives the same terms, and any text gives some or none, never an error.
"""

import re
from collections import Counter
from functools import lru_cache

from memory.recall.abbreviations import SHORT_FOR

LONGEST_TEXT = 100_000  # characters of one text that are read
SPELLED_OUT = 0.4  # how much a word counts that only stands for an abbreviation

_WORD = re.compile(r"[^\W_]+(?:[_.\-/'][^\W_]+)*")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_A-Za-z]+")
_LONGEST_TERM = 60
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("edly", ""), ("ed", ""), ("es", "e"), ("s", ""))
_LEAST_STEM = 4
_STOP_WORDS = """
    a about after all also an and any are as at be because been before being below between both but by can
    could did do does doing down during each either else etc for from further had has have having he here
    how i if in into is it its itself just may me might more most must my no nor not of off on once one only
    or other our out over own please same see shall she should so some such than that the their them then
    there these they this those through to too two under until up us use used using very via was we were
    what when where which while who whom why will with within would you your
"""
STOP = frozenset(_STOP_WORDS.split())
_MEANT = frozenset(
    {"down", "out", "off", "up", "no", "not", "over", "under"}
)  # in a name, these say what is wrong


def terms(text: str) -> Counter[str]:
    """Return how often each term is in a text; a word an abbreviation stands for counts for less than one."""
    found: Counter[str] = Counter()
    for word in _WORD.findall(text[:LONGEST_TEXT]):
        for term, weight in _of_word(word):
            found[term] += weight  # type: ignore[assignment]  # a Counter of fractions counts as well
    return found


def ordered(text: str) -> list[str]:
    """Return the stems of a text in their order, those of every sentence left out: what stands beside what."""
    return [each for word in _WORD.findall(text[:LONGEST_TEXT]) for each in _in_order(word)]


def name_terms(name: str) -> frozenset[str]:
    """Return the stems in a name such as an alert's or a file's, without what is in every sentence."""
    parts = [part.lower() for word in _WORD.findall(name[:1000]) for part in _PART.findall(word)]
    return frozenset(stem(part) for part in parts if part not in STOP or part in _MEANT)


def plain(name: str) -> str:
    """Return a name's letters and digits alone, in lower case: `Kube API Down` and `KubeAPIDown` are one."""
    return re.sub(r"[\W_]+", "", name[:1000]).lower()


def spaced(name: str) -> str:
    """Return a name such as `KubeAPIDown` or `disk_full` as words apart, as an embedding reads them."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+", " ", name)


def stem(word: str) -> str:
    """Return a lower-case word without the commonest endings of English: enough that plurals and tenses meet."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM - len(instead):
            word = word[: -len(ending)] + instead
            break
    if len(word) > _LEAST_STEM and word[-1] == word[-2] and word[-1] not in "lse":
        return word[:-1]
    return word.removesuffix("e") if len(word) > _LEAST_STEM else word


@lru_cache(maxsize=50_000)
def _in_order(word: str) -> tuple[str, ...]:
    return tuple(stem(part) for part in map(str.lower, _PART.findall(word)) if part not in STOP)


@lru_cache(maxsize=50_000)
def _of_word(word: str) -> tuple[tuple[str, float], ...]:
    whole = word.lower()
    parts = [part.lower() for part in _PART.findall(word)]
    found: dict[str, float] = {}
    if len(parts) > 1 and len(whole) <= _LONGEST_TERM:
        found[re.sub(r"[\W_]+", "", whole)] = 1.0
    for part in parts:
        if part in STOP or len(part) > _LONGEST_TERM:
            continue
        found[stem(part)] = 1.0
    for short in {whole, *parts}:
        for long in SHORT_FOR.get(short, ()):
            found.setdefault(stem(long), SPELLED_OUT)
    return tuple(found.items())
