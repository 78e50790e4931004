"""Saved plans by the SHA-256 of their file, and which of them were begun to be applied under which key.

A plan file holds values in the clear, sensitive ones too, so the folder is readable by its owner alone and a plan
is thrown away after a day. Several nodes share the folder, or a plan is applied where it was made.
"""

import hashlib
import os
import secrets
from datetime import timedelta
from pathlib import Path

from memory.errors import Conflict
from memory.model.run import Outcome
from memory.model.value import Digest, Identifier, Moment, Value
from tools.connectors.terraform.log import Log

KEPT_FOR = timedelta(days=1)
_READ = 1 << 20


class Begun(Value):
    """An apply that was begun: what under which key, on which state, and what came of it where that is known."""

    key: Identifier
    project: Identifier
    plan: Digest
    state: str
    outcome: Outcome | None = None


class Plans:
    """Keeps plans and what was begun in one folder."""

    def __init__(self, folder: Path) -> None:
        self._plans = folder / "plans"
        self._begun = folder / "applies"
        for each in (self._plans, self._begun):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)

    def blank(self) -> Path:
        """Return where a new plan may be written."""
        return self._plans / f"{secrets.token_hex(16)}.new"

    def keep(self, blank: Path, now: Moment) -> str:
        """Take a plan that was written and return its digest; throw away those that are too old."""
        for old in self._plans.iterdir():
            if old != blank and old.stat().st_mtime < (now - KEPT_FOR).timestamp():
                old.unlink(missing_ok=True)
        digest = _digest(blank)
        blank.chmod(0o600)
        blank.replace(self._plans / f"{digest}.tfplan")
        return digest

    def discard(self, blank: Path) -> None:
        """Throw away what was written, if anything was."""
        blank.unlink(missing_ok=True)

    def file(self, digest: str) -> Path:
        """Return the file of a plan, whose bytes are exactly those; raises `Conflict`."""
        path = self._plans / f"{digest}.tfplan"
        found = _digest(path) if path.is_file() else "none"
        if found != digest:
            raise Conflict(
                f"expected the plan file {digest[:12]}, found {found[:12]}; nothing was changed",
                hint="Make a new plan and look at it: plans are kept for a day, where they were made.",
            )
        return path

    def begun(self, key: str) -> Begun | None:
        """Return what was begun under a key, None where nothing was."""
        path = self._of(key)
        return Begun.model_validate_json(path.read_bytes()) if path.is_file() else None

    def begin(self, what: Begun) -> None:
        """Remember an apply, durably, before it begins; and what came of it afterwards."""
        path = self._of(what.key)
        blank = path.with_suffix(f".{secrets.token_hex(8)}")
        descriptor = os.open(blank, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(what.model_dump_json().encode())
            file.flush()
            os.fsync(file.fileno())
        blank.replace(path)

    def log(self, key: str) -> Log:
        """Return what Terraform itself said while it applied under a key."""
        return Log(self._of(key).with_suffix(".log"))

    def _of(self, key: str) -> Path:
        return self._begun / f"{hashlib.sha256(key.encode()).hexdigest()}.json"


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_READ):
            found.update(chunk)
    return found.hexdigest()
