"""A timeline in a file, `{"input_timeline": [{"time", "kind", "author", "text"}, ...]}`, as an account.

Lenient in what it understands (other names of the fields, times of many forms, kinds in anybody's words), and
clear on what it does not: every entry that is left out or placed by guess is told of in a note. Pure.
"""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from agents.summaries.account import Account
from agents.summaries.kinds import heard
from agents.summaries.lexicon import Role
from agents.summaries.moments import BEGINNING, Reader
from agents.untrusted import stripped
from memory.errors import InputTooLarge, InvalidInput
from memory.model.incident import TimelineEntry
from memory.model.value import Identifier

MOST_ENTRIES = 200_000
MOST_NOTES = 50
LONGEST = 4000  # characters of an entry's text
_LONGEST_AUTHOR = 120
_LISTS = ("input_timeline", "timeline", "entries", "events")
_TIME = ("time", "at", "timestamp", "ts", "when", "date", "datetime", "occurred_at")
_KIND = ("kind", "type", "category", "event_type", "source")
_AUTHOR = ("author", "by", "user", "who", "actor", "person", "from", "source")
_TEXT = ("text", "message", "summary", "description", "body", "content", "event", "details", "note")
_IDENTIFIER = TypeAdapter[str](Identifier)


@dataclass(frozen=True)
class Given:
    """The account, each entry's position in the file, its time and kind as written, and what was unclear."""

    account: Account
    positions: dict[Identifier, int]
    times: dict[Identifier, str]
    kinds: dict[Identifier, str]
    notes: tuple[str, ...]


def given(document: object, now: datetime) -> Given:
    """Return the account; raises `InvalidInput` for what is no timeline and `InputTooLarge` for one too long."""
    rows, reader, notes = _rows(document), Reader(), list[str]()
    entries: list[TimelineEntry] = []
    hints: dict[Identifier, tuple[Role, ...]] = {}
    positions: dict[Identifier, int] = {}
    times: dict[Identifier, str] = {}
    kinds: dict[Identifier, str] = {}
    for position, row in enumerate(rows):
        made = _entry(row, position, reader, entries, positions, notes)
        if made is None:
            continue
        entry, kind = made
        entries.append(entry)
        positions[entry.id], kinds[entry.id] = position, kind
        times[entry.id] = _text(_first(row, _TIME)) if isinstance(row, Mapping) else ""
        hints[entry.id] = heard(kind).roles
    notes += _on_zones(reader)
    kept = notes[:MOST_NOTES] + ([f"{len(notes) - MOST_NOTES} more like these"] if len(notes) > MOST_NOTES else [])
    account = Account(
        timeline=tuple(entries),
        now=now,
        dated=reader.dated,
        hints={identifier: roles for identifier, roles in hints.items() if roles},
    )
    return Given(account=account, positions=positions, times=times, kinds=kinds, notes=tuple(kept))


def _rows(document: object) -> Sequence[object]:
    rows = document
    if isinstance(document, Mapping):
        rows = next((document[name] for name in _LISTS if isinstance(document.get(name), list)), None)
    if not isinstance(rows, list):
        raise InvalidInput(
            'expected {"input_timeline": [...]} or a list of entries, found neither',
            hint='Each entry is {"time": "14:02", "kind": "alert", "author": "pagerduty", "text": "..."}.',
        )
    if len(rows) > MOST_ENTRIES:
        raise InputTooLarge(f"expected at most {MOST_ENTRIES} entries, found {len(rows)}")
    return rows


def _entry(
    row: object,
    position: int,
    reader: Reader,
    before: list[TimelineEntry],
    taken: Container[str],
    notes: list[str],
) -> tuple[TimelineEntry, str] | None:
    name = f"entry {position + 1}"
    if not isinstance(row, Mapping):
        notes.append(f"{name} was left out: expected an object, found {type(row).__name__}")
        return None
    text = _text(_first(row, _TEXT))
    if not text:
        notes.append(f"{name} was left out: expected a text, found none")
        return None
    if len(text) > LONGEST:
        notes.append(f"{name} was cut: expected at most {LONGEST} characters, found {len(text)}")
    kind = stripped(_text(_first(row, _KIND)), _LONGEST_AUTHOR)
    at = _placed(row, name, reader, before, notes)
    meant = heard(kind)
    entry = TimelineEntry(
        id=_id(row, position, taken),
        tenant="file",
        at=at,
        recorded_at=at,
        kind=meant.kind,
        text=text[:LONGEST],
        author=stripped(_text(_first(row, _AUTHOR)), _LONGEST_AUTHOR),
        source="file",
        trusted=meant.trusted,
    )
    return entry, kind


def _placed(
    row: Mapping[Any, object], name: str, reader: Reader, before: list[TimelineEntry], notes: list[str]
) -> datetime:
    """Return when the entry happened; one whose time cannot be read stands right after the one before it."""
    written = _first(row, _TIME)
    at = None if written is None else reader.read(written)
    if at is not None:
        return at
    found = "none" if written is None else repr(stripped(str(written), 40))
    notes.append(f"{name} has no time that can be read (found {found}): placed after the entry before it")
    return before[-1].at if before else BEGINNING


def _id(row: Mapping[Any, object], position: int, taken: Container[str]) -> str:
    """Return the entry's own id where it has a usable one, else `e` and its place, counted from 1."""
    own = row.get("id")
    if isinstance(own, str | int) and not isinstance(own, bool):
        try:
            found = _IDENTIFIER.validate_python(str(own))
        except ValidationError:
            found = ""
        if found and found not in taken:
            return found
    return _free(f"e{position + 1}", taken)


def _free(name: str, taken: Container[str]) -> str:
    while name in taken:
        name = f"{name}-again"
    return name


def _first(row: Mapping[Any, object], names: tuple[str, ...]) -> object:
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)


def _text(found: object) -> str:
    if isinstance(found, Mapping):
        found = next((found[name] for name in ("name", "display_name", "text", "id") if found.get(name)), "")
    if isinstance(found, list):
        found = " ".join(str(each) for each in found)
    return re.sub(r"[^\S\n]+", " ", str(found)).strip() if found is not None else ""


def _on_zones(reader: Reader) -> list[str]:
    if len(reader.zones - {"UTC", "GMT", "Z"}) == 0:
        return []
    return [f"times are taken as they are written, whatever their zone ({', '.join(sorted(reader.zones))})"]
