"""How far what people teach about alerts follows the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "alert_lesson_heads",
        sa.Column("tenant", sa.String(120), primary_key=True),
        sa.Column("next", sa.BigInteger, nullable=False),
    )
