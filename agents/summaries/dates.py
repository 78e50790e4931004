"""Dates as people write them before or behind a time of day, and which of its numbers is the month. Pure."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Final

_CENTURY: Final = 2000
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YEARLESS: Final = _CENTURY  # a leap year, of what has no year
_REST = r"[ ,T:]+(?:at\s+)?(?P<rest>\S.*)$"
_MONTH = r"(?P<name>[A-Za-z]{3,9})\.?"
_YEAR_FIRST = re.compile(rf"^(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_REST}")
_IN_NUMBERS = re.compile(
    rf"^(?P<one>\d{{1,2}})(?P<mark>[/.-])(?P<two>\d{{1,2}})[/.-](?P<year>\d{{4}}|\d{{2}}){_REST}"
)
_DAY_NAMED = re.compile(rf"^(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ /-]{_MONTH}(?:[ ,/-]+(?P<year>\d{{4}}))?{_REST}")
_MONTH_NAMED = re.compile(rf"^{_MONTH} +(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? +(?P<year>\d{{4}}))?{_REST}")
_BEHIND = re.compile(r"^(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp]\.?[Mm]\.?)?),?\s+(?:on\s+)?(?P<date>\S.*)$")
_YEAR_LAST = re.compile(r"^(?P<day>[A-Za-z]{3,9} +\d{1,2}) +(?P<clock>\d{1,2}:\d{2}(?::\d{2})?) +(?P<year>\d{4})$")
_HALF_DAY = re.compile(r"\d\s*[AaPp]\.?[Mm]\b")


class Order(StrEnum):
    """Which of the numbers of a date in numbers comes first."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def order(times: Iterable[str]) -> Order:
    """Return the order that all of these fit; where both do, halves of days speak for the month first."""
    found = [(each, parts) for each in times if (parts := _IN_NUMBERS.match(each.strip().lstrip("[")))]
    if any(int(parts["one"]) > len(_MONTHS) for _, parts in found):
        return Order.DAY_FIRST
    if any(int(parts["two"]) > len(_MONTHS) for _, parts in found):
        return Order.MONTH_FIRST
    slashed = [each for each, parts in found if parts["mark"] == "/"]
    return Order.MONTH_FIRST if any(map(_HALF_DAY.search, slashed)) else Order.DAY_FIRST


def dated(text: str, numbers: Order) -> tuple[date, str] | None:
    """Return the date at the beginning or the end of a text and the time of day that is left, None without one."""
    text = text.strip().lstrip("[").rstrip("]")
    behind = _BEHIND.match(text)
    if behind is not None:
        text = f"{behind['date']} {behind['clock']}"
    text = _YEAR_LAST.sub(r"\g<day> \g<year> \g<clock>", text)
    forms: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], date | None]], ...] = (
        (_YEAR_FIRST, lambda found: _date(found["year"], found["month"], found["day"])),
        (_IN_NUMBERS, lambda found: _in_numbers(found, numbers)),
        (_DAY_NAMED, _named),
        (_MONTH_NAMED, _named),
    )
    for form, read in forms:
        if (found := form.match(text)) is not None and (day := read(found)) is not None:
            return day, found["rest"].strip()
    return None


def _in_numbers(found: re.Match[str], numbers: Order) -> date | None:
    day, month = found["one"], found["two"]
    return _date(found["year"], *((day, month) if numbers is Order.MONTH_FIRST else (month, day)))


def _named(found: re.Match[str]) -> date | None:
    name = found["name"].lower()[:3]
    if name not in _MONTHS:
        return None
    return _date(found["year"] or str(YEARLESS), str(_MONTHS.index(name) + 1), found["day"])


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year) + (_CENTURY if len(year) == 2 else 0), int(month), int(day))  # noqa: PLR2004 - digits
    except ValueError:
        return None
