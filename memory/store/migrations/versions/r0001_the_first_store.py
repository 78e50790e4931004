"""The first store: runs, grants, the ledger, evidence, turns, API keys and idempotency keys."""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table, and have the database itself keep the ledger append-only."""
    _runs()
    _grants()
    _ledger()
    _evidence()
    _turns()
    _access()
    _append_only()


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(120), nullable=False)


def _document() -> sa.Column[str]:
    return sa.Column("document", sa.Text, nullable=False)


def _runs() -> None:
    op.create_table(
        "runs",
        _name("tenant"),
        _name("id"),
        _name("thread"),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("plan_digest", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("runs_by_time", "runs", ["tenant", "created_at", "id"])
    op.create_index("runs_by_thread", "runs", ["tenant", "thread", "created_at", "id"])
    op.create_index("runs_by_status", "runs", ["status", "tenant", "created_at", "id"])


def _grants() -> None:
    op.create_table(
        "grants",
        _name("tenant"),
        _name("id"),
        sa.Column("call_digest", sa.String(64), nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        sa.Column("spent_at", Utc),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )


def _ledger() -> None:
    op.create_table(
        "ledger",
        _name("tenant"),
        sa.Column("index", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        _name("correlation"),
        _name("actor"),
        sa.Column("at", Utc, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.Column("entry", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "index"),
    )
    op.create_index("ledger_by_correlation", "ledger", ["tenant", "correlation", "index"])
    op.create_index("ledger_by_kind", "ledger", ["tenant", "kind", "index"])
    op.create_index("ledger_by_actor", "ledger", ["tenant", "actor", "index"])


def _evidence() -> None:
    op.create_table(
        "evidence",
        _name("tenant"),
        _name("id"),
        _name("correlation"),
        sa.Column("position", sa.Integer, nullable=False),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("evidence_by_correlation", "evidence", ["tenant", "correlation", "position"])


def _turns() -> None:
    op.create_table(
        "messages",
        _name("tenant"),
        _name("id"),
        _name("thread"),
        _name("sender"),
        sa.Column("at", Utc, nullable=False),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("messages_by_thread", "messages", ["tenant", "thread", "at", "id"])
    op.create_index("messages_by_sender", "messages", ["tenant", "sender", "thread", "at"])
    op.create_table(
        "replies",
        _name("tenant"),
        _name("message"),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "message"),
        sa.ForeignKeyConstraint(["tenant", "message"], ["messages.tenant", "messages.id"], name="replies_to_messages"),
    )


def _access() -> None:
    op.create_table(
        "api_keys",
        _name("tenant"),
        _name("id"),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        _document(),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("api_keys_by_secret", "api_keys", ["secret_hash", "tenant"], unique=True)
    op.create_table(
        "idempotency",
        _name("tenant"),
        _name("principal"),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("request_digest", sa.String(64), nullable=False),
        sa.Column("begun_at", Utc, nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        sa.Column("response", sa.Text),
        sa.PrimaryKeyConstraint("tenant", "principal", "key"),
    )
    op.create_index("idempotency_by_expiry", "idempotency", ["tenant", "expires_at"])


def _append_only() -> None:
    dialect = op.get_bind().dialect.name
    for statement in _SQLITE if dialect == "sqlite" else _POSTGRESQL:
        op.execute(statement)


# INSERT OR REPLACE deletes without asking the trigger on DELETE, hence the one on INSERT.
_SQLITE = (
    """CREATE TRIGGER ledger_refuses_update BEFORE UPDATE ON ledger
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_refuses_delete BEFORE DELETE ON ledger
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_refuses_replace BEFORE INSERT ON ledger
       WHEN EXISTS (SELECT 1 FROM ledger WHERE tenant = NEW.tenant AND "index" = NEW."index")
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
)

_POSTGRESQL = (
    """CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$""",
    """CREATE TRIGGER ledger_refuses_change BEFORE UPDATE OR DELETE ON ledger
       FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()""",
    """CREATE TRIGGER ledger_refuses_truncate BEFORE TRUNCATE ON ledger
       FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()""",
)
