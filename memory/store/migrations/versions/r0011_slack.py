"""Slack: what came in, installations, and what was posted."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "slack_arrivals",
        _name("tenant"),
        _name("id"),
        sa.Column("received_at", Utc, nullable=False),
        sa.Column("holder", sa.String(120)),
        sa.Column("until_ms", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("document", sa.Text),
        sa.Column("words", sa.Text),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("slack_arrivals_by_lease", "slack_arrivals", ["tenant", "until_ms"])
    op.create_index("slack_arrivals_by_time", "slack_arrivals", ["tenant", "received_at"])
    op.create_table(
        "slack_installations",
        _name("tenant"),
        _name("team"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "team"),
    )
    op.create_table(
        "slack_posts",
        _name("tenant"),
        _name("team"),
        _name("key"),
        sa.Column("begun_at", Utc, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "team", "key"),
    )
    op.create_index("slack_posts_by_time", "slack_posts", ["tenant", "begun_at"])
    op.create_table(
        "slack_cards",
        _name("tenant"),
        _name("run"),
        sa.Column("over", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "run"),
    )
    op.create_index("slack_cards_by_end", "slack_cards", ["tenant", "over"])


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(120), nullable=False)
