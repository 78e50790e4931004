"""Microsoft Teams: conversations, what came in, and plans that are shown."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "teams_places",
        _name("tenant"),
        _name("id"),
        sa.Column("seen_at", Utc, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_table(
        "teams_activities",
        _name("tenant"),
        _name("id"),
        sa.Column("received_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("teams_activities_by_time", "teams_activities", ["tenant", "received_at"])
    op.create_table(
        "teams_cards",
        _name("tenant"),
        _name("run"),
        _name("place"),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "run", "place"),
    )
    op.create_index("teams_cards_open", "teams_cards", ["tenant", "closed"])


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(120), nullable=False)
