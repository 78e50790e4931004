"""The demo that runs on this machine, as other programs of its user find it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from memory.errors import InvalidInput
from memory.model.value import Value

_FILE = "demo.json"


class Running(Value):
    """Where a demo is reached, its process, and a key for each of its people, whoever asks first."""

    url: str
    pid: int
    keys: dict[str, str]

    def key(self, person: str) -> str:
        """Return a person's key, the asker's where nobody is named; raises `InvalidInput`."""
        try:
            return self.keys[person or next(iter(self.keys))]
        except KeyError:
            raise InvalidInput(f"expected one of {', '.join(self.keys)}, found {person!r}") from None


@contextmanager
def announced(home: Path, running: Running) -> Iterator[None]:
    """Let `found` find this demo while the block lasts."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = home / _FILE
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(running.model_dump_json())
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def found(home: Path) -> Running | None:
    """Return the demo of this user that runs now, None where none does."""
    try:
        running = Running.model_validate_json((home / _FILE).read_bytes())
        os.kill(running.pid, 0)
    except (OSError, ValidationError):
        return None
    return running
