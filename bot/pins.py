"""The lock file: what people agreed to of MCP servers' tools. It belongs in version control, by the settings."""

import os
from pathlib import Path

from pydantic import ValidationError

from bot.settings import Settings
from memory.errors import InvalidSettings
from tools.declared.pins import Pins

LOCK = "mcp.lock.json"


def lock_file(settings: Settings) -> Path:
    """Return where the lock file is."""
    return settings.mcp_lock or settings.home / LOCK


def pins(settings: Settings) -> Pins:
    """Return what was agreed to, nothing without a file; raises `InvalidSettings` for one that cannot be read."""
    path = lock_file(settings)
    try:
        return Pins.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Pins()
    except OSError as error:
        raise InvalidSettings(f"expected a lock file at {path}, found: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InvalidSettings(
            f"expected {path} as `quarterdeck mcp` writes it, found another form at {where or 'its beginning'}"
        ) from None


def keep(settings: Settings, agreed: Pins) -> None:
    """Write the lock file, as a whole or not at all; raises `InvalidSettings` where it cannot be written."""
    path = lock_file(settings)
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8") as file:
            file.write(agreed.model_dump_json(indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise InvalidSettings(f"expected to write {path}, found: {error.strerror}") from error
