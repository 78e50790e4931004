"""Microsoft Teams: what came in and is not yet answered, and what was posted."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Create the tables, and count the versions that cards show. What only said that something came goes."""
    op.create_table(
        "teams_arrivals",
        _name("tenant"),
        _name("id"),
        sa.Column("received_at", Utc, nullable=False),
        sa.Column("holder", sa.String(120)),
        sa.Column("until_ms", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("document", sa.Text),
        sa.Column("words", sa.Text),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("teams_arrivals_by_lease", "teams_arrivals", ["tenant", "until_ms"])
    op.create_index("teams_arrivals_by_time", "teams_arrivals", ["tenant", "received_at"])
    op.execute(
        "INSERT INTO teams_arrivals (tenant, id, received_at, attempts) "
        "SELECT tenant, id, received_at, 1 FROM teams_activities"
    )
    op.drop_table("teams_activities")
    op.create_table(
        "teams_posts",
        _name("tenant"),
        _name("team"),
        _name("key"),
        sa.Column("begun_at", Utc, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "team", "key"),
    )
    op.create_index("teams_posts_by_time", "teams_posts", ["tenant", "begun_at"])
    op.add_column("teams_cards", sa.Column("version", sa.Integer, nullable=False, server_default="-1"))


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(120), nullable=False)
