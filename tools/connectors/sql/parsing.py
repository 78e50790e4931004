"""The first wall: one statement, which reads and does nothing else. Pure.

What is run is written anew from what was parsed, so that the database cannot read a statement otherwise than it
was read here. What is not known to be harmless is refused.
"""

import re

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from memory.errors import QueryRejected
from tools.connectors.sql.functions import FORBIDDEN, HARMLESS
from tools.declared.source import Dialect

_EXPLAIN = re.compile(r"\s*explain\s+(query\s+plan\s+)?", re.IGNORECASE)
_EXPLAINS = {"sqlite": "EXPLAIN QUERY PLAN ", "postgres": "EXPLAIN "}
_WRITES = (
    *(exp.DML, exp.DDL, exp.Command, exp.Copy, exp.Into, exp.Lock, exp.Set, exp.SetItem, exp.Pragma, exp.Attach),
    *(exp.Detach, exp.Use, exp.Transaction, exp.Commit, exp.Rollback, exp.Alter, exp.Drop, exp.TruncateTable),
    *(exp.Merge, exp.Update, exp.Delete, exp.Insert, exp.Create, exp.Grant, exp.Kill, exp.Analyze, exp.Cache),
)
_UNBOUND = (exp.Placeholder, exp.Parameter, exp.SessionParameter)
_READS = (exp.Select, exp.SetOperation)


def read_only(text: str, dialect: Dialect, functions: tuple[str, ...] = ()) -> tuple[exp.Query, str]:
    """Return the parsed query and the text to run; raises `QueryRejected` for what is more than one reading.

    `functions` are the names allowed beyond those that are known to be harmless.
    """
    explained = _EXPLAIN.match(text)
    tree = _parsed(text[explained.end() :] if explained else text, dialect)
    for node in tree.walk():
        _check(node)
    allowed = HARMLESS[dialect] | {name.lower() for name in functions}
    for function in tree.find_all(exp.Func):
        _check_function(function, allowed)
    written = tree.sql(dialect=dialect, comments=False)
    return tree, f"{_EXPLAINS[dialect]}{written}" if explained else written


def _parsed(text: str, dialect: Dialect) -> exp.Query:
    if "\x00" in text:
        raise QueryRejected("expected SQL, found a text with a zero byte")
    try:
        statements = [each for each in parse(text, read=dialect) if each is not None]
    except SqlglotError as error:
        raise QueryRejected(f"expected one SELECT, found: {_first_line(error)}") from None
    except RecursionError:
        raise QueryRejected("expected one SELECT, found one that is nested too deeply") from None
    if len(statements) != 1:
        raise QueryRejected(f"expected one SELECT, found {len(statements) or 'no'} statements")
    (tree,) = statements
    if not isinstance(tree, _READS):
        raise QueryRejected(f"expected one SELECT, found {_named(tree)}")
    return tree


def _check(node: exp.Expr) -> None:
    if isinstance(node, _WRITES):
        raise QueryRejected(f"expected a query that only reads, found {_named(node)} in it")
    if isinstance(node, _UNBOUND):
        raise QueryRejected("expected a query without placeholders, found one", hint="Write the values out.")
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Func):
        raise QueryRejected(f"expected functions of the database itself, found {node.sql()[:60]!r} of a schema")


def _check_function(function: exp.Func, allowed: frozenset[str]) -> None:
    unknown = isinstance(function, exp.Anonymous | exp.AnonymousAggFunc)
    name = (function.name if unknown else function.sql_name()).lower()
    if name in FORBIDDEN or any(name.startswith(each) for each in FORBIDDEN if each.endswith("_")):
        raise QueryRejected(f"expected a query that only reads, found the function {name[:60]}")
    if unknown and name not in allowed:
        raise QueryRejected(
            f"expected a function that is known to be harmless, found {name[:60]!r}",
            hint="An operator can allow it, in `functions` of the source.",
        )


def _named(node: exp.Expr) -> str:
    return type(node).__name__.upper()


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
