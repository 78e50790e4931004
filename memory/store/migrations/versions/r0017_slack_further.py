"""Slack: what was said once in a workspace, and what went well in each channel."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "slack_notices",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("team", sa.String(120), nullable=False),
        sa.Column("about", sa.String(120), nullable=False),
        sa.Column("said_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "team", "about"),
    )
    op.create_index("slack_notices_by_time", "slack_notices", ["said_at"])
    op.create_table(
        "slack_successes",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("team", sa.String(120), nullable=False),
        sa.Column("channel", sa.String(120), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("run", sa.String(120), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "team", "channel", "day", "run"),
    )
