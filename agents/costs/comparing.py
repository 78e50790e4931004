"""With which earlier time a question compares: one it names, or the one just before. Pure.

What still goes on is compared with as much of the other: the first days of this month with those of the last.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from agents.costs.calendar import earlier, moved, started, whole
from agents.costs.periods import Said
from agents.costs.plan import Window
from agents.costs.words import Words

_UNIT: Final = r"(?:day|week|month|quarter|year)"
_AGAINST: Final = re.compile(
    r"\b(?:(?:as )?(?:against|versus|vs\.?|v\.)|(?:as )?compared? (?:to|with|against)"
    r"|compare|comparing|ratio (?:of|between)|how many times|in comparison (?:to|with)"
    r"|relative to|as opposed to|than|over(?= (?:last|the (?:previous|month|week|year|prior|same))))(?!\w)"
)
_SAME: Final = re.compile(
    rf"\b(?:the |that |at the )?same (?:time|period|days?|week|month|quarter|stretch|span"
    rf"|point|window)(?: (?:of|in))?(?: the)? (?:(?:last|previous|prior)(?: (?P<a>{_UNIT}))?"
    rf"|(?:a|one) (?P<b>{_UNIT}) (?:ago|earlier|before))"
    rf"|\b(?:a|one) (?P<c>{_UNIT}) (?:earlier|before)\b"
)
_BEFORE: Final = re.compile(
    rf"\b(?:the )?(?:{_UNIT}|one|period|time|same period) before(?: that| it)?(?! last)\b"
    rf"|\b(?:the )?(?:previous|prior|preceding|last)(?: one| period)?(?= *(?:$|[?.!,]|by\b"
    rf"|per\b|for\b|in\b|and\b|with\b))|\bbefore that\b"
)
_OVER: Final = re.compile(rf"\b(?P<a>{_UNIT})[- ](?:over|on|to)[- ](?P=a)\b|\b(?P<b>mom|wow|yoy|qoq|dod)\b")
_CHANGE: Final = re.compile(
    r"\b(?:(?:gone |go |went |going )?(?:up(?! to\b)|(?<!break )(?<!broken )(?<!breaking )down)"
    r"|increas(?:e[ds]?|ing)|decreas(?:e[ds]?"
    r"|ing)|gr(?:ow|ew|own|owth|owing|ows)|ris(?:e|es|en|ing)|rose|f(?:all|ell|allen"
    r"|alling)|drop(?:s|ped)?|declin(?:e[ds]?|ing)"
    r"|chang(?:e[ds]?|ing)|difference|delta|higher|lower|more|jump(?:s|ed)?|spik(?:e[ds]?"
    r"|ing)|variance|shrunk|shrink|climb(?:s|ed)?|doubled|so (?:high|expensive|big|large"
    r"|much|low|cheap))\b"
)
_OVER_UNITS: Final = {"mom": "month", "wow": "week", "yoy": "year", "qoq": "quarter", "dod": "day"}


@dataclass(frozen=True)
class Comparison:
    """That a question compares: with the window before, a unit further back, or what it names itself."""

    wanted: bool = False
    back: str = ""  # the same time, a unit earlier
    at: int = -1  # where it stands
    beside: int = -1  # where what stands after "against" and the like begins, where nothing else says what it is
    changed: bool = False  # how much it changed was asked


def comparison(words: Words) -> Comparison:
    """Read whether the question compares. Times it names are read after this."""
    back, at = "", -1
    if match := words.seek(_SAME):
        back, at = match["a"] or match["b"] or match["c"] or "", match.start()
    if match := words.seek(_OVER):
        back, at = match["a"] or _OVER_UNITS[match["b"]], match.start()
    against = words.seek(_AGAINST)
    changed = words.seek(_CHANGE)
    bare = words.seek(_BEFORE) if against or changed else None
    found = [each.start() for each in (against, bare) if each]
    return Comparison(
        wanted=bool(back or against or changed),
        back=back,
        at=min([*found, *([at] if at >= 0 else [])], default=-1),
        beside=against.end() if against and not (bare or back) else -1,
        changed=changed is not None,
    )


def before(main: Said, other: Said | None, asked: Comparison) -> Window:
    """Return the time to compare the main one with, as long as what is known of it where it still goes on."""
    window = main.window
    if other is not None:
        full = Window(since=other.window.since, until=other.ends or other.window.until, label=other.window.label)
    elif asked.back and not _is_next_to(asked.back, main):
        return _back(window, asked.back)
    else:
        ends = main.ends if main.ends is not None and main.ends == started("day", main.ends) else window.until
        full = earlier(window.model_copy(update={"until": ends}))
    if main.ends is None or full.length() < window.length():
        return full
    until = min(full.since + window.length(), full.until)
    if until == full.until:
        return full
    return Window(since=full.since, until=until, label=f"the same part of {full.label}")


def _is_next_to(unit: str, main: Said) -> bool:
    """Return whether the time before is what is meant: the month before a month, the week before a week."""
    until = main.ends or main.window.until
    return (main.window.since, until) == whole(unit, main.window.since)


def _back(window: Window, unit: str) -> Window:
    since, until = moved(unit, window.since, -1), moved(unit, window.until, -1)
    if window.until == started("month", window.until) and unit in {"month", "quarter", "year"}:
        until = started("month", until)  # the end of February a year after a leap day
    return Window(since=since, until=max(until, since), label=f"the same time a {unit} earlier")


def current(known_until: datetime | None, now: datetime) -> Said:
    """Return the month a question means that names no time: this one, or the last that bills are known of."""
    if known_until is not None and known_until <= started("month", now):
        since, until = whole("month", known_until - timedelta(microseconds=1))
        return Said(Window(since=since, until=until, label=f"{since:%B %Y}"), -1, -1)
    since, until = whole("month", now)
    return Said(Window(since=since, until=now, label="this month"), -1, -1, ends=until)


def known_of(said: Said, until: datetime | None) -> Said:
    """Return a time that still goes on as far as bills reach."""
    if said.ends is None or until is None or not said.window.since < until < said.window.until:
        return said
    return Said(said.window.model_copy(update={"until": until}), said.start, said.end, said.ends)
