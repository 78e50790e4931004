"""Cached answers and experiments of language models."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "model_answers",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("scope", sa.String(64), nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("anchors", sa.Text, nullable=False),
        sa.Column("reading", sa.String(64), nullable=False),
        sa.Column("model", sa.String(120), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("until", Utc, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "key"),
    )
    op.create_index("model_answers_by_scope", "model_answers", ["tenant", "scope", "at"])
    op.create_table(
        "model_trials",
        sa.Column("tenant", sa.String(120), nullable=False),
        sa.Column("call", sa.String(120), nullable=False),
        sa.Column("experiment", sa.String(120), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "call"),
    )
    op.create_index("model_trials_by_experiment", "model_trials", ["tenant", "experiment", "at"])
