"""Where `policy simulate` finds past requests: in a file of them, an evidence pack, an export, a published log."""

import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from bot.surfaces.cli.session import Session
from memory.errors import InvalidInput
from memory.model.record import Entry
from tools.policy.past import Past, past
from tools.policy.request import Request, parse_request

STDIN = "-"
LOG = "log"
_EXPORTS = (b"PAR1", b"#")
_HEADER = b'"quarterdeck-export@v1"'


async def past_requests(session: Session, source: str) -> Past:
    """Return what `source` tells: `log` is the log of the settings' store, `-` requests on standard input.

    Raises `InvalidInput`, or as the store or the published log does.
    """
    if source == LOG:
        async with session.host.open_log(session.settings()) as log:
            return await log.requests()
    return _from_file(source)


def _from_file(source: str) -> Past:
    path = Path(source)
    if path.is_dir():
        return past(dict(_published(path)), {}, {})
    if source != STDIN and zipfile.is_zipfile(path):
        return _packed(path)
    data = read(source)
    if data.startswith(_EXPORTS) or _HEADER in data.partition(b"\n")[0]:
        return past(dict(_exported(path)), {}, {})
    return Past(requests=tuple(_written(data, source)))


def read(source: str) -> bytes:
    """Return the bytes of a file, or of standard input; raises `InvalidInput`."""
    try:
        return sys.stdin.read().encode() if source == STDIN else Path(source).read_bytes()
    except OSError as error:
        raise InvalidInput(f"expected a file at {source}, found: {error.strerror}") from error


def _written(data: bytes, source: str) -> Iterator[Request]:
    try:
        lines = data.decode().splitlines()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"expected a file of UTF-8 text at {source}, found: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield parse_request(line, f"{source}:{number}")


def _packed(path: Path) -> Past:
    try:
        with zipfile.ZipFile(path) as files:
            content = {name: files.read(name) for name in files.namelist()}
        entries = {
            int(Path(name).stem): Entry.model_validate_json(data)
            for name, data in content.items()
            if name.startswith("entries/")
        }
        people = _named(content["openings.json"])
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise InvalidInput(f"expected an evidence pack at {path}, found: {type(error).__name__}") from None
    blobs = {name.removeprefix("blobs/"): data for name, data in content.items() if name.startswith("blobs/")}
    return past(entries, blobs, people)


def _named(openings: bytes) -> Mapping[str, str]:
    return {str(each["pseudonym"]): str(each["principal"]) for each in json.loads(openings)["people"]}


def _exported(path: Path) -> Iterator[tuple[int, Entry]]:
    from memory.exports.files import opened

    with opened(path) as (_, rows):
        for row in rows:
            if row.entry is not None:
                yield row.index, _entry(row.entry, row.index)


def _published(folder: Path) -> Iterator[tuple[int, Entry]]:
    from memory.ledger.reading import read_bundle, read_note
    from memory.ledger.source import DirectorySource
    from memory.log.tiles import TILE_WIDTH, EntryBundle

    source = DirectorySource(folder)
    size = read_note(source)[1].size
    for first in range(0, size, TILE_WIDTH):
        bundle = EntryBundle(first // TILE_WIDTH, min(size - first, TILE_WIDTH))
        for index, data in enumerate(read_bundle(source, bundle), first):
            yield index, _entry(data, index)


def _entry(data: bytes, index: int) -> Entry:
    try:
        return Entry.model_validate_json(data)
    except ValidationError:
        raise InvalidInput(f"expected an entry of the log at index {index}, found something else") from None
