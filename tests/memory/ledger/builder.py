"""Published logs of real entries of every kind, of any size and in no time, with keys that never change."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from memory.canonical import canonical
from memory.ledger.directory import LogDirectory
from memory.log.checkpoint import Checkpoint
from memory.log.endorsement import endorsed
from memory.log.frontier import Frontier
from memory.log.keys import Cosigner, Signer
from memory.log.listing import KeyListing
from memory.log.merkle import leaf_hash
from memory.log.note import Note
from memory.log.trust import Trust
from memory.model.bodies import BODIES, Body, EntryKind, KeyChanged
from memory.model.record import Entry, Record
from tests.fakes.time import MIDNIGHT
from tests.memory.log.signers import FIRST, NOON, SECOND, private

TENANT = "acme"
ORIGIN = f"quarterdeck/{TENANT}"
LOG, NEXT, THIEF = (Signer(ORIGIN, private(number)) for number in (1, 20, 21))

BY_LOG = Trust(ORIGIN, (LOG.key,))
BY_ALL = Trust(ORIGIN, (LOG.key,), (FIRST.key, SECOND.key))

_NUMBER = "00000000"  # in its place comes the entry's own
_DIGEST = "ab" * 32
_TRIED: tuple[object, ...] = (  # what a field may hold; the first that fits
    0.031,
    1,
    MIDNIGHT,
    ("naïve", "execute-needs-one-other"),
    ("viewer",),
    (_DIGEST,),
    (1,),
    ({"id": "ev_1", "digest": _DIGEST},),
    {"service": "said"},
)


def body(kind: EntryKind) -> Body:
    """Return what an entry of that kind tells, with something in every field."""
    schema = BODIES[kind]
    return schema.model_validate({name: _fitting(name, field) for name, field in schema.model_fields.items()})


def _fitting(name: str, field: FieldInfo) -> object:
    annotation: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    reader: TypeAdapter[object] = TypeAdapter(annotation)
    for value in (*_choices(reader.json_schema()), *(f"{name}_{_NUMBER}", _DIGEST), *_TRIED):
        with suppress(ValidationError):
            reader.validate_python(value)
            return value
    raise AssertionError(f"nothing that is tried fits {name}")


def _choices(schema: object) -> Iterator[object]:
    if isinstance(schema, dict):
        yield from schema.get("enum", [])[:1]
        for part in schema.values():
            yield from _choices(part)
    if isinstance(schema, list):
        for part in schema:
            yield from _choices(part)


def entry(told: Body, *, at: datetime = MIDNIGHT, logged: datetime = MIDNIGHT, tenant: str = TENANT) -> bytes:
    """Return the bytes of an entry."""
    record = Record(tenant=tenant, at=at, actor="alice", correlation=f"cor_{_NUMBER}", body=told)
    return canonical(Entry.of(record, actor="person_7", logged=logged))


def key_changed(**fields: object) -> bytes:
    """Return the bytes of an entry about the log's own key."""
    return entry(KeyChanged.model_validate(fields))


CREATED = key_changed(change="created", key=str(LOG.key))
ROTATED = key_changed(
    change="rotated",
    key=str(NEXT.key),
    previous=str(LOG.key),
    endorsement=endorsed(ORIGIN, LOG, NEXT).encode().decode(),
)


def entries(count: int) -> list[bytes]:
    """Return that many entries, all different, a second between them: the log's key, and then every other kind."""
    moment, second = MIDNIGHT + timedelta(microseconds=1), timedelta(seconds=1)
    written = moment.isoformat().replace("+00:00", "Z").encode()
    kinds = [kind for kind in BODIES if kind is not EntryKind.KEY]
    forms = [entry(body(kind), at=moment, logged=moment) for kind in kinds]
    listed = [CREATED][:count]
    for number in range(1, count):
        at = (moment + number * second).isoformat().replace("+00:00", "Z").encode()
        form = forms[number % len(forms)]
        listed.append(form.replace(written, at).replace(_NUMBER.encode(), b"%08d" % number))
    return listed


@dataclass(frozen=True)
class Built:
    """A log, and where it is published."""

    folder: Path
    entries: Sequence[bytes]
    checkpoint: Checkpoint
    note: Note


class Grower:
    """A log in memory that is published as it grows."""

    def __init__(self, folder: Path, directory: LogDirectory | None = None, tenant: str = TENANT) -> None:
        self.folder = folder
        self.directory = directory or LogDirectory(folder)
        self.entries: list[bytes] = []
        self._origin = f"quarterdeck/{tenant}"
        self._frontier = Frontier()
        self._rows: dict[int, list[bytes]] = {}

    def append(self, new: Sequence[bytes]) -> Checkpoint:
        """Append entries and return what is to be signed."""
        self.entries.extend(new)
        for level, hashes in self._frontier.extend(map(leaf_hash, new)).items():
            self._rows.setdefault(level, []).extend(hashes)
        return Checkpoint(self._origin, self._frontier.size, self._frontier.root())

    async def publish(self, old_size: int, note: Note) -> None:
        """Publish what was appended."""
        await self.directory.publish(old_size, len(self.entries), self._entries, self._hashes, note)

    async def _entries(self, first: int, until: int) -> Sequence[bytes]:
        return self.entries[first:until]

    async def _hashes(self, level: int, first: int, until: int) -> Sequence[bytes]:
        return self._rows[level][first:until]


def signed(
    checkpoint: Checkpoint, *signers: Signer, witnesses: Sequence[Cosigner] = (FIRST, SECOND), at: int = NOON
) -> Note:
    """Return the checkpoint, signed and cosigned."""
    note = checkpoint.signed(*(signers or (Signer(checkpoint.origin, private(1)),)))
    return note.adding(*(witness.cosign(note.text, at) for witness in witnesses))


def build(
    folder: Path,
    listed: Sequence[bytes],
    *signers: Signer,
    tenant: str = TENANT,
    keys: Sequence[Signer] = (),
    witnesses: Sequence[Cosigner] = (FIRST, SECOND),
) -> Built:
    """Publish a log of these entries in one go."""
    grower = Grower(folder, tenant=tenant)
    checkpoint = grower.append(listed)
    note = signed(checkpoint, *signers, witnesses=witnesses)
    of_log = tuple(signer.key for signer in keys) or (Signer(checkpoint.origin, private(1)).key,)

    async def publish() -> None:
        await grower.publish(0, note)
        await grower.directory.list_keys(KeyListing(of_log, tuple(witness.key for witness in witnesses)))

    asyncio.run(publish())
    return Built(folder, grower.entries, checkpoint, note)
