"""Numbers, versions, percentiles, times and spelled letters as they are written, from how they are said. Pure.

"One dot four dot two" is 1.4.2, "p ninety nine" is p99, "A P I" is api. Nothing else of the words is changed.
"""

import re
from typing import Final

from agents.interpreter.slots.numbers import WORDS

MOST_CHARACTERS: Final = 2000

_ASIDE: Final = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|[♪♫]+")  # "(upbeat music)": told, not said
_CLOCK: Final = re.compile(r"\b([ap])\.\s?m\b\.?")
_STOPS: Final = re.compile(r"[,;:!\"“”]+(?!\d)|\.+(?!\d)|(?<=\D)[.,](?=\d)|(?<!\w)'|'(?!\w)")
_SMALL: Final = {**WORDS, "oh": 0, "o": 0, "nought": 0, "naught": 0}
_NUMBER: Final = re.compile(
    r"\b(?:(?P<hundreds>a|one|two|three|four|five|six|seven|eight|nine) hundred(?: and)?(?=\W|$)\s*)?"
    r"(?:(?P<tens>twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:[\s-]+(?P<unit>one|two|three|four|five|six|seven|eight|nine))?"
    r"|(?P<small>zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,5}teen))?\b"
)
_UNIT: Final = (
    r"(?:seconds?|secs?|minutes?|mins?|hours?|days?|weeks?|months?|percent|replicas?|instances?|copies|pods?)"
)
_ONE: Final = re.compile(rf"\bone(?= {_UNIT}\b)")
_DIGIT: Final = rf"(?:\d{{1,4}}|{'|'.join(_SMALL)})"
_DOT: Final = r"(?:\s*[-.,]\s*|\s+(?:dot|point|dots|dot|that|not)\s+|\s*\.\s*(?:dot|point)\s*)"
_VERSION: Final = re.compile(
    rf"(?<![\w.])(?:v\s?)?({_DIGIT}(?:{_DOT}{_DIGIT}){{2,3}}|{_DIGIT}\s+(?:dot|point)\s+{_DIGIT})(?![\w%])"
)
_PERCENTILE: Final = re.compile(r"\bp(?:ee|ea|e|\.)?[\s-]{0,2}(50|90|95|99)(?:th)?\b(?!\s*(?:percent|%))")
_MISHEARD_P: Final = re.compile(
    r"\b(?:the |that )?(?:(?:b|t|v|d|e|key|he|be|bee|tea|the|pay|p's|peace)[\s-]?)"
    r"(50|90|95|99)(?= (?:latency|of|for|in)\b)"
)
_NO_MAJOR: Final = re.compile(
    r"\b(?P<two>to|too|two)?(?P<four>for|four)?\s*(?:\.|\bdot\b)\s*"
    rf"(?P<rest>{_DIGIT}|o)(?=\s*\.\s*\d|{_DOT}{_DIGIT})"
)
_STUCK: Final = re.compile(r"(?<=[a-z]{3})-?(?=\d+\.\d+)")
_PERCENT: Final = re.compile(r"(\d)\s*per\s?cent\b")
_LETTERS: Final = re.compile(r"(?<![\w'-])[a-z](?:[\s.-]{1,2}[a-z](?![\w'])){1,7}\.?")
_LETTER_VERSION: Final = re.compile(r"\b(?:v|vee)[\s.-]+(\d+)\b")
_MILITARY: Final = re.compile(r"\b(?:oh |o )?(\d{1,2}) ?hundred(?: hours)?\b|\b(\d{2})00 hours\b")
_OF_THE_DAY: Final = re.compile(r"\b(\d{1,2})[ .](\d{2}) ?([ap]m)\b")
_TO_FOR: Final = re.compile(r"\bto (for|too)(?=\s*(?:$|in\b|on\b|replicas|instances|copies|pods|please))")
_HOMOPHONES: Final = {"for": "4", "too": "2"}


def normalised(text: str) -> str:
    """Return a transcript in lower case, with what is counted, measured or spelled as it is written."""
    plain = _ASIDE.sub(" ", text[:MOST_CHARACTERS].lower()).replace("’", "'")  # noqa: RUF001 - likewise
    plain = _CLOCK.sub(r"\1m", plain)
    plain = _STUCK.sub(" ", _NO_MAJOR.sub(_major, plain))
    plain = _VERSION.sub(_version, plain)
    plain = _STOPS.sub(" ", f"{plain} ")
    plain = _in_digits(_spaced(plain))
    plain = _VERSION.sub(_version, plain)
    plain = _MISHEARD_P.sub(r"p\1", _PERCENTILE.sub(r"p\1", plain))
    plain = _LETTER_VERSION.sub(r"v\1", plain)
    plain = _PERCENT.sub(r"\1%", plain)
    plain = _OF_THE_DAY.sub(r"\1:\2 \3", _MILITARY.sub(_of_the_day, plain))
    plain = _TO_FOR.sub(lambda match: f"to {_HOMOPHONES[match[1]]}", plain)
    return _spaced(_LETTERS.sub(_joined, plain))


def _in_digits(text: str) -> str:
    return _NUMBER.sub(_digits, _ONE.sub("1", text))


def _digits(match: re.Match[str]) -> str:
    said = match[0]
    if not said.strip() or match["small"] not in {None, *WORDS}:
        return said
    hundreds = {None: 0, "a": 1}.get(match["hundreds"], WORDS.get(match["hundreds"] or "", 0))
    tens, unit, small = (WORDS.get(match[name] or "", 0) for name in ("tens", "unit", "small"))
    number = hundreds * 100 + tens + unit + small
    return f"{number}{' ' if said[-1].isspace() else ''}"


def _version(match: re.Match[str]) -> str:
    numbers = re.findall(rf"\b{_DIGIT}\b", match[1])
    return ".".join(each if each.isdecimal() else str(_SMALL[each]) for each in numbers)


def _major(match: re.Match[str]) -> str:
    """Return a version that begins with a number which was taken for a little word: "to .0.7" is 2.0.7."""
    if not (match["two"] or match["four"]):
        return match[0]
    rest = "0" if match["rest"] == "o" else match["rest"]
    return f"{'2' if match['two'] else '4'}.{rest}"


def _joined(match: re.Match[str]) -> str:
    letters = re.findall(r"[a-z]", match[0])
    few = len(letters) == 2 and {"a", "i"} & set(letters)  # noqa: PLR2004 - these two are words, too
    return match[0] if few else f"{''.join(letters)} "


def _of_the_day(match: re.Match[str]) -> str:
    hour = int(match[1] or match[2])
    return f"{hour:02d}:00" if hour < 24 else match[0]  # noqa: PLR2004 - hours of a day


def _spaced(text: str) -> str:
    return " ".join(text.split())
