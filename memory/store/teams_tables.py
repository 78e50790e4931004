"""The tables of where Quarterdeck is in Microsoft Teams, what came in from there, and which plans it shows."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from memory.store.chat_tables import arrivals_of, posts_of
from memory.store.tables import Utc, metadata

places = Table(
    "teams_places",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("seen_at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)

arrivals = arrivals_of("teams")
posts = posts_of("teams")

cards = Table(
    "teams_cards",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("run", String(120), primary_key=True),
    Column("place", String(120), primary_key=True),
    Column("closed", Boolean, nullable=False),
    Column("version", Integer, nullable=False, server_default="-1"),  # of the run, as it is shown
    Column("document", Text, nullable=False),
)
Index("teams_cards_open", cards.c.tenant, cards.c.closed)
