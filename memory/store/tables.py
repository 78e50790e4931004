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

REVISION = "0027"  # the newest migration; a test compares
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


def _index_where_given(table: Table, column: str) -> None:
    """Index the few rows in which this column says something."""
    given = table.c[column].is_not(None)
    columns = (table.c.tenant, table.c[column], table.c.index)
    Index(f"{table.name}_by_{column}", *columns, sqlite_where=given, postgresql_where=given)


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
    Column("subject", String(300), nullable=False),
    _name("tool", empty=True),
    _name("decision", empty=True),
    _name("incident", empty=True),
    Column("at", Utc, nullable=False),
    Column("logged", Utc, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("entry", LargeBinary, nullable=False),
)
Index("ledger_by_correlation", ledger.c.tenant, ledger.c.correlation, ledger.c.index)
Index("ledger_by_kind", ledger.c.tenant, ledger.c.kind, ledger.c.index)
Index("ledger_by_actor", ledger.c.tenant, ledger.c.actor, ledger.c.index)
_index_where_given(ledger, "tool")
_index_where_given(ledger, "incident")
Index("ledger_by_leaf", ledger.c.tenant, ledger.c.leaf)

ledger_nodes = Table(
    "ledger_nodes",
    metadata,
    _name("tenant", key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

ledger_heads = Table(
    "ledger_heads",
    metadata,
    _name("tenant", key=True),
    Column("size", BigInteger, nullable=False),
    Column("edge", LargeBinary, nullable=False),
    Column("logged", Utc, nullable=False),
    Column("key", String(300), nullable=False),
    Column("checkpoint", LargeBinary, nullable=False),
)

pseudonyms = Table(
    "pseudonyms",
    metadata,
    _name("tenant", key=True),
    _name("principal", key=True),
    Column("salt", LargeBinary, nullable=False),
    _name("pseudonym"),
)
Index("pseudonyms_by_name", pseudonyms.c.tenant, pseudonyms.c.pseudonym, unique=True)

blobs = Table(
    "blobs",
    metadata,
    _name("tenant", key=True),
    Column("digest", String(64), primary_key=True),
    Column("salt", LargeBinary),
    Column("content", LargeBinary),
    _name("kind"),
    _name("correlation"),
    Column("created_at", Utc, nullable=False),
    Column("erased_at", Utc),
    _name("erasure", empty=True),
)
Index("blobs_by_correlation", blobs.c.tenant, blobs.c.correlation)
Index("blobs_by_age", blobs.c.tenant, blobs.c.kind, blobs.c.created_at)

holds = Table(
    "holds",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    Column("placed_at", Utc, nullable=False),
    Column("lifted_at", Utc),
    Column("document", Text, nullable=False),
)

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

switches = Table(
    "switches",
    metadata,
    _name("tenant", key=True),
    _name("id"),
    Column("at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)

uses = Table(
    "uses",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    Column("resource", String(20), nullable=False),
    _name("person"),
    _name("tool"),
    Column("runbook", String(120), nullable=False, server_default=""),
    Column("amount", BigInteger, nullable=False),
    Column("at", Utc, nullable=False),
)
Index("uses_by_time", uses.c.tenant, uses.c.resource, uses.c.at)

standing = Table(
    "standing",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    Column("given_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("most_uses", Integer, nullable=False),
    Column("uses", Integer, nullable=False),
    _name("ended", empty=True),
    Column("ended_at", Utc),
    _name("ended_by", empty=True),
    Column("document", Text, nullable=False),
)
Index("standing_by_time", standing.c.tenant, standing.c.given_at, standing.c.id)

policies = Table(
    "policies",
    metadata,
    _name("tenant", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("policy_hash", String(64), nullable=False),
    Column("document", Text, nullable=False),
)
Index("policies_by_hash", policies.c.tenant, policies.c.policy_hash, policies.c.number)

policy_proposals = Table(
    "policy_proposals",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    Column("open", Integer, nullable=False),
    Column("document", Text, nullable=False),
)

credentials = Table(
    "credentials",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    _name("holder"),
    Column("fingerprint", String(64), nullable=False),
    Column("standing", String(20), nullable=False),
    Column("uses", BigInteger, nullable=False),
    Column("proposed_at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("credentials_by_holder", credentials.c.tenant, credentials.c.holder)
Index("credentials_by_key", credentials.c.tenant, credentials.c.fingerprint, unique=True)

challenges = Table(
    "challenges",
    metadata,
    _name("tenant", key=True),
    _name("nonce", key=True),
    _name("subject"),
    Column("expires_at", Utc, nullable=False),
    Column("spent_at", Utc),
    _name("used_by", empty=True),
    _name("used_for", empty=True),
    Column("document", Text, nullable=False),
)
Index("challenges_by_expiry", challenges.c.expires_at)

reviews = Table(
    "reviews",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    Column("used_at", Utc, nullable=False),
    Column("closed_at", Utc),
    Column("document", Text, nullable=False),
)
Index("reviews_by_age", reviews.c.tenant, reviews.c.closed_at, reviews.c.used_at)

dead_letters = Table(
    "dead_letters",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    _name("run"),
    Column("status", String(20), nullable=False),
    Column("died_of", String(20), nullable=False),
    Column("at", Utc, nullable=False),
    Column("keep_until", Utc, nullable=False),
    _name("replay", empty=True),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
)
Index("dead_letters_by_run", dead_letters.c.tenant, dead_letters.c.run, unique=True)
Index("dead_letters_by_replay", dead_letters.c.tenant, dead_letters.c.replay)
Index("dead_letters_by_time", dead_letters.c.tenant, dead_letters.c.at, dead_letters.c.id)

rates = Table(
    "rates",
    metadata,
    _name("tenant", key=True),
    Column("key", String(300), primary_key=True),
    Column("arrival", BigInteger),
    Column("used_at", BigInteger, nullable=False),
)

cluster_nodes = Table(
    "cluster_nodes",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    Column("seen_ms", BigInteger, nullable=False),  # by the database's clock, as all of these
    Column("gone_ms", BigInteger),
    Column("document", Text, nullable=False),
)

leaders = Table(
    "leaders",
    metadata,
    _name("tenant", key=True),
    _name("office", key=True),
    _name("holder"),
    Column("token", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)
