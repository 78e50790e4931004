"""Lessons of the learning loop."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "teachings",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("id", sa.String(120), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("teachings_by_state", "teachings", ["tenant", "state", "at"])
    op.create_table(
        "thumbs",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("message", sa.String(200), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("up", sa.Boolean, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "message", "by"),
    )
