"""Incidents, what belongs to them, and the timeline."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "incidents",
        _name("tenant"),
        _name("id"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        _name("correlation", given=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("incidents_by_number", "incidents", ["tenant", "number"], unique=True)
    op.create_index("incidents_by_correlation", "incidents", ["tenant", "correlation"])
    op.create_table(
        "incident_ties",
        _name("tenant"),
        sa.Column("kind", sa.String(20), nullable=False),
        _name("reference"),
        _name("incident"),
        sa.Column("since", Utc, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "kind", "reference", "incident"),
    )
    op.create_index("incident_ties_by_incident", "incident_ties", ["tenant", "incident"])
    _timeline()
    op.create_table(
        "timeline_heads",
        _name("tenant"),
        sa.Column("next", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant"),
    )


def _timeline() -> None:
    op.create_table(
        "timeline",
        _name("tenant"),
        _name("id"),
        _name("incident", given=False),
        _name("origin", given=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("recorded_at", Utc, nullable=False),
        sa.Column("touched_at", Utc, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("pinned", sa.Boolean, nullable=False),
        _name("author"),
        _name("correlation", given=False),
        sa.Column("subject", sa.String(300)),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("timeline_by_time", "timeline", ["tenant", "at", "id"])
    marked = ["tenant", "incident", "at", "id", "version", "touched_at"]
    op.create_index("timeline_of_incident", "timeline", marked)
    op.create_index("timeline_by_recording", "timeline", ["tenant", "recorded_at"])
    op.create_index("timeline_by_correlation", "timeline", ["tenant", "correlation"])
    op.create_index("timeline_by_subject", "timeline", ["tenant", "subject"])


def _name(name: str, *, given: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(120), nullable=not given)
