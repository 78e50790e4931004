"""The tables of where Quarterdeck is in Microsoft Teams, what came from there, and which plans it shows."""

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from memory.store.tables import Utc, metadata

places = Table(
    "teams_places",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("seen_at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)

activities = Table(
    "teams_activities",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("received_at", Utc, nullable=False),
)
Index("teams_activities_by_time", activities.c.tenant, activities.c.received_at)

cards = Table(
    "teams_cards",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("run", String(120), primary_key=True),
    Column("place", String(120), primary_key=True),
    Column("closed", Boolean, nullable=False),
    Column("document", Text, nullable=False),
)
Index("teams_cards_open", cards.c.tenant, cards.c.closed)
