"""Every file of bills of a tenant, each counted once, and questions to all of them together.

Which files count stands in the store; the rows are Parquet files in a folder beside it. A file is written first
and counted then, in one transaction with what it takes the place of, so a question sees all of it or nothing.
"""

import asyncio
import hashlib
import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any, Final, Protocol

from memory.clock import Clock
from memory.costs import querying
from memory.costs.database import Reading
from memory.costs.importing import TAKING, digest_of, take
from memory.costs.names import Names
from memory.costs.sources import Mapping
from memory.costs.statement import Parameter
from memory.model.cost import Change, CostField, CostFile, CostLine, CostQuery, Delivery, Driver
from memory.model.value import Moment, Value

STALE: Final = timedelta(hours=6)
KEPT: Final = timedelta(hours=1)  # what no longer counts, for whoever is still reading it
MOST_VALUES: Final = 10_000
_NO_FOLDER: Final = PurePosixPath()


class Counted(Protocol):
    """Which files count. `memory.store.cost_files.CostFiles` is the one that lasts."""

    async def put(self, file: CostFile, instead_of: Iterable[str] = ()) -> None:
        """Count a file from now on, in place of the one of its name and of these others of its source."""

    async def of(self, tenant: str) -> tuple[CostFile, ...]:
        """Return a tenant's files that count, by source and name."""


class Freshness(Value):
    """Until when charges are known, and when that was learnt. `stale` where nothing came for six hours."""

    until: Moment | None
    imported_at: Moment | None
    stale: bool


