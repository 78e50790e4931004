"""Ways to ask that a recogniser misheard, found by how the whole of them sounds. Pure.

"Kill the silences" sounds like nothing that anybody asks but "show the silences". A phrasing is only put in where
it names the same kinds of things in the same order and sounds close, and none of another capability as close.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from agents.hearing.sounds import alike, sound
from tools.contract import Capability

CLOSE: Final = 0.74  # from which a phrasing is put in
MARGIN: Final = 0.06  # by which it is closer than any of another capability
SHORTEST: Final = 5  # sounds of the words of a phrasing, below which too much sounds like it
MOST_WORDS: Final = 14
NOBODY: Final = ""  # the capability of what nobody here answers
_GAP: Final = re.compile(r"\{(\w+)\}")
_NAMED: Final = {"alert": "identifier", "target": "incident"}


@dataclass(frozen=True)
class _Phrasing:
    example: str
    tool: str
    words: str


class SpokenPhrasings:
    """The phrasings of some capabilities, and `others` that nobody here answers: what sounds like them is left.

    `template` writes a text with a gap for each name and value in it.
    """

    def __init__(
        self, capabilities: Iterable[Capability], others: Iterable[str], template: Callable[[str], str]
    ) -> None:
        self._template = template
        self._by_gaps: dict[tuple[str, ...], list[_Phrasing]] = {}
        known = [(example, capability.name) for capability in capabilities for example in capability.examples]
        for example, tool in (*known, *((other, NOBODY) for other in others)):
            self._by_gaps.setdefault(_gaps(example), []).append(_Phrasing(example, tool, _words(example)))
        self._sounds = {gaps: [sound(each.words) for each in known] for gaps, known in self._by_gaps.items()}
        self.put_in = lru_cache(maxsize=2048)(self._put_in)

    def _put_in(self, text: str) -> str:
        """Return the phrasing that a text sounds like, with the text's names in it; empty where none does."""
        if len(text.split()) > MOST_WORDS:
            return ""
        template = self._template(text)
        values = _values(text, template)
        closest = self._closest(template) if values is not None else None
        if closest is None or values is None:
            return ""
        left = iter(values)
        return _GAP.sub(lambda _: next(left), closest.example).rstrip("?!. ")

    def _closest(self, template: str) -> _Phrasing | None:
        gaps, words = _gaps(template), _words(template)
        heard = sound(words)
        known = self._by_gaps.get(gaps)
        if not known or len(heard) < SHORTEST:
            return None
        found = process.extract(
            heard, self._sounds[gaps], scorer=OSA.normalized_similarity, score_cutoff=CLOSE - 0.15, limit=24
        )
        near = sorted(((alike(words, known[index].words), index) for _, _, index in found), reverse=True)
        if not near or near[0][0] < CLOSE:
            return None
        best = known[near[0][1]]
        if best.tool == NOBODY:
            return None
        rival = next((score for score, index in near if known[index].tool != best.tool), 0.0)
        return best if near[0][0] - rival >= MARGIN else None


def _gaps(text: str) -> tuple[str, ...]:
    return tuple(_NAMED.get(name, name) for name in _GAP.findall(text))


def _words(text: str) -> str:
    return " ".join(_GAP.sub(" ", text).lower().split())


def _values(text: str, template: str) -> list[str] | None:
    """Return what stands in the gaps of a template that was made of a text, None where that cannot be told."""
    literals = [re.escape(part) for part in _GAP.split(template)[::2]]
    gaps = ["(.+?)"] * (len(literals) - 1)
    pattern = "".join(part for pair in zip_longest(literals, gaps, fillvalue="") for part in pair)
    found = re.fullmatch(pattern, text, re.IGNORECASE)
    return list(found.groups()) if found and template else None
