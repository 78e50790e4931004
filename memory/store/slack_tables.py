"""The tables of what came in from Slack, where Quarterdeck is installed, and what it posted and shows."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from memory.store.chat_tables import arrivals_of, posts_of
from memory.store.tables import Utc, metadata

arrivals = arrivals_of("slack")
posts = posts_of("slack")

installations = Table(
    "slack_installations",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("team", String(120), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
)

cards = Table(
    "slack_cards",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("run", String(120), primary_key=True),
    Column("over", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
)
Index("slack_cards_by_end", cards.c.tenant, cards.c.over)

notices = Table(
    "slack_notices",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("team", String(120), primary_key=True),
    Column("about", String(120), primary_key=True),
    Column("said_at", Utc, nullable=False),
)
Index("slack_notices_by_time", notices.c.said_at)

successes = Table(
    "slack_successes",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("team", String(120), primary_key=True),
    Column("channel", String(120), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("run", String(120), primary_key=True),
    Column("document", Text, nullable=False),
)