class Mart:
    """The bills of every tenant, in one folder."""

    def __init__(self, folder: Path, files: Counted, clock: Clock) -> None:
        self._folder = folder
        self._files = files
        self._clock = clock
        self._names = Names(self._told)
        self._reading = Reading()

    async def take(
        self,
        tenant: str,
        source: str,
        path: Path,
        *,
        name: str = "",
        mapping: Mapping | None = None,
        delivery: Delivery = Delivery.APPEND,
    ) -> tuple[CostFile, bool]:
        """Count a file, and return what it held and whether that is new.

        A file whose bytes count already, from the same source and under whatever name, changes nothing. One of a
        known name takes the place of that one; a snapshot takes the place of every file of its source that holds
        nothing but the same billing periods. Raises `PayloadInvalid` for a file that is no whole table of costs.
        """
        digest = await asyncio.to_thread(digest_of, path)
        known = [file for file in await self._files.of(tenant) if file.source == source]
        if same := next((file for file in known if file.digest == digest), None):
            return same, False
        place = self._rows(tenant, digest)
        taken = await asyncio.to_thread(take, path, place, self._aside(tenant, digest), mapping)
        file = CostFile(
            tenant=tenant,
            source=source,
            name=name or path.name,
            digest=digest,
            imported_at=self._clock.now(),
            **vars(taken),
        )
        replaced = _replaced(file, known) if delivery is Delivery.SNAPSHOT else ()
        await self._files.put(file, replaced)
        return file, True

    async def files(self, tenant: str) -> tuple[CostFile, ...]:
        """Return what counts, by source and name."""
        return await self._files.of(tenant)

    async def fresh(self, tenant: str) -> Freshness:
        """Return how fresh the tenant's bills are."""
        files = await self._files.of(tenant)
        imported = max((file.imported_at for file in files), default=None)
        return Freshness(
            until=max((file.last for file in files if file.last), default=None),
            imported_at=imported,
            stale=imported is None or self._clock.now() - imported > STALE,
        )

    async def ask(self, tenant: str, query: CostQuery) -> tuple[CostLine, ...]:
        """Answer a question. No file, or none of that time, gives no line."""
        if not (files := await self._between(tenant, query.since, query.until)):
            return ()
        keys = len(query.by)
        return tuple(
            CostLine(
                currency=row[0],
                keys=tuple(row[1 : 1 + keys]),
                at=_moment(row[1 + keys]),
                rest=row[2 + keys],
                cost=row[3 + keys],
                rows=row[4 + keys],
            )
            for row in await self._told(querying.costs(query, files))
        )

    async def changed(self, tenant: str, query: CostQuery, before: tuple[Moment, Moment]) -> tuple[Change, ...]:
        """Return what made the difference between a window before and the query's, largest first."""
        files = await self._between(tenant, min(before[0], query.since), max(before[1], query.until))
        if not files:
            return ()
        return tuple(
            Change(currency=currency, key=key, driver=Driver(driver), before=was, after=now, amount=amount)
            for currency, key, driver, was, now, amount in await self._told(querying.changes(query, before, files))
        )

    async def values(self, tenant: str, field: CostField, since: Moment) -> tuple[str, ...]:
        """Return the values a field has had since then, those that cost most first."""
        files = await self._between(tenant, since, None)
        found = await self._told(querying.values(field, since, files, MOST_VALUES)) if files else ()
        return tuple(str(value) for (value,) in found)

    async def named(
        self, tenant: str, fields: Sequence[CostField]
    ) -> tuple[dict[CostField, tuple[str, ...]], tuple[str, ...]]:
        """Return the values of each field and of each tag in every file that counts, and the keys of tags."""
        files = [str(self._rows(tenant, digest)) for digest in {f.digest for f in await self._files.of(tenant)}]
        files.sort()
        tags = await self._names.tags(files)
        values = await self._names.values(files, [*fields, *(CostField(tag=tag) for tag in tags)])
        return values, tags

    async def aside(self, tenant: str, file: CostFile, most: int, reason: str = "") -> list[tuple[str, str]]:
        """Return rows of a file that were set aside: the reason, and the row as it stood."""
        path = self._aside(tenant, file.digest)
        if not file.aside or not path.exists():
            return []
        found = await self._told(querying.set_aside(str(path), reason, most))
        return [(str(why), str(stood)) for why, stood in found]

    async def tag_keys(self, tenant: str, since: Moment) -> tuple[str, ...]:
        """Return the keys of tags that charges have had since then, the most used first."""
        files = await self._between(tenant, since, None)
        found = await self._told(querying.tag_keys(since, files, MOST_VALUES)) if files else ()
        return tuple(str(key) for (key,) in found)

    async def sweep(self, tenant: str) -> int:
        """Remove what has not counted for an hour, also what was half done, and return how many that were."""
        counted = {file.digest for file in await self._files.of(tenant)}
        before = self._clock.now() - KEPT
        return await asyncio.to_thread(_swept, self._home(tenant), counted, before)

    async def _between(self, tenant: str, since: Moment, until: Moment | None) -> list[str]:
        """Return the files with charges in a time, a digest once, whichever sources brought it."""
        overlapping = {
            file.digest
            for file in await self._files.of(tenant)
            if file.first and file.last and file.last > since and (until is None or file.first < until)
        }
        return [str(self._rows(tenant, digest)) for digest in sorted(overlapping)]

    async def _told(self, asked: tuple[str, Sequence[Parameter]]) -> list[tuple[Any, ...]]:
        return await asyncio.to_thread(self._reading.run, *asked)

    def _home(self, tenant: str) -> Path:
        # A tenant's id need not be the name of a folder.
        return self._folder / hashlib.sha256(tenant.encode()).hexdigest()[:32]

    def _rows(self, tenant: str, digest: str) -> Path:
        return self._home(tenant) / f"{digest}.parquet"

    def _aside(self, tenant: str, digest: str) -> Path:
        return self._home(tenant) / f"{digest}.aside.parquet"


def total(lines: Sequence[CostLine]) -> dict[str, Decimal]:
    """Return what lines add up to, by currency."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line.currency] = sums.get(line.currency, Decimal(0)) + line.cost
    return sums


def _replaced(file: CostFile, known: Sequence[CostFile]) -> tuple[str, ...]:
    """Return the files a snapshot takes the place of; those in its own folder are parts of the same delivery."""
    delivery = PurePosixPath(file.name).parent
    return tuple(
        other.name
        for other in known
        if set(other.periods) <= set(file.periods)
        and (delivery == _NO_FOLDER or PurePosixPath(other.name).parent != delivery)
    )


def _moment(value: datetime | None) -> datetime | None:
    return None if value is None else value.replace(tzinfo=UTC)


def _swept(home: Path, counted: set[str], before: datetime) -> int:
    gone = 0
    for path in home.glob("*.parquet"):
        if path.name.partition(".")[0] not in counted and _touched(path) < before:
            path.unlink(missing_ok=True)
            gone += 1
    for folder in home.glob(f"{TAKING}*"):  # of a process that was killed
        if max(map(_touched, (folder, *folder.rglob("*")))) < before:
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    return gone


def _touched(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
