"""The signed ledger: a Merkle tree and its signed head for each tenant, pseudonyms, blobs and legal holds.

Entries from before there were signatures, if any, are kept as they are in `ledger_before_signatures`.
"""

import sqlalchemy as sa
from alembic import op

from memory.store.tables import Utc

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Set the unsigned entries aside and create the tables of the signed log, both parts of it append-only."""
    _set_aside()
    _ledger()
    _tree()
    _beside()
    _append_only()


def _name(name: str, *, empty: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(120), nullable=empty)


def _set_aside() -> None:
    if not op.get_bind().scalar(sa.text("SELECT count(*) FROM ledger")):
        op.drop_table("ledger")
        return
    for index in ("ledger_by_correlation", "ledger_by_kind", "ledger_by_actor"):
        op.drop_index(index, "ledger")
    op.rename_table("ledger", "ledger_before_signatures")
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("ledger_refuses_update", "ledger_refuses_delete", "ledger_refuses_replace"):
            op.execute(f"DROP TRIGGER {trigger}")
    else:
        op.execute("ALTER INDEX ledger_pkey RENAME TO ledger_before_signatures_pkey")


def _ledger() -> None:
    op.create_table(
        "ledger",
        _name("tenant"),
        sa.Column("index", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        _name("correlation"),
        _name("actor"),
        sa.Column("subject", sa.String(300), nullable=False),
        _name("tool", empty=True),
        _name("decision", empty=True),
        _name("incident", empty=True),
        sa.Column("at", Utc, nullable=False),
        sa.Column("logged", Utc, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.Column("entry", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "index"),
    )
    for column in ("correlation", "kind", "actor"):
        op.create_index(f"ledger_by_{column}", "ledger", ["tenant", column, "index"])
    for column in ("tool", "incident"):
        given = sa.text(f"{column} IS NOT NULL")
        columns = ["tenant", column, "index"]
        op.create_index(f"ledger_by_{column}", "ledger", columns, sqlite_where=given, postgresql_where=given)
    op.create_index("ledger_by_leaf", "ledger", ["tenant", "leaf"])


def _tree() -> None:
    op.create_table(
        "ledger_nodes",
        _name("tenant"),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("index", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "level", "index"),
    )
    op.create_table(
        "ledger_heads",
        _name("tenant"),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("edge", sa.LargeBinary, nullable=False),
        sa.Column("logged", Utc, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("checkpoint", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant"),
    )


def _beside() -> None:
    op.create_table(
        "pseudonyms",
        _name("tenant"),
        _name("principal"),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        _name("pseudonym"),
        sa.PrimaryKeyConstraint("tenant", "principal"),
    )
    op.create_index("pseudonyms_by_name", "pseudonyms", ["tenant", "pseudonym"], unique=True)
    op.create_table(
        "blobs",
        _name("tenant"),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("content", sa.LargeBinary),
        _name("kind"),
        _name("correlation"),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("erased_at", Utc),
        _name("erasure", empty=True),
        sa.PrimaryKeyConstraint("tenant", "digest"),
    )
    op.create_index("blobs_by_correlation", "blobs", ["tenant", "correlation"])
    op.create_index("blobs_by_age", "blobs", ["tenant", "kind", "created_at"])
    op.create_table(
        "holds",
        _name("tenant"),
        _name("id"),
        sa.Column("placed_at", Utc, nullable=False),
        sa.Column("lifted_at", Utc),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )


def _append_only() -> None:
    write = _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL
    keys = {"ledger": '"index" = NEW."index"', "ledger_nodes": 'level = NEW.level AND "index" = NEW."index"'}
    for table, key in keys.items():
        for statement in write:
            op.execute(statement.format(table=table, key=key))


# INSERT OR REPLACE deletes without asking the trigger on DELETE, hence the one on INSERT.
_SQLITE = (
    """CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table}
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table}
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table}
       WHEN EXISTS (SELECT 1 FROM {table} WHERE tenant = NEW.tenant AND {key})
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
)

_POSTGRESQL = (
    """CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table}
       FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()""",
    """CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}
       FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()""",
)
