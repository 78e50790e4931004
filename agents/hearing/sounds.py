"""How words sound, coarsely: what a recogniser takes for each other is written alike. Pure.

Voiced and voiceless consonants are one, as are all vowels; so "roll bag" is "roll back", and "oath" is "auth".
After Metaphone (Philips 1990), coarser, since a recogniser mishears what a speller would not.
"""

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

_RULES: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z0-9]", ""),
        (r"^kn|^gn|^pn", "n"),
        (r"^wr", "r"),
        (r"^wh", "w"),
        (r"tch|ch", "C"),
        (r"sch|sh|[st]i(?=on|al|a\b)|c(?=ia)", "S"),
        (r"ph", "F"),
        (r"th", "F"),
        (r"igh|ough|augh", "A"),
        (r"gh", "K"),
        (r"dg|j", "C"),
        (r"qu", "KW"),
        (r"ck|q", "K"),
        (r"x", "KS"),
        (r"c(?=[eiy])|s|z", "S"),
        (r"c|k|g", "K"),
        (r"f|v", "F"),
        (r"p|b", "P"),
        (r"t|d", "D"),
        (r"m", "M"),
        (r"n", "N"),
        (r"l", "L"),
        (r"r", "R"),
        (r"(?<=[aeiou])[hw]", "A"),
        (r"h", ""),
        (r"w", "W"),
        (r"[aeiouyA]+", "A"),
        (r"([A-Z])\1+", r"\1"),
    )
)


@lru_cache(maxsize=16_384)
def sound(text: str) -> str:
    """Return how words sound, without the gaps between them: equal for words that sound alike."""
    found = text.lower()
    for pattern, written in _RULES:
        found = pattern.sub(written, found)
    return found.removesuffix("A") if len(found) > LONGER else found


LONGER: Final = 4  # sounds from which the last vowel is not heard


def alike(one: str, other: str) -> float:
    """Return how alike two texts sound, 0 to 1; half of it is that they are also written alike."""
    heard = OSA.normalized_similarity(sound(one), sound(other))
    written = OSA.normalized_similarity(_letters(one), _letters(other))
    return (heard + max(heard - 0.25, written)) / 2


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.lower())
