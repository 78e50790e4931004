"""The few words a voice is steered by: confirm with a code, cancel, stop, repeat, slower, send it. Pure.

A confirmation is the whole of what was said: the word, the digits and nothing else but politeness, so that talk
in the background is none. A cancel is taken from any reading of what was said, since it never does harm.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

CODE_DIGITS: Final = 2


class Word(StrEnum):
    """What somebody wants of the voice itself."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    STOP = "stop"  # talking
    REPEAT = "repeat"
    SLOWER = "slower"
    FASTER = "faster"
    SEND = "send"  # to the chat
    APPROVE = "approve"  # a plan that waits


@dataclass(frozen=True)
class Steering:
    """A word, with the digits of a confirmation, or with what else was said about which plan."""

    word: Word
    code: str = ""
    about: str = ""


_POLITE = r"(?:(?:ok|okay|yes|yeah|hey|please|now|quarterdeck|quarter deck|i|we)\s+)*"
_AFTER = r"(?:\s+(?:please|now|thanks|thank you))*"
_DIGIT: Final = {
    "zero": "0", "oh": "0", "o": "0", "one": "1", "won": "1", "two": "2", "to": "2", "too": "2", "three": "3",
    "four": "4", "for": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "ate": "8", "nine": "9",
}  # fmt: skip
_TEEN: Final = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15",
    "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TENS: Final = {
    "twenty": "2", "thirty": "3", "forty": "4", "fifty": "5", "sixty": "6", "seventy": "7", "eighty": "8",
    "ninety": "9",
}  # fmt: skip
_CONFIRM = re.compile(
    rf"{_POLITE}(?:confirm|confirmed|confirming|conform|comfirm|can firm|come firm)"
    rf"(?:\s+(?:it|that))?\s+(.+?){_AFTER}"
)
_PATTERNS: Final[tuple[tuple[Word, re.Pattern[str]], ...]] = (
    (
        Word.CANCEL,
        re.compile(
            rf"{_POLITE}(?:cancel|abort|forget|scrap|don t do|do not do)"
            rf"(?: (?:that|it|this|the plan|everything))?{_AFTER}"
        ),
    ),
    (Word.CANCEL, re.compile(rf"{_POLITE}(?:never ?mind|no no|no don t|no|wait|hold on)")),
    (Word.STOP, re.compile(rf"{_POLITE}(?:stop|quiet|be quiet|silence|shut up|enough|stop talking){_AFTER}")),
    (
        Word.REPEAT,
        re.compile(rf"{_POLITE}(?:can you |could you )?(?:repeat|say)(?: it| that)?(?: again)?{_AFTER}"),
    ),
    (Word.REPEAT, re.compile(rf"{_POLITE}(?:again|once more|what|pardon|what did you say){_AFTER}")),
    (
        Word.SLOWER,
        re.compile(rf"{_POLITE}(?:(?:speak |talk )?(?:a bit )?(?:slower|more slowly)|slow down){_AFTER}"),
    ),
    (Word.FASTER, re.compile(rf"{_POLITE}(?:speak |talk )?(?:a bit )?faster{_AFTER}")),
    (
        Word.SEND,
        re.compile(
            rf"{_POLITE}(?:send|post|put|share) (?:it|that|this)"
            rf"(?: (?:to|in|into) the (?:channel|chat|room))?{_AFTER}"
        ),
    ),
)
_APPROVE = re.compile(rf"{_POLITE}approve(?: (?:the|that|this|it))?(?: plan)?(?: (?P<about>.+?))??{_AFTER}")


def steering(texts: Iterable[str]) -> Steering | None:
    """Return what the likeliest reading asks of the voice; a cancel is taken from any of them."""
    readings = [plain(text) for text in texts]
    if any(_is(Word.CANCEL, each) for each in readings):
        return Steering(Word.CANCEL)
    for each in readings[:1]:
        found = _steering(each)
        if found is not None:
            return found
    codes = [found for each in readings[1:] if (found := _confirmed(each)) is not None]
    return codes[0] if codes else None


def plain(text: str) -> str:
    """Return words in lower case, without punctuation."""
    return " ".join(re.sub(r"[^\w ]+", " ", text.casefold()).split())


def code_of(text: str) -> str:
    """Return the digits that words name, as `74` for "seven four"; empty where anything else is among them."""
    found, tens = "", ""
    for word in plain(text).split():
        if tens and word in _DIGIT and _DIGIT[word] != "0":
            found, tens = found + tens + _DIGIT[word], ""
            continue
        found, tens = found + (f"{tens}0" if tens else ""), ""
        if word in _TENS:
            tens = _TENS[word]
        elif word in _DIGIT or word in _TEEN:
            found += _DIGIT.get(word) or _TEEN[word]
        elif word.isascii() and word.isdigit():
            found += word
        else:
            return ""
    return found + (f"{tens}0" if tens else "")


def _steering(text: str) -> Steering | None:
    confirmed = _confirmed(text)
    if confirmed is not None:
        return confirmed
    for word, pattern in _PATTERNS:
        if pattern.fullmatch(text):
            return Steering(word)
    approves = _APPROVE.fullmatch(text)
    return Steering(Word.APPROVE, about=approves["about"] or "") if approves else None


def _confirmed(text: str) -> Steering | None:
    found = _CONFIRM.fullmatch(text)
    code = code_of(found[1]) if found else ""
    return Steering(Word.CONFIRM, code=code) if len(code) == CODE_DIGITS else None


def _is(word: Word, text: str) -> bool:
    return any(pattern.fullmatch(text) for each, pattern in _PATTERNS if each is word)
