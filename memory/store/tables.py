"""The tables. Every one has the tenant first in its primary key and as a part of every index.

`document` is the value itself as JSON; the columns beside it are what is searched by.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

REVISION = "0001"  # the newest migration; a test compares
VERSION_TABLE = "quarterdeck_version"


class Utc(TypeDecorator[datetime]):
    """A moment, kept in UTC: SQLite has no time zones, and text in one zone sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return the moment in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return the moment with its zone."""
        return (
            None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        )


metadata = MetaData()


def _name(name: str, *, key: bool = False, empty: bool = False) -> Column[str]:
    return Column(name, String(120), primary_key=key, nullable=empty)


runs = Table(
    "runs",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    _name("thread"),
    Column("status", String(20), nullable=False),
    Column("plan_digest", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("runs_by_time", runs.c.tenant, runs.c.created_at, runs.c.id)
Index("runs_by_thread", runs.c.tenant, runs.c.thread, runs.c.created_at, runs.c.id)
Index("runs_by_status", runs.c.status, runs.c.tenant, runs.c.created_at, runs.c.id)

grants = Table(
    "grants",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    Column("call_digest", String(64), nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("spent_at", Utc),
    Column("document", Text, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    _name("tenant", key=True),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    _name("correlation"),
    _name("actor"),
    Column("at", Utc, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("entry", LargeBinary, nullable=False),
)
Index("ledger_by_correlation", ledger.c.tenant, ledger.c.correlation, ledger.c.index)
Index("ledger_by_kind", ledger.c.tenant, ledger.c.kind, ledger.c.index)
Index("ledger_by_actor", ledger.c.tenant, ledger.c.actor, ledger.c.index)

evidence = Table(
    "evidence",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    _name("correlation"),
    Column("position", Integer, nullable=False),
    Column("document", Text, nullable=False),
)
Index("evidence_by_correlation", evidence.c.tenant, evidence.c.correlation, evidence.c.position)

messages = Table(
    "messages",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    _name("thread"),
    _name("sender"),
    Column("at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("messages_by_thread", messages.c.tenant, messages.c.thread, messages.c.at, messages.c.id)
Index("messages_by_sender", messages.c.tenant, messages.c.sender, messages.c.thread, messages.c.at)

replies = Table(
    "replies",
    metadata,
    _name("tenant", key=True),
    _name("message", key=True),
    Column("document", Text, nullable=False),
    ForeignKeyConstraint(["tenant", "message"], ["messages.tenant", "messages.id"], name="replies_to_messages"),
)

api_keys = Table(
    "api_keys",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    Column("secret_hash", String(64), nullable=False),
    Column("document", Text, nullable=False),
)
Index("api_keys_by_secret", api_keys.c.secret_hash, api_keys.c.tenant, unique=True)

idempotency = Table(
    "idempotency",
    metadata,
    _name("tenant", key=True),
    _name("principal", key=True),
    Column("key", String(200), primary_key=True),
    Column("request_digest", String(64), nullable=False),
    Column("begun_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("response", Text),
)
Index("idempotency_by_expiry", idempotency.c.tenant, idempotency.c.expires_at)
