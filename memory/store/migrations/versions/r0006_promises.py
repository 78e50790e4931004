"""What runbooks spent."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Say of each use with which runbook it was; of earlier ones, with none."""
    op.add_column("uses", sa.Column("runbook", sa.String(120), nullable=False, server_default=""))
