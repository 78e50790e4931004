"""Runbooks: imported ones, and how often each worked."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "outcomes",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("run", sa.String(120), nullable=False),
        sa.Column("service", sa.String(120), nullable=False),
        sa.Column("procedure", sa.String(300), nullable=False),
        sa.Column("worked", sa.Boolean, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "run", "service"),
    )
    op.create_index("outcomes_by_procedure", "outcomes", ["tenant", "procedure", "at"])
