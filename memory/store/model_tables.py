"""The tables of language models: kept readings, calls of experiments, what a day cost, who stopped what."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text

from memory.store.tables import Utc, metadata

model_answers = Table(
    "model_answers",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("scope", String(64), nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("anchors", Text, nullable=False),
    Column("reading", String(64), nullable=False),
    Column("model", String(120), nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("until", Utc, nullable=False),
)
Index("model_answers_by_scope", model_answers.c.tenant, model_answers.c.scope, model_answers.c.at)

model_trials = Table(
    "model_trials",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("call", String(120), primary_key=True),
    Column("experiment", String(120), nullable=False),
    Column("at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("model_trials_by_experiment", model_trials.c.tenant, model_trials.c.experiment, model_trials.c.at)

model_spending = Table(
    "model_spending",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("day", String(10), primary_key=True),  # in UTC
    Column("currency", String(3), primary_key=True),
    Column("nanos", BigInteger, nullable=False),  # spent, and put aside for what is under way
)

turn_stops = Table(
    "turn_stops",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("thread", String(200), primary_key=True),
    Column("person", String(120), primary_key=True),
    Column("at", Utc, nullable=False),
)
