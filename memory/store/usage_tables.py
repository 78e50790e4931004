"""The tables of what Quarterdeck itself used, and of savings that were taken up.

`nanos` is money in billionths, so that a database adds it exactly; `day` is the day in UTC, to group by.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from memory.store.tables import Utc, metadata

usage = Table(
    "usage",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("day", String(10), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("person", String(120), nullable=False),
    Column("surface", String(40), nullable=False),
    Column("correlation", String(120), nullable=False),
    Column("purpose", String(120), nullable=False),
    Column("provider", String(120), nullable=False),
    Column("name", String(200), nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("milliseconds", BigInteger, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("nanos", BigInteger),
    Column("currency", String(3), nullable=False),
)
Index("usage_by_time", usage.c.tenant, usage.c.at, usage.c.id)

adoptions = Table(
    "saving_adoptions",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("saving_adoptions_by_time", adoptions.c.tenant, adoptions.c.at, adoptions.c.id)
