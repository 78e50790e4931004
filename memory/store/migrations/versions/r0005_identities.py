"""Whose accounts are whose, people besides the settings, one-time codes, and sign-ins."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
    _members()
    _identities()
    _links()
    _codes()
    _sign_ins()


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(120), nullable=False)


def _document() -> sa.Column[str]:
    return sa.Column("document", sa.Text, nullable=False)


def _members() -> None:
    op.create_table(
        "members",
        _name("tenant"),
        _name("id"),
        sa.Column("number", sa.BigInteger, nullable=False),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("members_by_number", "members", ["tenant", "number"])


def _identities() -> None:
    op.create_table(
        "identities",
        _name("tenant"),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        _name("id"),
        _name("person"),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "source", "issuer", "subject"),
    )
    op.create_index("identities_by_id", "identities", ["tenant", "id"], unique=True)
    op.create_index("identities_by_person", "identities", ["tenant", "person"])


def _links() -> None:
    op.create_table(
        "links",
        _name("tenant"),
        _name("id"),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("side", sa.String(64), nullable=False),
        sa.Column("begun_at", Utc, nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        sa.Column("answered_at", Utc),
        sa.Column("finished_at", Utc),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("links_by_code", "links", ["tenant", "code_hash"], unique=True)
    op.create_index("links_by_side", "links", ["tenant", "side", "begun_at"])


def _codes() -> None:
    op.create_table(
        "codes",
        _name("tenant"),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "code_hash"),
    )
    op.create_index("codes_by_expiry", "codes", ["tenant", "expires_at"])


def _sign_ins() -> None:
    op.create_table(
        "sign_ins",
        _name("tenant"),
        _name("id"),
        _name("person"),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("began_at", Utc, nullable=False),
        sa.Column("ended_at", Utc),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("sign_ins_by_person", "sign_ins", ["tenant", "person", "began_at"])
