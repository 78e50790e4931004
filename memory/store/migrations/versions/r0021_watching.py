"""Findings of the cost radar, what people taught it, budgets and back-tests."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "cost_watch",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "kind", "id"),
    )
    op.create_index("cost_watch_by_day", "cost_watch", ["tenant", "kind", "day"])
