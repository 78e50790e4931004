"""The tables of speech: what was read back, which recordings were heard, and moments of calls."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from memory.store.tables import Utc, metadata

readbacks = Table(
    "spoken_readbacks",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("person", String(120), nullable=False),
    Column("message", String(120), nullable=False),
    Column("session", String(120), nullable=True),
    Column("code_hash", String(64), nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("given_at", Utc, nullable=True),
    Column("expires_at", Utc, nullable=False),
    Column("spent_at", Utc, nullable=True),
    Column("document", Text, nullable=False),
)
Index("spoken_readbacks_by_message", readbacks.c.tenant, readbacks.c.message)
Index("spoken_readbacks_by_person", readbacks.c.tenant, readbacks.c.person, readbacks.c.given_at)

sounds = Table(
    "heard_sounds",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("heard_at", Utc, nullable=False),
)

decision_moments = Table(
    "decision_moments",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("incident", String(120), nullable=False),
    Column("at", Utc, nullable=False),
    Column("standing", String(20), nullable=False),
    Column("document", Text, nullable=False),
)
Index("decision_moments_by_incident", decision_moments.c.tenant, decision_moments.c.incident)
