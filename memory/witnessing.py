"""What a witness remembers: the last tree it cosigned of each log, in one SQLite file of its own.

It is stored before anyone sees the cosignature, in the transaction that read the one before, so that neither two
requests at once, nor two processes on one file, nor a power cut take it back. Whatever goes wrong with the file is
`StoreUnavailable`, and then there is no cosignature. A file that is not there is never made by looking for it.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Self

from memory.clock import Clock
from memory.errors import Conflict, StoreUnavailable
from memory.log.encoding import HASH_BYTES, LARGEST
from memory.log.witness import NEVER, AddCheckpoint, Cosigned, Refused, Tree, Witness

BUSY_S = 5.0  # how long a transaction waits for another process's

_APPLICATION = 0x51445754  # in the file's header, so that no other database is taken for a witness's
_VERSION = 1
_SCHEMA = f"""
BEGIN;
CREATE TABLE cosigned (
    origin TEXT PRIMARY KEY NOT NULL,
    size INTEGER NOT NULL CHECK (size BETWEEN 0 AND {LARGEST}),
    root BLOB NOT NULL CHECK (length(root) = {HASH_BYTES}),
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_READ = "SELECT origin, size, root, at FROM cosigned WHERE origin = ? OR ? IS NULL"
_STORE = "INSERT OR REPLACE INTO cosigned (origin, size, root, at) VALUES (?, ?, ?, ?)"
_FORGETFUL = (
    "A witness that forgets what it cosigned can be made to cosign a fork: never put back an older copy. Mend the "
    "disk, or retire this witness and begin another one, with a key and a state of its own."
)
_BUSY = "Another process is busy with it; ask again."
_NEW = (
    "For a key that never cosigned, make one: quarterdeck witness state new FILE. A key that did must not begin "
    "anew: retire it with the state it lost."
)


@dataclass(frozen=True, slots=True)
class LastCosigned:
    """The last tree cosigned of a log, and when, in seconds since 1970."""

    tree: Tree
    at: int


class WitnessState:
    """The file, held open. Threads take turns; so do processes. Raises `StoreUnavailable`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = Lock()
        self._connection: sqlite3.Connection | None = None
        with _understood(path):
            self._identity = _identity(path)
        self._check()

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make the file of a witness that has cosigned nothing yet; raises `Conflict` where there is one."""
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError as error:
            raise Conflict(f"expected nothing at {path}, found a file", hint="It is left as it is.") from error
        except OSError as error:
            raise _unavailable(path, error.strerror or str(error)) from error
        with _understood(path), closing(_connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)
        _sync_folder(path.parent)
        return cls(path)

    def decide(self, witness: Witness, request: AddCheckpoint, clock: Clock) -> Cosigned | Refused:
        """Return what the witness answers to the request; what it cosigned is on disk by then."""
        origin = request.checkpoint.origin
        with self._transaction() as connection:
            seen = _read(connection, origin).get(origin)
            at = int(clock.now().timestamp())
            answer = witness.decide(request, seen.tree if seen else NEVER, at)
            if isinstance(answer, Cosigned):
                connection.execute(_STORE, (origin, answer.tree.size, answer.tree.root, at))
        return answer

    def last(self) -> dict[str, LastCosigned]:
        """Return the last tree cosigned of each log, by its origin; the write lock was free for it."""
        with self._transaction() as connection:
            return _read(connection)

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            self._let_go()

    def _check(self) -> None:
        with self._transaction() as connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if (application, version) != (_APPLICATION, _VERSION):
                raise _unavailable(self._path, f"a file that is not one, or one of another version ({version})")
            (damage,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if damage != "ok":
                raise _unavailable(self._path, f"a damaged one: {damage}")
            _read(connection)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Enter a transaction with the file to itself; left by an error, nothing of it is written."""
        with self._turn, _understood(self._path):
            if self._connection is None:
                self._connection = _connect(self._path)
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._check_in_place()
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                self._let_go()  # which takes the transaction back, whatever state it was in
                raise

    def _check_in_place(self) -> None:
        """A file put in this one's place may be older, and one that was removed would be written in vain."""
        if _identity(self._path) != self._identity:
            raise _unavailable(self._path, "another file in its place")

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    """Return a connection to a file that exists. Transactions begin and end where they say so."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_S,
        isolation_level=None,
        check_same_thread=False,  # the state's lock lets one thread at a time in
    )
    connection.execute("PRAGMA synchronous = FULL")  # a commit that was answered survives a power cut
    return connection


def _read(connection: sqlite3.Connection, origin: str | None = None) -> dict[str, LastCosigned]:
    rows = connection.execute(_READ, (origin, origin))
    return {origin: LastCosigned(Tree(size, root), at) for origin, size, root, at in rows}


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _sync_folder(folder: Path) -> None:
    """Make the name of a new file survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _understood(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        busy = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
        raise _unavailable(path, str(error), _BUSY if busy else _FORGETFUL) from error
    except FileNotFoundError as error:
        raise _unavailable(path, "no such file", _NEW) from error
    except OSError as error:
        raise _unavailable(path, error.strerror or str(error)) from error


def _unavailable(path: Path, found: str, hint: str = _FORGETFUL) -> StoreUnavailable:
    return StoreUnavailable(f"expected what a witness remembers at {path}, found: {found}", hint=hint)
