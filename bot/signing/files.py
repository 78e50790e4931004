"""A private key in a file, and the one that is to take over from it beside it. For their owner's eyes alone.

`KEY` signs. While it is rotated, `KEY.next` is there too, and where the old key is kept, `KEY.retired-ID`. Which
of the two counts, the log says: what it was signed with last. A crash leaves nothing that this cannot tell apart.
"""

import fcntl
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.signing.pem import MAX_BYTES, parse_key, written
from memory.errors import Conflict, LogKeyWrong, NotFound
from memory.ledger.disk import Disk

_OTHERS = 0o077

Fits = Callable[[Ed25519PrivateKey], bool]
"""Says whether a key is the one that signed the log last."""


def read_key(path: Path) -> Ed25519PrivateKey:
    """Return the key in the file; raises `NotFound` where there is none, and `LogKeyWrong`."""
    try:
        # A pipe would hold start-up for ever.
        opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise NotFound(f"expected the log's key at {path}, found no file there") from error
    except OSError as error:
        raise LogKeyWrong(f"expected to read the log's key at {path}, found: {error.strerror}") from error
    try:
        mode = os.fstat(opened).st_mode
        if not stat.S_ISREG(mode):
            raise LogKeyWrong(f"expected the log's key at {path}, found something that is no file")
        if mode & _OTHERS:
            raise LogKeyWrong(f"expected {path} to be readable by its owner alone", hint=f"chmod 600 {path}")
        pem = os.read(opened, MAX_BYTES)
    finally:
        os.close(opened)
    return parse_key(pem, f"at {path}")


class KeyDisk(Disk):
    """This machine's disk."""

    def link(self, old: Path, new: Path) -> None:
        """Give a file a second name; raises `FileExistsError` where there is one of that name."""
        os.link(old, new, follow_symlinks=False)


class KeyFile:
    """The file at `path` and those beside it. One process at a time changes them."""

    def __init__(self, path: Path, disk: KeyDisk | None = None) -> None:
        self.path = path
        self.next = path.with_name(f"{path.name}.next")
        self._lock = path.with_name(f"{path.name}.lock")
        self._disk = disk or KeyDisk()

    def read(self) -> Ed25519PrivateKey:
        """Return the key that signs; raises `NotFound` where there is none, and `LogKeyWrong`."""
        return read_key(self.path)

    def candidates(self) -> Iterator[Ed25519PrivateKey]:
        """Yield the keys of which one signs: while it is rotated, there are two."""
        for path in (self.path, self.next):
            with suppress(NotFound):
                yield read_key(path)

    def create(self, private: Ed25519PrivateKey) -> None:
        """Make the file, to last; raises `Conflict` where there is one, and `LogKeyWrong`."""
        with self._understood():
            self._add(self.path, private)

    def retired(self, key_id: str) -> Path:
        """Return where the key of that id is kept once it no longer signs."""
        return self.path.with_name(f"{self.path.name}.retired-{key_id}")

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Be the only one to change the files; raises `Conflict` while somebody else is."""
        with self._understood():
            opened = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise Conflict(f"expected {self.path} to be left alone, found another process at it") from error
        finally:
            os.close(opened)

    def prepare(self, private: Ed25519PrivateKey, *, keep: str | None) -> None:
        """Put the next key beside the one that signs; `keep` is the old one's id where it is to be kept.

        Only while `changing`. Raises `LogKeyWrong`, with nothing changed that counts.
        """
        with self._understood():
            # What a crash left: half a key, or one that nobody used.
            for left in self.path.parent.glob(f".{self.next.name}.*"):
                left.unlink()
            self._add(self.next, private)
            if keep is not None:
                self._disk.link(self.path, self.retired(keep))
                self._disk.sync(self.path.parent)

    def settle(self, fits: Fits) -> None:
        """Let the next key take over where the log was signed with it, and drop it where the old one still signs.

        Only while `changing`. Where neither fits, nothing is changed. Raises `LogKeyWrong`.
        """
        if not self.next.exists():
            return
        with self._understood():
            if fits(read_key(self.next)):
                self._disk.rename(self.next, self.path)
            elif self.path.exists() and fits(read_key(self.path)):
                self._drop()
            self._disk.sync(self.path.parent)

    def _drop(self) -> None:
        for path in self.path.parent.glob(f"{self.path.name}.retired-*"):
            if path.samefile(self.path):  # it was linked for a rotation that did not happen
                self._disk.remove(path)
        self._disk.remove(self.next)

    def _add(self, path: Path, private: Ed25519PrivateKey) -> None:
        """Make a file: at every moment, there is none at `path` or the whole of it."""
        opened, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # for its owner alone
        os.close(opened)
        temporary = Path(name)
        try:
            self._disk.write(temporary, written(private))
            self._disk.link(temporary, path)
        except FileExistsError as error:
            raise Conflict(f"expected nothing at {path}, found a file", hint="It is left as it is.") from error
        finally:
            temporary.unlink(missing_ok=True)
        self._disk.sync(path.parent)

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise LogKeyWrong(f"expected to write a key at {self.path}, found: {error.strerror}") from error
