"""With which earlier time a question compares: one it names, or the one just before. Pure.

What still goes on is compared with as much of the other: the first days of this month with those of the last.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from agents.costs.calendar import earlier, moved, started, whole
from agents.costs.periods import Said
from agents.costs.plan import Window
from agents.costs.words import Words
from memory.model.cost import Grain

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
    r"\b(?:(?:gone |go |went |going )?(?:up(?! to\b)|down)"
    r"|increas(?:e[ds]?|ing)|decreas(?:e[ds]?"
    r"|ing)|gr(?:ow|ew|own|owth|owing|ows)|ris(?:e|es|en|ing)|rose|f(?:all|ell|allen"
    r"|alling)|drop(?:s|ped)?|declin(?:e[ds]?|ing)"
    r"|chang(?:e[ds]?|ing)|difference|delta|higher|lower|more|jump(?:s|ed)?|spik(?:e[ds]?"
    r"|ing)|variance|shrunk|shrink|movers?|climb(?:s|ed)?|doubled|so (?:high|expensive|big|large"
    r"|much|low|cheap))\b"
)
_BROKEN_DOWN: Final = re.compile(r"\bbr(?:eak|eaking|oken|oke)\b[^.?!;]{0,80}\bdown$")
_FALLS: Final = re.compile(r"down|decreas|f[ae]ll|drop|declin|lower|shr[iu]nk")
_MANY: Final = 12  # months or weeks that are told apart where no time is named
_OVER_UNITS: Final = {"mom": "month", "wow": "week", "yoy": "year", "qoq": "quarter", "dod": "day"}


@dataclass(frozen=True)
class Comparison:
    """That a question compares: with the window before, a unit further back, or what it names itself."""

    wanted: bool = False
    back: str = ""  # the same time, a unit earlier
    at: int = -1  # where it stands
    beside: int = -1  # where what stands after "against" and the like begins, where nothing else says what it is
    changed: bool = False  # how much it changed was asked
    falls: bool = False  # how much less it became was


def comparison(words: Words) -> Comparison:
    """Read whether the question compares. Times it names are read after this."""
    back, at = "", -1
    if match := words.seek(_SAME):
        back, at = match["a"] or match["b"] or match["c"] or "", match.start()
    if match := words.seek(_OVER):
        back, at = match["a"] or _OVER_UNITS[match["b"]], match.start()
    against = words.seek(_AGAINST)
    changed = next((each for each in words.every(_CHANGE) if not _is_broken_down(words, each)), None)
    if changed:
        words.take(*changed.span())
    bare = words.seek(_BEFORE) if against or changed else None
    found = [each.start() for each in (against, bare) if each]
    return Comparison(
        wanted=bool(back or against or changed),
        back=back,
        at=min([*found, *([at] if at >= 0 else [])], default=-1),
        beside=against.end() if against and not (bare or back) else -1,
        changed=changed is not None,
        falls=changed is not None and _FALLS.search(changed.group()) is not None,
    )


def _is_broken_down(words: Words, change: re.Match[str]) -> bool:
    """Return whether "down" is how a bill is to be told apart: "break the bill down by region"."""
    return _BROKEN_DOWN.search(words.before(change.end())) is not None


def changed_since(said: Sequence[Said], asked: Comparison, now: datetime) -> tuple[Said, Said] | None:
    """Return the month that goes on and the one that "changed since September" names; the same of weeks and so on.

    None where no such time is named, or days are: what changed since the third is told of all the days since then.
    """
    alone = said[0] if len(said) == 1 else None
    if alone is None or alone.since is None or not asked.changed or asked.back or asked.at >= 0:
        return None
    for unit in ("week", "month", "quarter", "year"):
        since, until = whole(unit, alone.since.since)
        if (since, until) == (alone.since.since, alone.since.until) and until <= now:
            current_since, current_until = whole(unit, now)
            window = Window(since=current_since, until=now, label=f"this {unit}")
            return (
                Said(window, alone.start, alone.end, ends=current_until),
                Said(alone.since, alone.start, alone.end),
            )
    return None


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


def assumed(
    asked: Comparison, grain: Grain | None, known: tuple[datetime, datetime] | None, now: datetime
) -> Said | None:
    """Return the time that goes without saying: of "week over week", and of months or weeks told apart."""
    return _latest(asked, known, now) or _many(grain, known, now)


def _latest(asked: Comparison, known: tuple[datetime, datetime] | None, now: datetime) -> Said | None:
    """Return what "week over week" means where no time is named: the last whole week or day that is known."""
    if asked.back not in {"week", "day"} or known is None:
        return None
    until = started(asked.back, min(now, known[1]))
    since = moved(asked.back, until, -1)
    return Said(Window(since=since, until=until, label=f"the last whole {asked.back}"), -1, -1)


def _many(grain: Grain | None, known: tuple[datetime, datetime] | None, now: datetime) -> Said | None:
    """Return the time of a question that tells months or weeks apart and names none: twelve, if known."""
    unit = {Grain.MONTH: "month", Grain.WEEK: "week"}.get(grain) if grain else None
    if unit is None or known is None:
        return None
    until = min(now, known[1])
    since = max(moved(unit, started(unit, until), 1 - _MANY), known[0])
    return Said(Window(since=since, until=until, label=f"the last {_MANY} {unit}s"), -1, -1, ends=until)


def known_of(said: Said, until: datetime | None) -> Said:
    """Return a time that still goes on as far as bills reach."""
    if said.ends is None or until is None or not said.window.since < until < said.window.until:
        return said
    return Said(said.window.model_copy(update={"until": until}), said.start, said.end, said.ends)
