"""Numbers: digits, and the words people say for counts. Pure."""

import re
from collections.abc import Iterator

from agents.interpreter.slots.mention import Line, Mention
from tools.contract import Slot

WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_ROUND = {"half a dozen": 6, "a dozen": 12, "two dozen": 24, "a hundred": 100, "a single": 1, "a pair of": 2}
_UNITS = "|".join(word for word, number in WORDS.items() if 0 < number < 10)
_TENS = "|".join(word for word, number in WORDS.items() if number >= 20)
_ANY = "|".join(WORDS)
SPOKEN = rf"(?:{'|'.join(_ROUND)}|(?:{_TENS})[- ](?:{_UNITS})|(?:{_ANY}))"
_NUMBER = re.compile(rf"(?<![\w.,:#-])(?:x?(\d{{1,4}})x?|({SPOKEN}))(?![\w%:-]|[.,]\d)")
MOST = 1000  # a larger number is no count of anything here
_PRONOUN_AFTER = frozenset({"the", "this", "that", "which", "another", "first", "second", "third", "no", "any"})


def value(text: str) -> int:
    """Return the number that digits or words such as "twenty-five" name."""
    if text.isdecimal():
        return int(text)
    if text in _ROUND:
        return _ROUND[text]
    return sum(WORDS[word] for word in re.split(r"[- ]", text))


def read(line: Line) -> Iterator[Mention]:
    """Yield the whole numbers. "By two" and "two more" are changes, "the second one" is no count: left out."""
    for match in _NUMBER.finditer(line.lower):
        before, after = line.word_before(match.start()), line.word_after(match.end())
        is_change = before == "by" or after in {"more", "fewer", "less", "times"}
        count = value(match[1] or match[2])
        if count <= MOST and not is_change and not (match[0] == "one" and before in _PRONOUN_AFTER):
            yield line.mention(Slot.NUMBER, count, match.span())
