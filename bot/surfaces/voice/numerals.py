"""Numbers as people say them, in English: `ninety nine point two percent`, `one dot four dot two`. Pure."""

import re
from collections.abc import Callable
from typing import Final

_SMALL: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES: Final = ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"), (100, "hundred"))
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ORDINALS: Final = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
LARGEST: Final = 10**12  # what is larger is said digit by digit
_UNITS: Final = {
    "%": ("percent", "percent"),
    "ms": ("millisecond", "milliseconds"),
    "s": ("second", "seconds"),
    "min": ("minute", "minutes"),
    "h": ("hour", "hours"),
    "d": ("day", "days"),
    "B": ("byte", "bytes"),
    "KiB": ("kilobyte", "kilobytes"),
    "MiB": ("megabyte", "megabytes"),
    "GiB": ("gigabyte", "gigabytes"),
    "TiB": ("terabyte", "terabytes"),
    "req/s": ("request a second", "requests a second"),
    "/s": ("a second", "a second"),
}
_MONEY: Final = {"$": "dollar", "€": "euro", "£": "pound", "USD": "dollar", "EUR": "euro", "GBP": "pound"}

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))


def cardinal(number: int) -> str:
    """Return a whole number in words: `one thousand two hundred thirty four`."""
    if number < 0:
        return f"minus {cardinal(-number)}"
    if number >= LARGEST:
        return digits(str(number))
    if number < len(_SMALL):
        return _SMALL[number]
    if number < 100:  # noqa: PLR2004 - the tens end here
        tens, ones = divmod(number, 10)
        return f"{_TENS[tens]} {_SMALL[ones]}" if ones else _TENS[tens]
    scale, name = next(each for each in _SCALES if number >= each[0])
    many, rest = divmod(number, scale)
    return f"{cardinal(many)} {name} {cardinal(rest)}" if rest else f"{cardinal(many)} {name}"


def digits(text: str) -> str:
    """Return digits one by one: `seven four`; other signs are left out."""
    return " ".join(_SMALL[int(each)] for each in text if each.isascii() and each.isdigit())


def decimal(text: str) -> str:
    """Return a number written with a point, and perhaps commas: `ninety nine point two`."""
    whole, _, part = text.replace(",", "").partition(".")
    said = cardinal(int(whole))
    return f"{said} point {digits(part)}" if part else said


def ordinal(number: int) -> str:
    """Return the word for a place: `twenty first`."""
    *before, last = cardinal(number).split()
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return " ".join([*before, _ORDINALS.get(last, regular)])


def aloud(text: str) -> str:
    """Return a text with every number in it as words; what is no number stays as it is."""
    for pattern, say in _SAID:
        text = pattern.sub(say, text)
    return text


def _version(found: re.Match[str]) -> str:
    return " dot ".join(cardinal(int(part)) for part in found[1].split("."))


def _clock(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    if minute == 0:
        said = f"{cardinal(hour)} hundred" if hour else "midnight"
    else:
        said = f"{cardinal(hour)} {'oh ' if minute < 10 else ''}{cardinal(minute)}"  # noqa: PLR2004 - one digit
    return f"{said} U T C" if found[3] else said


def _date(found: re.Match[str]) -> str:
    return f"{_MONTHS[int(found[2]) - 1]} {ordinal(int(found[3]))}"


def _money(found: re.Match[str]) -> str:
    name = _MONEY[found["sign"] or found["name"]]
    whole, _, part = (found["of"] or found["of2"]).replace(",", "").partition(".")
    said = f"{cardinal(int(whole))} {name}{'' if int(whole) == 1 else 's'}"
    cents = int(part.ljust(2, "0")[:2]) if part else 0
    return f"{said} {cardinal(cents)}" if cents else said


def _measured(found: re.Match[str]) -> str:
    one, many = _UNITS[found[2]]
    return f"{decimal(found[1])} {one if found[1] == '1' else many}"


def _percentile(found: re.Match[str]) -> str:
    return f"p {cardinal(int(found[1]))}"


def _part(found: re.Match[str]) -> str:
    return f"{cardinal(int(found[1]))} of {cardinal(int(found[2]))}"


def _plain(found: re.Match[str]) -> str:
    return f"minus {decimal(found[2])}" if found[1] else decimal(found[2])


_Say = Callable[[re.Match[str]], str]
_SAID: Final[tuple[tuple[re.Pattern[str], _Say], ...]] = (
    (re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\b"), _date),
    (re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(\s?UTC)?\b"), _clock),
    (re.compile(r"\bv?(\d{1,6}(?:\.\d{1,6}){2,3})\b"), _version),
    (
        re.compile(rf"(?P<sign>[$€£])(?P<of>{_NUMBER})|(?<![\w.])(?P<of2>{_NUMBER})\s(?P<name>USD|EUR|GBP)\b"),
        _money,
    ),
    (re.compile(r"\bp(50|75|9\d)\b"), _percentile),
    (re.compile(rf"(?<![\w.])({_NUMBER})\s?({_UNIT})(?![\w/])"), _measured),
    (re.compile(r"(?<![\w./])(\d{1,6})/(\d{1,6})(?![\w./])"), _part),
    (re.compile(rf"(?<![\w.])(-)?({_NUMBER})(?![\w])"), _plain),
)
