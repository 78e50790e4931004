"""Versions as they are written, from how they are said and misheard: "two dot oh dot seven" is 2.0.7. Pure."""

import re
from itertools import islice
from typing import Final

from agents.interpreter.slots.numbers import WORDS

UNITS: Final = "|".join(islice(WORDS, 1, 10))
DIGITS: Final = {**WORDS, "oh": 0, "o": 0, "nought": 0, "naught": 0}
DIGIT: Final = rf"(?:\d{{1,4}}|{'|'.join(DIGITS)})"
_DOT: Final = r"(?:\s*[-.,]\s*|\s+(?:dots?|point|that|not)\s+|\s*\.\s*(?:dot|point)\s*)"
_VERSION: Final = re.compile(
    rf"(?<![\w.])(?:v\s?)?({DIGIT}(?:{_DOT}{DIGIT}){{2,3}}|{DIGIT}\s+(?:dot|point)\s+{DIGIT})(?![\w%])"
)
_NO_MAJOR: Final = re.compile(
    r"\b(?P<two>to|too|two)?(?P<four>for|four)?\s*(?:\.|\bdot\b)\s*"
    rf"(?P<rest>{DIGIT}|o)(?=\s*\.\s*\d|{_DOT}{DIGIT})"
)
_SAID_LIKE: Final = {
    "free": "3", "tree": "3", "won": "1", "ate": "8", "sex": "6", "fife": "5", "hive": "5", "nein": "9"
}  # fmt: skip
_LIKE: Final = "|".join(_SAID_LIKE)
_BEFORE_POINT: Final = re.compile(rf"\b({_LIKE})[\s-]?(?=(?:point|dot)\b)|\b({UNITS})(?=(?:point|dot)\b)")
_AFTER_POINT: Final = re.compile(rf"(?<=\bpoint )({_LIKE})\b|(?<=\bdot )({_LIKE})\b")
_STUCK: Final = re.compile(r"(?<=[a-z]{3})-?(?=\d+\.\d+)")


def mended(text: str) -> str:
    """Return a text with the numbers of versions that were taken for words as digits, apart from other words."""
    before = _BEFORE_POINT.sub(lambda found: f"{_SAID_LIKE.get(found[1] or '', found[2])} ", text)
    after = _AFTER_POINT.sub(lambda found: _SAID_LIKE[found[0]], before)
    return _STUCK.sub(" ", _NO_MAJOR.sub(_major, after))


def with_versions(text: str) -> str:
    """Return a text with its versions in digits and dots."""
    return _VERSION.sub(_version, text)


def _version(match: re.Match[str]) -> str:
    numbers = re.findall(rf"\b{DIGIT}\b", match[1])
    return ".".join(each if each.isdecimal() else str(DIGITS[each]) for each in numbers)


def _major(match: re.Match[str]) -> str:
    """Return a version that begins with a number which was taken for a little word: "to .0.7" is 2.0.7."""
    if not (match["two"] or match["four"]):
        return match[0]
    rest = "0" if match["rest"] == "o" else match["rest"]
    return f"{'2' if match['two'] else '4'}.{rest}"
