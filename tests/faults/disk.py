"""A disk, or a database server, on which the n-th write of a store fails: before it happened, or after."""

from collections.abc import Callable
from typing import Any

from memory.store import Store

MOST_WRITES = 60
_CHANGES = ("INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE", "ROLLBACK")


class FaultyDisk:
    """Lets one write of a store fail: the n-th statement that changes something, commits counted too."""

    def __init__(self, store: Store, write: int, *, happened: bool, fault: Callable[[], BaseException]) -> None:
        dialect = store._database._engine.sync_engine.dialect
        self._left = write
        self._mended = False
        self._happened = happened
        self._fault = fault
        for name in ("do_execute", "do_executemany"):
            setattr(dialect, name, self._failing(getattr(dialect, name), _changes))
        dialect.do_commit = self._failing(dialect.do_commit, _always)  # type: ignore[method-assign]  # of this engine alone

    @property
    def failed(self) -> bool:
        """Whether the write that was to fail came."""
        return self._left <= 0

    def mend(self) -> None:
        """Let nothing fail any more: how many writes there are is not always the same."""
        self._mended = True

    def _failing(self, real: Callable[..., Any], is_write: Callable[..., bool]) -> Callable[..., Any]:
        def write(*args: Any) -> Any:
            if self._mended:
                return real(*args)
            if is_write(*args):
                self._left -= 1
            if self._left != 0 or not is_write(*args):
                return real(*args)
            if self._happened:
                real(*args)
            raise self._fault()

        return write


def _changes(_: object, statement: str, *__: object) -> bool:
    return statement.startswith(_CHANGES)


def _always(*_: object) -> bool:
    return True
