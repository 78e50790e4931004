"""Alembic's entry: it runs on the connection, and in the transaction, that `upgrade` was given."""

from alembic import context

from memory.store.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
