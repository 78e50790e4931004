"""What connectors remember: calls under idempotency keys, and imported tools that changed."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "attempts",
        _name("tenant"),
        _name("key"),
        _name("correlation"),
        sa.Column("begun_at", Utc, nullable=False),
        sa.Column("finished_at", Utc),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "key"),
    )
    op.create_index("attempts_by_end", "attempts", ["tenant", "finished_at"])
    op.create_table(
        "suspensions",
        _name("tenant"),
        _name("tool"),
        sa.Column("pinned", sa.String(64), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "tool", "pinned"),
    )


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(120), nullable=False)
