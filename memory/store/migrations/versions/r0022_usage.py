"""What turns and calls used, and what was saved."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Create the tables."""
    texts = {
        "kind": 10,
        "person": 120,
        "surface": 40,
        "correlation": 120,
        "purpose": 120,
        "provider": 120,
        "name": 200,
    }
    counts = ("milliseconds", "input_tokens", "output_tokens", "cached_tokens")
    op.create_table(
        "usage",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("id", sa.String(120), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in texts.items()),
        sa.Column("ok", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in counts),
        sa.Column("nanos", sa.BigInteger),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("usage_by_time", "usage", ["tenant", "at", "id"])
    op.create_table(
        "saving_adoptions",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("id", sa.String(120), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("saving_adoptions_by_time", "saving_adoptions", ["tenant", "at", "id"])
