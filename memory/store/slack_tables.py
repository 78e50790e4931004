"""The tables of what came in from Slack, where Quarterdeck is installed, and what it posted and shows."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from memory.store.tables import Utc, metadata

arrivals = Table(
    "slack_arrivals",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("received_at", Utc, nullable=False),
    Column("holder", String(120)),  # who works on it
    Column("until_ms", BigInteger),  # by the database's clock; null: it is done with
    Column("attempts", Integer, nullable=False),
    Column("document", Text),  # null: it is done with, or was withdrawn before it came
    Column("words", Text),  # what it says instead, since it was edited
)
Index("slack_arrivals_by_lease", arrivals.c.tenant, arrivals.c.until_ms)
Index("slack_arrivals_by_time", arrivals.c.tenant, arrivals.c.received_at)

installations = Table(
    "slack_installations",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("team", String(120), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
)

posts = Table(
    "slack_posts",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("team", String(120), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("begun_at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("slack_posts_by_time", posts.c.tenant, posts.c.begun_at)

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
