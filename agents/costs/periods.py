"""The times a question names: "last week", "October", "the last 30 days", "from 1 to 7 November". Pure.

Days begin in UTC and weeks on Monday. "The last three months" are whole ones; what still goes on ends now.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from agents.costs.calendar import MONTHS, moved, started, whole
from agents.costs.plan import Window
from agents.costs.words import Words

_NUMBERS: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_OTHER_NUMBERS: Final = {"thirty": 30, "sixty": 60, "ninety": 90, "couple": 2, "a": 1, "an": 1, "few": 3}
NUMBER: Final = rf"(?:\d{{1,4}}|{'|'.join(_NUMBERS)}|thirty|sixty|ninety)"

_MON = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:19|20)\d\d"
_ORD = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{4}}-\d{{2}}(?!\d)"
    rf"|{_ORD}(?: of)? {_MON}(?:,? {_YEAR})?|{_MON} {_ORD}(?!\d)(?:,? {_YEAR})?|{_MON}(?:,? {_YEAR})?"
    rf"|q[1-4](?:[ -]?{_YEAR})?|{_YEAR}[ -]?q[1-4]|h[12](?:[ -]{_YEAR})|(?<![\d.,-]){_YEAR}(?![\d.,-]))"
)
_UNIT = r"(?:hour|day|week|month|quarter|year)"
_THE = r"(?:(?:in|on|for|during|over|within|of|from|at|throughout|across|since) )?(?:all of |the whole of |the )?"
_RELATIVE = (
    rf"(?:today(?! against)|yesterday|the day before yesterday"
    rf"|(?:this|current|the current|present|our current) (?:calendar "
    rf"|fiscal )?{_UNIT}(?:(?: so far| to date)|(?=\b))"
    rf"|(?:{_UNIT}|week|month|quarter|year)[- ]to[- ]date|mtd|wtd|qtd|ytd"
    rf"|{_UNIT} before last"
    rf"|(?:last|previous|past|prior|preceding|recent|latest|trailing)(?: full| whole"
    rf"| complete)? (?:(?:{NUMBER}|couple of|few) )?(?:full |whole |complete "
    rf"|calendar )?{_UNIT}s?"
    rf"|(?:{NUMBER}|an?) {_UNIT}s? ago"
    rf"|last (?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:last|this|the) weekend)"
)
_EVER = re.compile(
    r"\b(?:in total|altogether|all in all|overall|all time|of all time|ever|so far in total"
    r"|since the (?:beginning|start)"
    r"|(?:over|for|in) (?:all|the whole|the entire) (?:the )?(?:time|data|period|history)"
    r"|in the (?:data|bill data|sample))\b"
)
_SPAN = re.compile(rf"\b(?:from|between) (?P<a>{_DATE}) (?:to|until|till|through|thru|and|-) (?P<b>{_DATE})(?!\w)")
_DASH = re.compile(rf"\b(?:in |on |for |of )?(?P<a>{_DATE}) ?(?:-|to|until|through) ?(?P<b>{_DATE})(?!\w)")
_DAYS = re.compile(
    rf"\b(?:from |between |on )?(?P<a>\d{{1,2}})(?:st|nd|rd|th)? ?(?:-|to|and"
    rf"|until) ?(?P<b>{_ORD}(?: of)? {_MON}(?:,? {_YEAR})?)\b"
)
_PART = re.compile(
    rf"\b{_THE}(?P<which>first|second|third|fourth|last) (?:(?P<n>{NUMBER}) )?(?P<u>week"
    rf"|half|day|weekend)s? (?:of|in) (?P<a>{_RELATIVE}|{_DATE})(?!\w)"
)
_SINCE = re.compile(rf"\bsince (?:the (?:start|beginning) of )?(?:the )?(?P<a>{_DATE}|{_RELATIVE})(?!\w)")
_UNTIL = re.compile(rf"\b(?:until|till|before|up to) (?P<a>{_DATE})(?!\w)")
_ONE = re.compile(rf"\b{_THE}(?P<a>{_RELATIVE}|{_DATE})(?!\w)")
_MODAL = re.compile(
    r"(?<!in )(?<!of )(?<!for )(?<!since )(?<!during )(?<!than )(?<!against )(?<!vs )(?<!with )\bmay$"
)


@dataclass(frozen=True)
class Said:
    """A time that was named, and where. `ends` is when it ends where it still goes on."""

    window: Window
    start: int
    end: int
    ends: datetime | None = None
    since: Window | None = None  # the month or the like that "since" names


def number(word: str) -> int:
    """Return a number that was said in digits or words."""
    if word.isdigit():
        return int(word)
    return _NUMBERS.index(word) if word in _NUMBERS else _OTHER_NUMBERS.get(word, 1)


def periods(
    words: Words, now: datetime, known: tuple[datetime, datetime] | None, *, apart: bool = False
) -> list[Said]:
    """Read every time that is named, in the order they stand; `known` is what "in total" means.

    `apart`: "from August to September" names two times, of which one changed into the other.
    """
    found = [*_ranges(words, now, known, apart=apart)]
    if known is not None and (ever := words.seek(_EVER)):
        found.append(Said(Window(since=known[0], until=known[1], label="all that is known"), *ever.span()))
    for match in list(words.every(_ONE)):
        modal = match["a"] == "may" and _MODAL.search(words.lower[: match.end()])
        if modal or not words.free(*match.span()) or _is_no_day(match["a"]):
            continue
        words.take(*match.span())
        since, until = _named(match["a"], now)
        going_on = until if since < now < until else None
        found.append(Said(_window(since, until, match["a"], now), *match.span(), ends=going_on))
    return sorted(found, key=lambda each: each.start)


def _part(match: re.Match[str], now: datetime) -> tuple[datetime, datetime]:
    """Return a part of a month, quarter or year: its first week is its first seven days."""
    since, until = _named(match["a"], now)
    if match["u"] == "half":
        months = (until.year - since.year) * 12 + until.month - since.month
        middle = moved("month", since, months // 2) if months > 1 else since + timedelta(days=15)
        return (since, middle) if match["which"] == "first" else (middle, until)
    count = number(match["n"]) if match["n"] else 1
    length = timedelta(days=7 if match["u"] == "week" else 1) * count
    if match["which"] == "last":
        return until - length, until
    index = ("first", "second", "third", "fourth").index(match["which"])
    return since + index * length, min(since + (index + 1) * length, until)


def _ranges(
    words: Words, now: datetime, known: tuple[datetime, datetime] | None, *, apart: bool
) -> Iterator[Said]:
    while match := words.seek(_PART):
        yield Said(_window(*_part(match, now), match.group(), now), *match.span())
    for pattern in () if apart else (_DAYS, _SPAN, _DASH):
        while match := words.seek(pattern):
            last, until = _named(match["b"], now)
            first = match["a"]
            if pattern is _DAYS:
                since = _at(last.year, last.month, int(first))
            else:
                since = _named(first, now if re.search(_YEAR, first) else until)[0]
            yield Said(_window(since, until, match.group(), now), *match.span())
    while match := words.seek(_SINCE):
        since, until = _named(match["a"], now)
        window = Window(since=since, until=max(now, since), label=match.group())
        begun = _window(since, until, match["a"], now)
        yield Said(window, *match.span(), ends=window.until, since=begun)
    while match := words.seek(_UNTIL):
        until = _named(match["a"], now)[0]
        since = known[0] if known and known[0] < until else moved("year", until, -1)
        yield Said(Window(since=since, until=until, label=match.group()), *match.span())


def _window(since: datetime, until: datetime, label: str, now: datetime) -> Window:
    """Return a window that does not reach into the future, but for one that lies there."""
    return Window(since=since, until=now if since < now < until else until, label=label.strip())


def _is_no_day(text: str) -> bool:
    """Return whether a text looks like a date and is none, such as 2026-02-31."""
    if not re.fullmatch(r"\d{4}-\d{2}(?:-\d{2})?", text):
        return False
    try:
        datetime.fromisoformat(text if len(text) > len("2026-11") else f"{text}-01")
    except ValueError:
        return True
    return False


def _named(text: str, now: datetime) -> tuple[datetime, datetime]:
    return _relative(text, now) if re.fullmatch(_RELATIVE, text) else _dated(text, now)


def _relative(text: str, now: datetime) -> tuple[datetime, datetime]:  # noqa: PLR0911  # one for each way to say it
    day = started("day", now)
    if text == "yesterday":
        return whole("day", now, -1)
    if text == "today":
        return whole("day", now)
    if text == "the day before yesterday":
        return whole("day", now, -2)
    if "weekend" in text:
        monday = started("week", now)
        ended = monday if day.weekday() < 5 or text.startswith("last") else monday + timedelta(days=7)  # noqa: PLR2004 - Saturday
        return ended - timedelta(days=2), ended
    if named := re.search(r"(mon|tue|wed|thu|fri|sat|sun)\w*day", text):
        index = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(named[1])
        return whole("day", day - timedelta(days=(day.weekday() - index - 1) % 7 + 1))
    unit = _unit(text)
    if (
        "to date" in text.replace("-", " ")
        or text.startswith(("this", "current", "the current", "present", "our"))
        or text in _TO_DATE
    ):
        return whole(unit, now)
    if text.endswith("before last"):
        return whole(unit, now, -2)
    if text.endswith("ago"):
        return whole(unit, now, -number(text.split(maxsplit=1)[0]))
    counted = re.search(rf"\b({NUMBER}|couple|few)\b", text)
    if counted is None:
        return whole(unit, now, -1)
    ends = started(unit, now)
    return moved(unit, ends, -number(counted[1])), ends


_TO_DATE: Final = {"mtd": "month", "wtd": "week", "qtd": "quarter", "ytd": "year"}


def _unit(text: str) -> str:
    return _TO_DATE.get(text) or next(
        unit for unit in ("hour", "day", "week", "month", "quarter", "year") if re.search(rf"\b{unit}", text)
    )


def _dated(text: str, now: datetime) -> tuple[datetime, datetime]:
    """Return a date, month, quarter, half or year; one without its year is the last that began by now."""
    numbers = [int(each) for each in re.findall(r"\d+", text)]
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return whole("day", _at(*numbers))
    if re.fullmatch(r"\d{4}-\d{2}", text):
        return whole("month", _at(*numbers))
    if re.fullmatch(_YEAR, text):
        return whole("year", _at(numbers[0]))
    year = next((each for each in numbers if each > 1000), None)  # noqa: PLR2004 - a year has four digits
    small = next((each for each in numbers if each < 32), None)  # noqa: PLR2004 - a day of a month
    if quarter := re.search(r"q([1-4])", text):
        return _latest("quarter", year, int(quarter[1]) * 3 - 2, 1, now)
    if half := re.search(r"h([12])", text):
        since = _at(year or now.year, int(half[1]) * 6 - 5)
        return since, moved("month", since, 6)
    month = next(index for index, name in enumerate(MONTHS, 1) if re.search(rf"\b{name}", text))
    return _latest("month" if small is None else "day", year, month, small or 1, now)


def _latest(unit: str, year: int | None, month: int, day: int, now: datetime) -> tuple[datetime, datetime]:
    since = _at(year or now.year, month, day)
    if year is None and since >= now:
        since = _at(now.year - 1, month, day)
    return whole(unit, since)


def _at(year: int, month: int = 1, day: int = 1) -> datetime:
    """Return the start of a day; of one that does not exist, the last before it."""
    month = max(1, min(12, month))
    for each in range(max(1, min(31, day)), 0, -1):
        try:
            return datetime(year, month, each, tzinfo=UTC)
        except ValueError:  # the 31st of a shorter month
            continue
    raise AssertionError  # every month has a first
