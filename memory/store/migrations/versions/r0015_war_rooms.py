"""War rooms: where an incident is worked on, and what was said there."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "war_rooms",
        _name("tenant"),
        _name("incident"),
        sa.Column("turn", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("place", sa.String(120)),
        sa.Column("over", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "incident", "turn"),
    )
    op.create_index("war_rooms_by_place", "war_rooms", ["tenant", "place"])
    op.create_index("war_rooms_by_state", "war_rooms", ["tenant", "over"])
    op.create_table(
        "war_room_posts",
        _name("tenant"),
        _name("incident"),
        _name("key"),
        sa.Column("at", Utc, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "incident", "key"),
    )
    op.create_index("war_room_posts_by_time", "war_room_posts", ["tenant", "incident", "at", "key"])


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(120), nullable=False)
