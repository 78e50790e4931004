"""The tables of who is who. They are the schema's like all others (`memory/store/tables.py`)."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from memory.store.tables import Utc, metadata


def _name(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, String(120), primary_key=key, nullable=False)


members = Table(
    "members",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    Column("number", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)
Index("members_by_number", members.c.tenant, members.c.number)

identities = Table(
    "identities",
    metadata,
    _name("tenant", key=True),
    Column("source", String(20), primary_key=True),
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    _name("id"),
    _name("person"),
    Column("document", Text, nullable=False),
)
Index("identities_by_id", identities.c.tenant, identities.c.id, unique=True)
Index("identities_by_person", identities.c.tenant, identities.c.person)

links = Table(
    "links",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    Column("code_hash", String(64), nullable=False),
    Column("side", String(64), nullable=False),
    Column("begun_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("answered_at", Utc),
    Column("finished_at", Utc),
    Column("document", Text, nullable=False),
)
Index("links_by_code", links.c.tenant, links.c.code_hash, unique=True)
Index("links_by_side", links.c.tenant, links.c.side, links.c.begun_at)

codes = Table(
    "codes",
    metadata,
    _name("tenant", key=True),
    Column("code_hash", String(64), primary_key=True),
    Column("purpose", String(20), nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("codes_by_expiry", codes.c.tenant, codes.c.expires_at)

sign_ins = Table(
    "sign_ins",
    metadata,
    _name("tenant", key=True),
    _name("id", key=True),
    _name("person"),
    Column("serial", Integer, nullable=False),
    Column("began_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("document", Text, nullable=False),
)
Index("sign_ins_by_person", sign_ins.c.tenant, sign_ins.c.person, sign_ins.c.began_at)
