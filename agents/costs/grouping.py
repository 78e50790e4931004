"""By what costs are to be told apart: "by team and region", "which services", "top ten accounts". Pure."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from agents.costs.fields import wished
from agents.costs.known import Known
from agents.costs.words import Atom, Words, singular
from memory.model.cost import CostField

MOST: Final = 3
_BY: Final = re.compile(
    r"\b(?:(?:grouped|broken (?:down|out|up)|break(?: it| this| that| them)? down"
    r"|split(?: up| out)?|divided|separated|segmented|sliced|listed|sorted|ranked"
    r"|aggregated|summari[sz]ed|apart|distributed|itemi[sz]ed) (?:by|per|into|across|over"
    r"|on|along)"
    r"|by|per|across|for each|for every|each|every|which|what|whose|among|amongst|between"
    r"|in which|in what|on which|on what|for which|for what)\b"
)
_STRONG: Final = re.compile(r"(?:by|per|across|for each|for every|into|each|every)$")
_FILL: Final = re.compile(
    r"(?:\s|the\b|our\b|all\b|different\b|my\b|each\b|individual\b|of\b|are\b|single\b"
    r"|kinds? of\b|types? of\b(?! (?:service|resource|charge|commitment)))*"
)
_AND: Final = re.compile(r"\s*(?:,|and then|then by|and by|and|by|then|x|&|/|\+|, and)\s*(?:by |per |the |our )?")
_WISE: Final = re.compile(r"\s*(?:-?wise\b|breakdown\b|split\b|ranking\b|distribution\b|level\b)")
_NO_FIELD: Final = frozenset(
    [
        "far",
        "how",
        "the",
        "a",
        "an",
        "now",
        "us",
        "we",
        "year",
        "day",
        "week",
        "month",
        "hour",
        "quarter",
        "then",
        "it",
        "time",
        "default",
        "chance",
        "way",
        "and",
        "much",
        "amount",
        "cost",
        "costs",
        "size",
        "of",
        "is",
        "are",
        "was",
        "were",
        "did",
        "do",
        "does",
        "has",
        "have",
        "had",
        "will",
        "can",
        "our",
        "i",
        "you",
        "this",
        "that",
        "these",
        "those",
        "it's",
        "not",
    ]
)


@dataclass
class Grouped:
    """The fields, and a word that was to be one and is none."""

    by: list[CostField] = field(default_factory=list)
    unknown: str = ""
    missing_tag: str = ""  # a usual tag that no bill has
    tags: bool = False  # by tags, and it was not said by which


def grouped(words: Words, known: Known) -> Grouped:
    """Read what follows "by", "per", "which" and the like."""
    found = Grouped()
    for match in list(words.every(_BY)):
        if not words.free(*match.span()):
            continue
        at = match.end() + (gap.end() if (gap := _FILL.match(words.lower[match.end() :])) else 0)
        noun = _noun(words, known, at)
        if noun is None:
            _refused(words, match, at, found)
            continue
        words.take(match.start(), match.end())
        _several(words, known, noun, found)
    _wise(words, known, found)
    del found.by[MOST:]
    return found


def plural(words: Words, known: Known, found: Grouped, *, ranked: bool) -> None:
    """Read a noun that nobody took as what is to be told apart: "our services", "top ten accounts"."""
    position = 0
    while position < len(words.atoms) and not found.by:
        atom = words.atoms[position]
        noun = _noun(words, known, atom.start) if words.free(atom.start, atom.end) else None
        if noun is not None:
            last = noun[2]
            said = words.lower[last.start : last.end]
            if ranked or said != singular(said):
                _several(words, known, noun, found)
                return
        position += 1


_Noun = tuple[CostField, Atom, Atom]


def _noun(words: Words, known: Known, at: int) -> _Noun | None:
    there = [each for each in words.atoms if each.start >= at]
    if not there or there[0].start != at:
        return None
    for size in range(min(4, len(there)), 0, -1):
        chosen = there[:size]
        gaps = (words.lower[left.end : right.start] for left, right in pairwise(chosen))
        if not all(gap in {" ", "-", "_", "/"} for gap in gaps) or not all(
            words.free(e.start, e.end) for e in chosen
        ):
            continue
        if of := known.nouns.get(tuple(each.word for each in chosen)):
            return of, chosen[0], chosen[-1]
    return None


def _several(words: Words, known: Known, noun: _Noun, found: Grouped) -> None:
    """Take a noun, and those joined to it."""
    of, first, last = noun
    words.take(first.start, last.end)
    if of not in found.by:
        found.by.append(of)
    onward(words, known, last.end, found)


def onward(words: Words, known: Known, end: int, found: Grouped) -> None:
    """Take the nouns that are joined to what ends here: "and region"."""
    if more := _AND.match(words.lower, end):
        following = _noun(words, known, more.end())
        if following is not None:
            words.take(end, more.end())
            _several(words, known, following, found)


def _wise(words: Words, known: Known, found: Grouped) -> None:
    for atom in words.atoms:
        noun = _noun(words, known, atom.start) if words.free(atom.start, atom.end) else None
        if noun is not None and (tail := _WISE.match(words.lower, noun[2].end)):
            words.take(noun[2].end, tail.end())
            _several(words, known, noun, found)


def _refused(words: Words, match: re.Match[str], at: int, found: Grouped) -> None:
    """Note what was to be a field and is none, where "by" and the like leave no doubt that it was."""
    if not _STRONG.search(match.group()):
        return
    there = [each for each in words.atoms if each.start >= at]
    if not there or there[0].start != at or not words.free(there[0].start, there[0].end):
        return
    said = there[0].word
    if said in {"tag", "label"}:
        found.tags = True
        words.take(match.start(), there[0].end)
        return
    pair = tuple(each.word for each in there[:2])
    found.missing_tag = wished(pair) or wished((said,))
    if found.missing_tag or (said not in _NO_FIELD and not said.isdigit()):
        last = there[len(pair) - 1] if wished(pair) else there[0]
        found.unknown = words.lower[there[0].start : last.end]
        words.take(match.start(), there[0].end)
