"""Approvals that are signed: the keys and passkeys people enrol, what they were shown, and reviews of break-glass."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "credentials",
        _name("tenant"),
        _name("id"),
        _name("holder"),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("standing", sa.String(20), nullable=False),
        sa.Column("uses", sa.BigInteger, nullable=False),
        sa.Column("proposed_at", Utc, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("credentials_by_holder", "credentials", ["tenant", "holder"])
    op.create_index("credentials_by_key", "credentials", ["tenant", "fingerprint"], unique=True)
    op.create_table(
        "challenges",
        _name("tenant"),
        _name("nonce"),
        _name("subject"),
        sa.Column("expires_at", Utc, nullable=False),
        sa.Column("spent_at", Utc),
        _name("used_by", empty=True),
        _name("used_for", empty=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "nonce"),
    )
    op.create_index("challenges_by_expiry", "challenges", ["expires_at"])
    op.create_table(
        "reviews",
        _name("tenant"),
        _name("id"),
        sa.Column("used_at", Utc, nullable=False),
        sa.Column("closed_at", Utc),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("reviews_by_age", "reviews", ["tenant", "closed_at", "used_at"])


def _name(name: str, *, empty: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(120), nullable=empty)
