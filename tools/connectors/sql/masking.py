"""Columns whose values are never shown. A query that could show one under another name is refused. Pure."""

from collections.abc import Iterable

from sqlglot import exp

from memory.errors import QueryRejected

HIDDEN = "***"


def check_masked(tree: exp.Query, masked: Iterable[str]) -> None:
    """Raise `QueryRejected` where a masked column stands anywhere but alone, under its own name, in the result.

    What is left keeps its name, by which `hidden` knows it.
    """
    names = {name.lower() for name in masked}
    if not names:
        return
    tables = {each.alias_or_name.lower() for each in tree.find_all(exp.Table, exp.Subquery, exp.CTE)}
    for identifier in tree.find_all(exp.Identifier):
        if identifier.name.lower() in names and not _shown_plainly(identifier, tree):
            raise _refusal(identifier.name)
    for column in tree.find_all(exp.Column):
        if column.name.lower() in tables:
            raise _refusal(f"{column.name}, a whole row")
    for alias in tree.find_all(exp.TableAlias):
        if alias.args.get("columns"):
            raise _refusal("columns that are given other names")
    for star in tree.find_all(exp.Star):
        if not _keeps_names(star, tree):
            raise _refusal("a star where columns lose their names")


def hidden(columns: list[str], masked: Iterable[str]) -> list[bool]:
    """Return of each column of a result whether its values are hidden."""
    names = {name.lower() for name in masked}
    return [column.lower() in names for column in columns]


def _shown_plainly(identifier: exp.Identifier, tree: exp.Query) -> bool:
    column = identifier.parent
    return isinstance(column, exp.Column) and column.this is identifier and column.parent is tree and _plain(tree)


def _plain(tree: exp.Query) -> bool:
    return isinstance(tree, exp.Select)


def _keeps_names(star: exp.Star, tree: exp.Query) -> bool:
    """Return whether the columns that a star stands for reach the result under their own names."""
    holder = star.parent.parent if isinstance(star.parent, exp.Column) else star.parent
    if isinstance(holder, exp.Count):
        return True
    if not isinstance(holder, exp.Select):
        return False
    while holder is not tree:
        inside = holder.parent
        if isinstance(inside, exp.CTE):
            return _plain(tree)
        if not (isinstance(inside, exp.Subquery) and isinstance(inside.parent, exp.From | exp.Join)):
            return False
        holder = inside.parent.parent
        if not isinstance(holder, exp.Select):
            return False
    return True


def _refusal(what: str) -> QueryRejected:
    return QueryRejected(
        f"expected a query that leaves masked columns alone, found {what[:60]}",
        hint="A masked column may stand alone in the list of results, under its own name, its values hidden.",
    )
