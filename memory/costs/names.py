"""The names that stand in files of bills: values of each field and keys of tags, those that cost most first.

A file never changes, so each is looked through once in the life of a process.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from memory.costs.statement import Parameter, Statement, table
from memory.model.cost import CostField

MOST: Final = 5000  # values of a field in a file
MOST_TAGS: Final = 60

Run = Callable[[tuple[str, Sequence[Parameter]]], Awaitable[list[tuple[Any, ...]]]]
Costs = dict[str, Decimal]


class Names:
    """What has been looked through."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._values: dict[tuple[str, CostField], Costs] = {}
        self._tags: dict[str, Costs] = {}

    async def tags(self, files: Sequence[str]) -> tuple[str, ...]:
        """Return the keys of tags in these files, the most used first."""
        for file in files:
            if file not in self._tags:
                self._tags[file] = {key: Decimal(uses) for key, uses in await self._run(_keys(file))}
        return _ordered(self._tags[file] for file in files)[:MOST_TAGS]

    async def values(self, files: Sequence[str], fields: Sequence[CostField]) -> dict[CostField, tuple[str, ...]]:
        """Return the values of each field in these files, missing ones left out."""
        for file in files:
            if wanted := [each for each in fields if (file, each) not in self._values]:
                await self._look(file, wanted)
        return {each: _ordered(self._values[file, each] for file in files) for each in fields}

    async def _look(self, file: str, wanted: Sequence[CostField]) -> None:
        found: dict[int, Costs] = {number: {} for number in range(len(wanted))}
        for number, value, cost in await self._run(_costs(file, wanted)):
            found[number][value] = cost
        for number, each in enumerate(wanted):
            self._values[file, each] = found[number]


def _ordered(found: Iterable[Costs]) -> tuple[str, ...]:
    sums: Costs = {}
    for costs in found:
        for value, cost in costs.items():
            sums[value] = sums.get(value, Decimal(0)) + cost
    return tuple(sorted(sums, key=lambda each: (-sums[each], each)))


def _costs(file: str, wanted: Sequence[CostField]) -> tuple[str, list[Parameter]]:
    asked = Statement()
    parts = [
        f"(SELECT {number} AS n, {asked.field(each)} AS value, coalesce(sum(EffectiveCost), 0) AS cost "  # noqa: S608 - our names
        f"FROM {table([file])} GROUP BY value HAVING value <> '' ORDER BY cost DESC, value LIMIT {MOST})"
        for number, each in enumerate(wanted)
    ]
    return " UNION ALL ".join(parts), asked.parameters


def _keys(file: str) -> tuple[str, list[Parameter]]:
    return (
        f"WITH told AS (SELECT Tags, count(*) AS n FROM {table([file])} WHERE Tags IS NOT NULL GROUP BY Tags) "  # noqa: S608 - our own path
        "SELECT key, sum(n) FROM (SELECT unnest(json_keys(Tags)) AS key, n FROM told) GROUP BY key "
        f"ORDER BY sum(n) DESC, key LIMIT {MOST_TAGS}"
    ), []
