"""The tables of alerts: what was told, the alerts there are, their groups, what people said, who is called."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from memory.store.tables import Utc, metadata

news = Table(
    "alert_news",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("received_at", Utc, nullable=False),
    Column("taken", Boolean, nullable=False),
    Column("document", Text, nullable=False),
)
Index("alert_news_waiting", news.c.tenant, news.c.taken, news.c.received_at, news.c.id)

alerts = Table(
    "alerts",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", String(20), nullable=False),
    Column("source", String(120), nullable=False),
    Column("service", String(120)),
    Column("group", String(120)),
    Column("changed_at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("alerts_by_time", alerts.c.tenant, alerts.c.changed_at, alerts.c.id)
Index("alerts_by_fingerprint", alerts.c.tenant, alerts.c.fingerprint)
Index("alerts_of_group", alerts.c.tenant, alerts.c.group, alerts.c.changed_at)

groups = Table(
    "alert_groups",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("live", Boolean, nullable=False),  # it is open, or its incident is behind
    Column("incident", String(120)),
    Column("updated_at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("alert_groups_by_time", groups.c.tenant, groups.c.updated_at, groups.c.id)
Index("alert_groups_live", groups.c.tenant, groups.c.live, groups.c.updated_at)
Index("alert_groups_of_incident", groups.c.tenant, groups.c.incident)

lessons = Table(
    "alert_lessons",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("taught_at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("alert_lessons_by_time", lessons.c.tenant, lessons.c.taught_at)

# Of each tenant, the index of the first ledger entry that nothing was learned from yet.
lesson_heads = Table(
    "alert_lesson_heads",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("next", BigInteger, nullable=False),
)

quiets = Table(
    "alert_quiets",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("ends_at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("alert_quiets_by_end", quiets.c.tenant, quiets.c.ends_at)

escalations = Table(
    "escalations",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("open", Boolean, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
)
Index("escalations_due", escalations.c.tenant, escalations.c.open, escalations.c.due_at)
