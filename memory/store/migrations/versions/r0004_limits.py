"""What holds actions back: the switch, uses of what is limited, standing approvals, promoted policies."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    _switches()
    _uses()
    _standing()
    _policies()


def _name(name: str, *, empty: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(120), nullable=empty)


def _document() -> sa.Column[str]:
    return sa.Column("document", sa.Text, nullable=False)


def _switches() -> None:
    op.create_table(
        "switches",
        _name("tenant"),
        _name("id"),
        sa.Column("at", Utc, nullable=False),
        _document(),
        sa.PrimaryKeyConstraint("tenant"),
    )


def _uses() -> None:
    op.create_table(
        "uses",
        _name("tenant"),
        _name("id"),
        sa.Column("resource", sa.String(20), nullable=False),
        _name("person"),
        _name("tool"),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("uses_by_time", "uses", ["tenant", "resource", "at"])


def _standing() -> None:
    op.create_table(
        "standing",
        _name("tenant"),
        _name("id"),
        sa.Column("given_at", Utc, nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        sa.Column("most_uses", sa.Integer, nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        _name("ended", empty=True),
        sa.Column("ended_at", Utc),
        _name("ended_by", empty=True),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("standing_by_time", "standing", ["tenant", "given_at", "id"])


def _policies() -> None:
    op.create_table(
        "policies",
        _name("tenant"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("policy_hash", sa.String(64), nullable=False),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "number"),
    )
    op.create_index("policies_by_hash", "policies", ["tenant", "policy_hash", "number"])
    op.create_table(
        "policy_proposals",
        _name("tenant"),
        _name("id"),
        sa.Column("open", sa.Integer, nullable=False),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
