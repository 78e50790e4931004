"""What could not be finished, kept with where it came from; and rate limits that nodes share."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "dead_letters",
        _name("tenant"),
        _name("id"),
        _name("run"),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("died_of", sa.String(20), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("keep_until", Utc, nullable=False),
        sa.Column("replay", sa.String(120)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("dead_letters_by_run", "dead_letters", ["tenant", "run"], unique=True)
    op.create_index("dead_letters_by_replay", "dead_letters", ["tenant", "replay"])
    op.create_index("dead_letters_by_time", "dead_letters", ["tenant", "at", "id"])
    op.create_table(
        "rates",
        _name("tenant"),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("arrival", sa.BigInteger),
        sa.Column("used_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "key"),
    )


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(120), nullable=False)
