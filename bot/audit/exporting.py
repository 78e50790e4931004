"""Part of the log as a file that proves its own completeness. It is on record before the first byte leaves."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.audit.access import auditor
from bot.audit.query import log_filter
from bot.surfaces.archive import Parcel
from bot.surfaces.desk import LogQuery
from memory.clock import Clock
from memory.errors import NotFound
from memory.exports.export import Form, Header, Row
from memory.exports.parquet import check_installed, from_csv
from memory.exports.text import csv_head, jsonl_head, jsonl_rows, table_head, table_rows
from memory.ids import Ids
from memory.log.keys import VerifierKey
from memory.log.note import Note
from memory.log.range import range_proof
from memory.model.bodies import Exported
from memory.model.people import Principal
from memory.model.record import LogFilter, Record
from memory.store import Store
from memory.store.nodes import proven

ROWS = 1_000  # that are in memory at once

_TYPES = {
    Form.JSONL: "application/jsonl",
    Form.CSV: "text/csv",
    Form.PARQUET: "application/vnd.apache.parquet",
}

_WRITERS = {
    Form.JSONL: (jsonl_head, jsonl_rows),
    Form.CSV: (csv_head, table_rows),
    Form.PARQUET: (table_head, table_rows),  # the proof goes into the file's metadata
}


class Exporting:
    """Writes exports, each to a folder of its own that is gone once it was handed over."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    @asynccontextmanager
    async def export(self, principal: Principal, asked: LogQuery, form: Form) -> AsyncIterator[Parcel]:
        """Give the entries that match, as they are in the newest signed tree.

        Raises `PolicyDenied`, `DependencyMissing`, and `NotFound` for an empty log or somebody it does not know.
        """
        tenant = auditor(principal)
        if form is Form.PARQUET:
            check_installed()
        wanted = await log_filter(self._store, tenant, asked)
        if wanted is None:
            raise NotFound(f"expected somebody the log knows, found {asked.principal!r}")
        header = await self._header(tenant, wanted)
        name = self._ids.new("export")
        with tempfile.TemporaryDirectory(prefix="quarterdeck-") as folder:
            path = await self._written(Path(folder), form, header, tenant, wanted)
            size, digest = await asyncio.to_thread(measured, path)
            shown = await self._store.ledger.count(
                tenant, wanted.model_copy(update={"first": header.first, "end": header.until})
            )
            body = Exported(
                export=name,
                form=form.value,
                first=header.first,
                until=header.until,
                entries=shown,
                content=digest,
            )
            await self._store.ledger.append(leaving(principal, body, self._clock, self._ids))
            yield Parcel(
                path=path, name=f"{name}.{form.value}", content_type=_TYPES[form], size=size, digest=digest
            )

    async def _header(self, tenant: str, wanted: LogFilter) -> Header:
        head = await self._store.ledger.head(tenant)
        if head.size == 0:
            raise NotFound(f"expected a log with entries, found that {tenant} has none yet")
        first, until = await self._range(tenant, wanted, head.size)
        proof = await proven(self._store.ledger, tenant, lambda read: range_proof(first, until, head.size, read))
        stated = wanted.model_dump(mode="json", exclude_defaults=True)
        return Header.of(proof, Note.parse(head.checkpoint), VerifierKey.parse(head.key), stated)

    async def _range(self, tenant: str, wanted: LogFilter, size: int) -> tuple[int, int]:
        """Return the indices that the times mean: what is logged never goes back, so times are a range."""
        first, until = 0, size
        if wanted.since is not None:
            first = await self._store.ledger.count(tenant, LogFilter(until=wanted.since, end=size))
        if wanted.until is not None:
            until = await self._store.ledger.count(tenant, LogFilter(until=wanted.until, end=size))
        return first, max(first, until)

    async def _written(self, folder: Path, form: Form, header: Header, tenant: str, wanted: LogFilter) -> Path:
        text = folder / "export"
        head, lines = _WRITERS[form]
        await asyncio.to_thread(_append, text, [head(header)])
        for start in range(header.first, header.until, ROWS):
            rows = await self._rows(tenant, wanted, start, min(start + ROWS, header.until))
            await asyncio.to_thread(_append, text, lines(rows))
        if form is not Form.PARQUET:
            return text
        parquet = folder / "export.parquet"
        await asyncio.to_thread(from_csv, text, parquet, header)
        return parquet

    async def _rows(self, tenant: str, wanted: LogFilter, start: int, end: int) -> list[Row]:
        leaves = await self._store.ledger.hashes(tenant, 0, start, end)
        entries = await self._store.ledger.entries(tenant, start, end)
        within = wanted.model_copy(update={"first": start, "end": end})
        matching = await self._store.ledger.indices(tenant, within)
        return [
            Row(index, leaf, entry if index in matching else None)
            for index, leaf, entry in zip(range(start, end), leaves, entries, strict=True)
        ]


def leaving(principal: Principal, body: Exported, clock: Clock, ids: Ids) -> Record:
    """Return the record of a part of the log that leaves the house."""
    return Record(
        tenant=principal.tenant, at=clock.now(), actor=principal.id, correlation=ids.new("cor"), body=body
    )


def measured(path: Path) -> tuple[int, str]:
    """Return how many bytes a file has, and their SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _append(path: Path, lines: Iterable[bytes]) -> None:
    with path.open("ab") as file:
        file.writelines(lines)
