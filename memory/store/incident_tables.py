"""The tables of incidents, of what belongs to them, of the timeline, and of how far it follows the ledger."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from memory.store.tables import Utc, metadata

incidents = Table(
    "incidents",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("correlation", String(120)),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
)
Index("incidents_by_number", incidents.c.tenant, incidents.c.number, unique=True)
Index("incidents_by_correlation", incidents.c.tenant, incidents.c.correlation)

# `kind` is "thread", "alert", "correlation" or "run", and `reference` the id of that.
ties = Table(
    "incident_ties",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("reference", String(120), primary_key=True),
    Column("incident", String(120), primary_key=True),
    Column("since", Utc, nullable=False),
)
Index("incident_ties_by_incident", ties.c.tenant, ties.c.incident)

# What `incident` and `pinned` say is not in the document, so that it can change for many rows at once.
timeline = Table(
    "timeline",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("incident", String(120)),
    Column("origin", String(120)),  # whose it was before that became part of another one
    Column("at", Utc, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    Column("touched_at", Utc, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("author", String(120), nullable=False),
    Column("correlation", String(120)),
    Column("subject", String(300)),
    Column("words", Text, nullable=False),
    Column("document", Text, nullable=False),
)
Index("timeline_by_time", timeline.c.tenant, timeline.c.at, timeline.c.id)
_mark = (timeline.c.version, timeline.c.touched_at)  # so that the mark of a window is read from the index alone
Index("timeline_of_incident", timeline.c.tenant, timeline.c.incident, timeline.c.at, timeline.c.id, *_mark)
Index("timeline_by_recording", timeline.c.tenant, timeline.c.recorded_at)
Index("timeline_by_correlation", timeline.c.tenant, timeline.c.correlation)
Index("timeline_by_subject", timeline.c.tenant, timeline.c.subject)

# Of each tenant, the index of the first ledger entry that the timeline does not tell of yet.
heads = Table(
    "timeline_heads",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("next", BigInteger, nullable=False),
)
