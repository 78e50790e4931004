"""What Terraform itself said while it applied a plan, kept in a file that outlives whoever started it.

The file is locked as long as any process of that apply lives, so that looking afterwards tells three things apart:
it still works on it, it began to change something, and it never did.
https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from memory.errors import ConnectorUnreachable

_DIAGNOSTIC, _STARTED, _SUMMARY = "diagnostic", "apply_start", "change_summary"


class Told(StrEnum):
    """How far an apply came, by its log."""

    NOTHING = "nothing"  # was changed
    PART = "part"
    WHOLE = "whole"


class Log:
    """The log of one apply."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def held(self) -> Iterator[int]:
        """Hold the log, empty, and give its descriptor; raises `ConnectorUnreachable` while another has it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _lock(descriptor)
            os.ftruncate(descriptor, 0)
            yield descriptor
        finally:
            os.close(descriptor)

    def told(self) -> Told:
        """Return how far it came; raises `ConnectorUnreachable` while Terraform still works on it."""
        if not self._path.is_file():
            return Told.NOTHING
        descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            _lock(descriptor)
        finally:
            os.close(descriptor)
        events = list(self._events())
        if any(each.get("type") == _SUMMARY and _operation(each) == "apply" for each in events):
            return Told.WHOLE
        return Told.PART if any(each.get("type") == _STARTED for each in events) else Told.NOTHING

    def complaint(self) -> str:
        """Return the errors in it, one a line, as Terraform says them to people. Untrusted text."""
        said = (
            each for each in self._events() if each.get("type") == _DIAGNOSTIC and each.get("@level") == "error"
        )
        return "\n".join(f"{each.get('@message', '')}\n{each.get('diagnostic', '')}" for each in said)

    def _events(self) -> Iterator[dict[str, object]]:
        for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue  # the last line of an apply that was killed, or what a provider wrote
            if isinstance(event, dict):
                yield event


def _operation(event: dict[str, object]) -> object:
    changes = event.get("changes")
    return changes.get("operation") if isinstance(changes, dict) else None


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ConnectorUnreachable("terraform still works on it, begun by a call before this one") from None
