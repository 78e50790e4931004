"""Timeline entries as rows: what is kept in which column, what a window means, and the whole document again."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Update, tuple_, update

from memory.model.incident import TimelineEntry, TimelineWindow
from memory.store.belonging import belonging
from memory.store.incident_tables import timeline

Rows = Select[*tuple[Any, ...]]
SHOWN = (timeline.c.incident, timeline.c.pinned, timeline.c.document)
"""What it takes to show an entry."""
_CHANGING = {"incident", "pinned"}  # what these columns say, the document does not


def columns(entry: TimelineEntry) -> dict[str, object]:
    """Return the row of a new entry."""
    return {
        "tenant": entry.tenant,
        "id": entry.id,
        "incident": entry.incident,
        "origin": entry.incident,
        "at": entry.at,
        "recorded_at": entry.recorded_at,
        "touched_at": entry.recorded_at,
        "version": 1,
        "kind": entry.kind.value,
        "pinned": entry.pinned,
        "author": entry.author,
        "correlation": entry.correlation,
        "subject": entry.subject or None,
        "words": entry.text.casefold(),
        "document": entry.model_dump_json(exclude=_CHANGING),
    }


def document(row: Row[*tuple[Any, ...]]) -> str:
    """Return the whole JSON document of a row that has what is `SHOWN`."""
    pinned = "true" if row.pinned else "false"
    return f'{{"incident":{json.dumps(row.incident)},"pinned":{pinned},{row.document[1:]}'


def entry_of(row: Row[*tuple[Any, ...]], tenant: str) -> TimelineEntry:
    """Return the entry of a row; raises `TenantMismatch` where it is another tenant's."""
    entry = TimelineEntry.model_validate_json(document(row))
    belonging(tenant, entry.tenant)
    return entry


def asked(query: Rows, tenant: str, incident: str | None, window: TimelineWindow) -> Rows:
    """Return the query for what a window shows of one incident, or (None) of all."""
    return query.where(timeline.c.tenant == tenant, *_conditions(incident, window))


def ordered(query: Rows, window: TimelineWindow) -> Rows:
    """Return the query in the order of the window: by when it happened, then by id."""
    if window.newest_first:
        return query.order_by(timeline.c.at.desc(), timeline.c.id.desc())
    return query.order_by(timeline.c.at, timeline.c.id)


def following(at: datetime, entry: str, window: TimelineWindow) -> ColumnElement[bool]:
    """Return the condition of what comes after an entry in the order of the window."""
    place = tuple_(timeline.c.at, timeline.c.id)
    return place < (at, entry) if window.newest_first else place > (at, entry)


def touched(at: datetime) -> Update:
    """Return an update that also says that the row was changed."""
    return update(timeline).values(version=timeline.c.version + 1, touched_at=at)


def _conditions(incident: str | None, window: TimelineWindow) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if incident is not None:
        found.append(timeline.c.incident == incident)
    if window.since is not None:
        found.append(timeline.c.at >= window.since)
    if window.until is not None:
        found.append(timeline.c.at < window.until)
    if window.recorded_since is not None:
        found.append(timeline.c.recorded_at >= window.recorded_since)
    if window.kinds:
        found.append(timeline.c.kind.in_([kind.value for kind in window.kinds]))
    if window.text:
        found.append(timeline.c.words.contains(window.text.casefold(), autoescape=True))
    if window.pinned is not None:
        found.append(timeline.c.pinned.is_(window.pinned))
    return found
