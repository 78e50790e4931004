"""What a statement of SQL would do, told from its parse tree. Pure; what cannot be parsed changes things."""

import re

from memory.model.plan import Effect

_ENDS = re.compile(r"\b(drop|delete|truncate|purge|pg_terminate_backend|pg_cancel_backend|kill)\b", re.IGNORECASE)
_ACTS = re.compile(
    r"\b(pg_\w*(reload|switch|promote|rotate|create|drop|advisory)\w*|lo_\w+|setval|nextval|dblink\w*)\b"
)
_EXPLAIN = re.compile(r"\s*explain\b(\s*\([^)]*\)|\s+(analyze|verbose)\b)*", re.IGNORECASE)
_SHOW = re.compile(r"\s*(\\[a-z]|(show|describe)\b[^;]*;?\s*$)", re.IGNORECASE)
_QUERY = re.compile(r"\s*(select|with|values|\()\b", re.IGNORECASE)


def sql_effect(text: str) -> tuple[Effect, str]:
    """Return the worst effect of the statements in a text, and why that is thought. Never raises."""
    if _ENDS.search(text):
        return Effect.DESTRUCTIVE, "it removes data, or ends what runs"
    if _SHOW.match(text):
        return Effect.READ, "it only looks"
    query = _EXPLAIN.sub("", text, count=1)
    if _QUERY.match(query) and not _ACTS.search(query.lower()) and _only_queries(query):
        return Effect.READ, "it only looks"
    return Effect.WRITE, "it changes data or how the database runs, or does not parse"


def _only_queries(text: str) -> bool:
    """Return whether a text parses, and every statement in it reads."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    if any(not _QUERY.match(each) for each in text.split(";") if each.strip()):
        return False  # what is no query may not even parse, which would be told on standard error
    try:
        statements = [each for each in sqlglot.parse(text, read="postgres") if each is not None]
    except (SqlglotError, RecursionError):
        return False
    return bool(statements) and all(
        isinstance(each, exp.Query) and each.find(exp.Into, exp.Insert, exp.Update, exp.Lock) is None
        for each in statements
    )
