"""What came of verifying a log: what it is, or what is wrong with it and exactly where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NoReturn, Self

from memory.errors import NotFound, QuarterdeckError
from memory.log.keys import VerifierKey
from memory.model.bodies import EntryKind


class Fault(StrEnum):
    """How a place is not as it should be."""

    MISSING = "missing"
    MALFORMED = "malformed"
    CHANGED = "changed"
    REORDERED = "reordered"
    ROOT = "root"
    SCHEMA = "schema"
    TENANT = "tenant"
    TIME = "time"
    SIGNATURE = "signature"
    COSIGNATURE = "cosignature"
    KEY = "key"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: the file it is in, the entry where it is one's, what was expected and found."""

    fault: Fault
    path: str
    expected: str
    found: str
    entry: int | None = None

    @classmethod
    def of(
        cls, error: QuarterdeckError, path: str, *, fault: Fault | None = None, entry: int | None = None
    ) -> Self:
        """Return what an error says as a finding: by itself, that a file is missing or malformed."""
        expected, _, found = error.message.removeprefix("expected ").partition(", found ")
        own = Fault.MISSING if isinstance(error, NotFound) else Fault.MALFORMED
        return cls(fault or own, path, expected, found, entry)

    def __str__(self) -> str:
        where = self.path if self.entry is None else f"{self.path}, entry {self.entry}"
        return f"{where}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True, slots=True)
class Believed:
    """A key of the log, and the largest tree it is believed for: None for any, a number once it was revoked."""

    key: VerifierKey
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """A log in which nothing is wrong. `witnessed_at` is in seconds since 1970, by the witness's name."""

    origin: str
    size: int
    root: bytes
    first_logged: datetime | None
    last_logged: datetime | None
    kinds: Mapping[EntryKind, int]
    keys: tuple[Believed, ...]
    signed_by: tuple[VerifierKey, ...]
    witnessed_at: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Broken:
    """A log that is not to be believed. `more`: it was not read to its end, so there may be other findings."""

    findings: tuple[Finding, ...]
    more: bool = False


class EnoughFoundError(Exception):
    """There are as many findings as were asked for, or nothing more is worth looking at."""


class Findings:
    """Findings as they are made, up to `limit` of them. Raises `EnoughFoundError` where looking on has to end."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._found: list[Finding] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, *findings: Finding) -> None:
        """Add findings."""
        for finding in findings:
            self._found.append(finding)
            if len(self._found) >= self._limit:
                raise EnoughFoundError

    def end_with(self, *findings: Finding) -> NoReturn:
        """Add findings after which nothing else can be judged."""
        self.add(*findings)
        raise EnoughFoundError

    def broken(self, *, more: bool) -> Broken:
        """Return what was found."""
        return Broken(tuple(self._found), more)
