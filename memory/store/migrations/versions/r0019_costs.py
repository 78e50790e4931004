"""Costs: the files of bills that count."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "cost_files",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("imported_at", Utc, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source", "name"),
    )
    op.create_index("cost_files_by_digest", "cost_files", ["tenant", "digest"])
