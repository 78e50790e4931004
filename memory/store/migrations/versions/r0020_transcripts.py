"""What is said in the rooms of incidents."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "transcript_lines",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("id", sa.String(120), nullable=False),
        sa.Column("incident", sa.String(120), nullable=False),
        sa.Column("said_at", Utc, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("transcript_lines_by_time", "transcript_lines", ["tenant", "incident", "said_at", "id"])
    op.create_index("transcript_lines_by_age", "transcript_lines", ["tenant", "said_at"])
