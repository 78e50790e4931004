"""A reply as it is said aloud: one or two sentences, numbers as people say them, nothing for eyes alone. Pure.

What is said is taken from the reply's own words: citations, links, quotations and lists stay for the screen.
"""

import re
from typing import Final

from bot.surfaces.prose import POINT, visible
from bot.surfaces.voice.numerals import aloud, cardinal
from memory.model.talk import Reply

MOST_SENTENCES: Final = 2
LONGEST: Final = 320  # characters: some twenty seconds
DETAIL: Final = "The rest is on your screen."

_CITED = re.compile(r"\s?(?:\[\d{1,3}\]\s?)+")
_LINK = re.compile(r"https?://\S+|\bwww\.\S+")
_CODE = re.compile(r"`([^`]*)`")
_DIGEST = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{12,64}\b…?|\b(?:run|ev|cor|msg|thr|inc)_[0-9a-zA-Z]{6,}\b")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[A-Z0-9“\"'])")
_SPACE = re.compile(r"\s+")
_JOINED = re.compile(r"(?<=[a-z])[-_/](?=[a-z])")
_TROUBLE: Final = {"refusal": "No. ", "error": "That did not work. "}


def said(reply: Reply) -> str:
    """Return what is said of a reply. Where more stands on the screen, that is said too."""
    lines = [line.strip() for line in reply.text.splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(POINT)] or [line.removeprefix(POINT) for line in lines]
    sentences = [each for line in told for each in _SENTENCE.split(line)]
    kept = _kept([spoken_words(each) for each in sentences])
    left = len(sentences) > len(kept) or len(told) < len(lines) or bool(reply.charts) or reply.card is not None
    words = _TROUBLE.get(reply.kind, "") + " ".join(kept)
    if reply.missing:
        words += f" I could not reach {' or '.join(map(spoken_words, reply.missing[:3]))}."
    return f"{words} {DETAIL}".strip() if left else words.strip()


def spoken_words(text: str) -> str:
    """Return a text as it is said: without citations, links and ids, its numbers in words."""
    text = _CITED.sub(" ", visible(text))
    text = _LINK.sub("a link", _CODE.sub(r"\1", text))
    text = _DIGEST.sub("", text).replace("→", "to").replace("&", "and").replace("*", "")
    text = _JOINED.sub(" ", aloud(text))
    return re.sub(r"\s+([.,;:!?])", r"\1", _SPACE.sub(" ", text)).strip()


def counted_aloud(number: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{cardinal(number)} {noun}{'' if number == 1 else 's'}"


def _kept(sentences: list[str]) -> list[str]:
    """Return the first sentences, as many as are said at once; the first one whole, however long."""
    kept: list[str] = []
    for each in filter(None, sentences):
        if kept and (len(kept) == MOST_SENTENCES or sum(map(len, kept)) + len(each) > LONGEST):
            break
        kept.append(each if len(each) <= LONGEST else f"{each[:LONGEST].rsplit(' ', 1)[0]}.")
    return kept
