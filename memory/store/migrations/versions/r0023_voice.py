"""Speech: what was read back and waits for its code, recordings that were heard, and moments of calls."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "spoken_readbacks",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("id", sa.String(120), nullable=False),
        sa.Column("person", sa.String(120), nullable=False),
        sa.Column("message", sa.String(120), nullable=False),
        sa.Column("session", sa.String(120), nullable=True),
        sa.Column("code_hash", sa.String(64), nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("given_at", Utc, nullable=True),
        sa.Column("expires_at", Utc, nullable=False),
        sa.Column("spent_at", Utc, nullable=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("spoken_readbacks_by_message", "spoken_readbacks", ["tenant", "message"])
    op.create_index("spoken_readbacks_by_person", "spoken_readbacks", ["tenant", "person", "given_at"])
    op.create_table(
        "heard_sounds",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("heard_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "digest"),
    )
    op.create_table(
        "decision_moments",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("id", sa.String(120), nullable=False),
        sa.Column("incident", sa.String(120), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("standing", sa.String(20), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("decision_moments_by_incident", "decision_moments", ["tenant", "incident"])
