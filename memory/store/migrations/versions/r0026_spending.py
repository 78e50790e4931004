"""What models cost in a day, and who stopped an answer: shared by processes."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "model_spending",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("nanos", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "day", "currency"),
    )
    op.create_table(
        "turn_stops",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("thread", sa.String(200), nullable=False),
        sa.Column("person", sa.String(120), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "thread", "person"),
    )
