"""What is remembered, to be found by meaning and by words."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "memories",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("id", sa.String(120), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("person", sa.String(120)),
        sa.Column("correlation", sa.String(120)),
        sa.Column("at", Utc, nullable=False),
        sa.Column("until", Utc),
        sa.Column("document", sa.Text),
        sa.Column("model", sa.String(64)),
        sa.Column("vectors", sa.LargeBinary),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("memories_by_number", "memories", ["tenant", "number"], unique=True)
    op.create_index("memories_by_subject", "memories", ["tenant", "subject"])
    op.create_index("memories_by_person", "memories", ["tenant", "person"])
    op.create_index("memories_by_correlation", "memories", ["tenant", "correlation"])
    op.create_index("memories_by_end", "memories", ["tenant", "until"])
