"""Alerts that came in, and how they are grouped."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "alert_news",
        _name("tenant"),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("received_at", Utc, nullable=False),
        sa.Column("taken", sa.Boolean, nullable=False),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("alert_news_waiting", "alert_news", ["tenant", "taken", "received_at", "id"])
    op.create_table(
        "alerts",
        _name("tenant"),
        _name("id"),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        _name("source"),
        _name("service", given=False),
        _name("group", given=False),
        sa.Column("changed_at", Utc, nullable=False),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("alerts_by_time", "alerts", ["tenant", "changed_at", "id"])
    op.create_index("alerts_by_fingerprint", "alerts", ["tenant", "fingerprint"])
    op.create_index("alerts_of_group", "alerts", ["tenant", "group", "changed_at"])
    _groups()
    _kept("alert_lessons", "taught_at")
    op.create_index("alert_lessons_by_time", "alert_lessons", ["tenant", "taught_at"])
    _kept("alert_quiets", "ends_at")
    op.create_index("alert_quiets_by_end", "alert_quiets", ["tenant", "ends_at"])
    op.create_table(
        "escalations",
        _name("tenant"),
        _name("id"),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("due_at", Utc, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("escalations_due", "escalations", ["tenant", "open", "due_at"])


def _groups() -> None:
    op.create_table(
        "alert_groups",
        _name("tenant"),
        _name("id"),
        sa.Column("live", sa.Boolean, nullable=False),
        _name("incident", given=False),
        sa.Column("updated_at", Utc, nullable=False),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("alert_groups_by_time", "alert_groups", ["tenant", "updated_at", "id"])
    op.create_index("alert_groups_live", "alert_groups", ["tenant", "live", "updated_at"])
    op.create_index("alert_groups_of_incident", "alert_groups", ["tenant", "incident"])


def _kept(table: str, moment: str) -> None:
    op.create_table(
        table,
        _name("tenant"),
        _name("id"),
        sa.Column(moment, Utc, nullable=False),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )


def _name(name: str, *, given: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(120), nullable=not given)


def _document() -> sa.Column[str]:
    return sa.Column("document", sa.Text, nullable=False)
