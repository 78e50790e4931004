"""Texts as words: what is compared with the lexicon, and what two texts share. Pure."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from agents.summaries.lexicon import STOP, WORDS, Role

_WORD = re.compile(r"[a-z]+|\dxx|\d[\d.,:%]*")
_DENIED = re.compile(r"\b(did|does|do|is|was|were|are|has|have|had|could|would|should|can|ca|wo)n['\u2019]?t\b")
_SHORTENED = {"ca": "can", "wo": "will"}
_CAMEL = re.compile(r"([a-z])([A-Z])")
_VOWELS = frozenset("aeiou")
_STEM = re.compile(r"(?:ations?|ings?|ied|ies|ed|es|s|ly)$")
_SAME = {"db": "database", "k8s": "kubernetes", "prod": "production", "config": "configuration"}
_LEAST = 3  # letters of a stem, and of a word that tells something

Phrase = tuple[str, ...]


def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case: `didn't` as did, not; hyphens part words."""
    lowered = _CAMEL.sub(r"\1 \2", text).lower()
    lowered = _DENIED.sub(lambda found: f"{_SHORTENED.get(found[1], found[1])} not", lowered)
    lowered = lowered.replace("couldnot", "could not").replace("doesnot", "does not")
    return tuple(_WORD.findall(lowered))


@lru_cache(maxsize=8192)
def stems(text: str) -> frozenset[str]:
    """Return what a text is about: its words of three letters and more, without endings, and its numbers."""
    return frozenset(
        stem(word)
        for word in tokens(text)
        if word not in STOP and (len(word) >= _LEAST or word[0].isdigit() or word in _SAME)
    )


@cache
def stem(word: str) -> str:
    """Return the word without a regular ending: enough to see that `restarted` and `restarting` are one."""
    word = _SAME.get(word, word)
    shorter = _STEM.sub("", word)
    if len(shorter) < _LEAST:
        return word
    return shorter[:-1] if len(shorter) > _LEAST and shorter[-1] == "e" else shorter


@cache
def index() -> dict[str, tuple[tuple[Phrase, Role], ...]]:
    """Return the lexicon by the first word of each phrase."""
    found: dict[str, dict[tuple[Phrase, Role], None]] = {}
    for role, listed in WORDS.items():
        for phrase in listed.split(";"):
            for words in _forms(tuple(phrase.split())):
                found.setdefault(words[0], {})[words, role] = None
    return {first: tuple(phrases) for first, phrases in found.items()}


def _forms(phrase: Phrase) -> Iterator[Phrase]:
    """Yield the phrase with each regular form of the word that is marked."""
    marked = next((place for place, word in enumerate(phrase) if word.endswith("~")), None)
    if marked is None:
        yield phrase
        return
    for form in inflected(phrase[marked].rstrip("~")):
        yield (*phrase[:marked], form, *phrase[marked + 1 :])


def inflected(verb: str) -> tuple[str, ...]:
    """Return the regular forms of an English verb."""
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return (verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing")
    if verb.endswith("e"):
        return (verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing")
    third = f"{verb}es" if verb.endswith(("s", "x", "z", "ch", "sh")) else f"{verb}s"
    doubled = verb + verb[-1] if _closed(verb) else verb
    return tuple(dict.fromkeys((verb, third, f"{verb}ed", f"{verb}ing", f"{doubled}ed", f"{doubled}ing")))


def _closed(verb: str) -> bool:
    """Return whether the last letter may be doubled: stop, drop, set, run, rerun."""
    return (
        len(verb) >= _LEAST
        and verb[-1] not in "wxy"
        and verb[-1] not in _VOWELS
        and verb[-2] in _VOWELS
        and verb[-3] not in _VOWELS
    )
