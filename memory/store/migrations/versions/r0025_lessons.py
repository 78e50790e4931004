"""Lessons of the learning loop."""

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Nothing yet."""
