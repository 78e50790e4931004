"""Zones that people write behind a time, and how far each is from UTC. Pure.

Where a whole timeline is written in one zone its times are told as they stand there. Where several are, an order
can only be had in UTC: what an abbreviation may mean twice (`IST`, `CST`) is taken as most people mean it.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

_HOURS: Final = {
    **dict.fromkeys(("UTC", "GMT", "Z", "WET"), 0.0),
    **dict.fromkeys(("BST", "WEST", "CET"), 1.0),
    **dict.fromkeys(("CEST", "EET", "SAST"), 2.0),
    **dict.fromkeys(("EEST", "MSK"), 3.0),
    "IST": 5.5,
    **dict.fromkeys(("SGT", "HKT", "AWST"), 8.0),
    **dict.fromkeys(("JST", "KST"), 9.0),
    "AEST": 10.0,
    "AEDT": 11.0,
    "NZST": 12.0,
    "NZDT": 13.0,
    **dict.fromkeys(("BRT", "ART"), -3.0),
    "EDT": -4.0,
    **dict.fromkeys(("EST", "CDT"), -5.0),
    **dict.fromkeys(("CST", "MDT"), -6.0),
    **dict.fromkeys(("MST", "PDT"), -7.0),
    "PST": -8.0,
}
_NAMED = re.compile(r"\s*\(?\b(UTC|GMT|Z|[A-Z]{1,4}T|MSK)\b\)?\s*$|(?<=\d)(Z)$")
_COUNTED = re.compile(
    r"\s*\(?(?:UTC|GMT)\s?([+-]\d{1,2}(?::?\d{2})?)\)?\s*(?:\([\w ]+\))?$"
    r"|(?<=\d\d)\s*([+-]\d{2}:?\d{2})\s*(?:\([A-Z]+\))?$"
)
_PLACE = re.compile(r"\s*\[[A-Za-z_]+/[A-Za-z_/]+\]$")  # `2026-03-03T10:00+01:00[Europe/Paris]`
_YEAR = re.compile(r"\d{4}")
_FARTHEST: Final = timedelta(hours=14)


def parted(text: str) -> tuple[str, str, timedelta | None]:
    """Return a time without its zone, the zone as it is written, and how far that is from UTC if that is known."""
    text = _PLACE.sub("", text)
    counted = _COUNTED.search(text)
    if counted is not None and (counted[1] or _YEAR.search(text[: counted.start()])):
        away = _away(counted[1] or counted[2])
        if abs(away) <= _FARTHEST:
            return text[: counted.start()].strip(), counted[0].strip(), away
    named = _NAMED.search(text)
    if named is None:
        return text, "", None
    zone = named[1] or named[2]
    hours = _HOURS.get(zone)
    return text[: named.start()].strip(), zone, None if hours is None else timedelta(hours=hours)


def differ(times: Iterable[str]) -> bool:
    """Return whether times are written in zones that are not the same all over."""
    return len({away for _, _, away in map(parted, times) if away is not None}) > 1


def shared(times: Iterable[str]) -> timedelta | None:
    """Return how far from UTC all of these times are written, None where one does not say so or says otherwise."""
    found = {away for _, _, away in map(parted, times)}
    return found.pop() if len(found) == 1 else None


def _away(written: str) -> timedelta:
    digits = written[1:].replace(":", "").rjust(2, "0").ljust(4, "0")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return away if written[0] == "+" else -away
