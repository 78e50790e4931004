"""Opening Chroma: a directory that one process owns at a time, or a server that several nodes share.

A directory that cannot be read is set aside, never deleted, and begun anew: what was in it is derived and is
rebuilt.
"""

import fcntl
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from memory.errors import DependencyMissing, InvalidSettings, RecallTaken, RecallUnavailable
from memory.recall.chroma import ChromaIndex

LOCK = "owner.lock"
_DATA = "chroma"
ANSWER_WITHIN_S = 10.0


def embedded(directory: Path, model: str, now: datetime) -> tuple[ChromaIndex, Path | None]:
    """Open the index of a directory, which it then owns.

    Return also where a directory that was corrupt stands now.

    Raises `RecallTaken` while another process owns it, `RecallUnavailable` where it cannot be had at all, and
    `DependencyMissing`. Takes a second: Chroma is imported here.
    """
    release = _own(directory)
    try:
        try:
            return _open(directory, model, release), None
        except RecallUnavailable:
            aside = directory / f"{_DATA}.corrupt-{now:%Y%m%dT%H%M%S}"
            (directory / _DATA).rename(aside)
            return _open(directory, model, release), aside
    except OSError as error:
        release()
        raise RecallUnavailable(
            f"expected to write in {directory}, found: {error.strerror}",
            hint="Give the memory a directory of its own that this process may write in.",
        ) from error
    except BaseException:
        release()
        raise


def served(address: str, model: str) -> ChromaIndex:
    """Open the index on a server such as `http://chroma:8000`; raises `InvalidSettings` or `RecallUnavailable`."""
    chromadb = _chroma()
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidSettings(
            f"expected the address of a Chroma server such as http://chroma:8000, found {address!r}"
        )
    port = parts.port or (443 if parts.scheme == "https" else 8000)
    try:
        client = chromadb.HttpClient(
            host=parts.hostname,
            port=port,
            ssl=parts.scheme == "https",
            settings=chromadb.Settings(anonymized_telemetry=False),
        )
    except (ValueError, OSError, chromadb.errors.ChromaError) as error:
        raise RecallUnavailable(
            f"expected a Chroma server at {parts.scheme}://{parts.hostname}:{port}, found none that answers",
            hint="Start it with `chroma run`, or leave recall_url empty to keep the index in a directory.",
        ) from error
    both = (client, client._admin_client)  # noqa: SLF001  # each has a session of its own
    sessions = [each._server._session for each in both]  # noqa: SLF001  # they wait for ever, and stay open
    for session in sessions:
        session.timeout = ANSWER_WITHIN_S

    def close() -> None:
        for session in sessions:
            session.close()

    return ChromaIndex(client, "chroma server", model, close)


def _open(directory: Path, model: str, release: Callable[[], None]) -> ChromaIndex:
    chromadb = _chroma()
    path = str(directory / _DATA)
    try:
        client = chromadb.PersistentClient(path, settings=chromadb.Settings(anonymized_telemetry=False))
    except (
        ValueError,
        AttributeError,
        chromadb.errors.ChromaError,
    ) as error:  # the second: while it undoes itself
        chromadb.api.client.SharedSystemClient._identifier_to_system.pop(path, None)  # noqa: SLF001  # half begun, and kept
        raise RecallUnavailable(
            f"expected an index in {path}, found what cannot be read: {str(error)[:200]}"
        ) from error
    index = ChromaIndex(client, "chroma", model, release)
    try:
        index.check()
    except RecallUnavailable:
        client.close()
        raise
    return index


def _own(directory: Path) -> Callable[[], None]:
    """Take the directory's lock, which ends with the process at the latest; return what gives it back."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        opened = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise RecallUnavailable(f"expected to write in {directory}, found: {error.strerror}") from error
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        owner = os.pread(opened, 20, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(opened)
        raise RecallTaken(
            f"expected the memory in {directory} to be free, found process {owner} owning it",
            hint="One process owns a directory. Ask that one, or give several nodes a Chroma server (recall_url).",
        ) from error
    os.truncate(opened, 0)
    os.pwrite(opened, str(os.getpid()).encode(), 0)
    held = [opened]

    def release() -> None:
        while held:
            os.close(held.pop())

    return release


def _chroma() -> Any:
    """Import Chroma, which takes most of a second."""
    try:
        import chromadb
    except ImportError as error:
        raise DependencyMissing("expected the package chromadb, found none installed") from error
    return chromadb
