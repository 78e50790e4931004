"""Where each service is reached and which flags are on: one small file that the supervisor writes, services read.

A reader sees the old content or the new, never a part of it.
"""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Book:
    """The addresses (`host:port`) of each service's replicas, and whether each flag is on."""

    endpoints: Mapping[str, Sequence[str]] = field(default_factory=dict)
    flags: Mapping[str, bool] = field(default_factory=dict)


def publish(book: Book, path: Path) -> None:
    """Write the book, replacing the one before in one step."""
    replace(path, json.dumps(asdict(book)))


def replace(path: Path, text: str) -> None:
    """Write a file so that nobody ever reads half of it."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


class Registry:
    """The reading side. It looks at the file again whenever it was written."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stamp = (0, 0)
        self._book = Book()
        self._turns = itertools.count()

    def flags(self) -> Mapping[str, bool]:
        """Return which flags are on."""
        return self._fresh().flags

    def endpoint(self, service: str) -> str | None:
        """Return the address of the service's next replica, in turn; None where it has none."""
        endpoints = self._fresh().endpoints.get(service, ())
        return endpoints[next(self._turns) % len(endpoints)] if endpoints else None

    def _fresh(self) -> Book:
        if self._path is None:
            return self._book
        found = self._path.stat()
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._stamp:
            self._book = Book(**json.loads(self._path.read_text(encoding="utf-8")))
            self._stamp = stamp
        return self._book
