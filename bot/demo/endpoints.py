"""Where a running estate is reached. The supervisor leaves it in the estate's directory for other programs."""

import os
from pathlib import Path

from pydantic import ValidationError

from memory.errors import NotFound
from memory.model.value import Value

_NAME = "endpoints.json"


class Endpoints(Value):
    """The addresses of a running estate's parts, the token of its control API, and the parts' process ids."""

    control_url: str
    control_token: str
    prometheus_url: str
    alertmanager_url: str
    supervisor_pid: int
    prometheus_pid: int
    alertmanager_pid: int


def leave(directory: Path, endpoints: Endpoints) -> None:
    """Write the endpoints where `find` finds them, for this user alone."""
    path = directory / _NAME
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(endpoints.model_dump_json())


def forget(directory: Path) -> None:
    """Remove them: nobody answers there any more."""
    (directory / _NAME).unlink(missing_ok=True)


def find(directory: Path) -> Endpoints:
    """Return the endpoints of the estate that runs in `directory`; raises `NotFound` where none does."""
    try:
        return Endpoints.model_validate_json((directory / _NAME).read_bytes())
    except (FileNotFoundError, ValidationError) as error:
        raise NotFound(f"expected a running demo estate in {directory}, found none") from error
