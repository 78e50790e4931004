"""The nodes there are, and who leads them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "cluster_nodes",
        _name("tenant"),
        _name("id"),
        sa.Column("seen_ms", sa.BigInteger, nullable=False),
        sa.Column("gone_ms", sa.BigInteger),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_table(
        "leaders",
        _name("tenant"),
        _name("office"),
        _name("holder"),
        sa.Column("token", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "office"),
    )


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(120), nullable=False)
