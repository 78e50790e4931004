"""What is this machine's: the directory for local state, secrets made on first use, memory to give back."""

import os
import secrets
from contextlib import suppress
from ctypes import CDLL
from pathlib import Path

from bot.settings import Settings
from memory.errors import InvalidSettings


def home(settings: Settings) -> Path:
    """Return the directory for local state, made if need be, readable by its owner alone."""
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidSettings(f"expected to write to {settings.home}, found: {error.strerror}") from error
    return settings.home


def secret_of(path: Path) -> bytes:
    """Return the 32 random bytes at `path`, made on first use; raises `InvalidSettings` if others can read."""
    with suppress(FileExistsError):
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "wb") as file:
            file.write(secrets.token_bytes(32))
    if path.stat().st_mode & 0o077:
        raise InvalidSettings(f"expected {path} to be readable by its owner alone", hint=f"chmod 600 {path}")
    return path.read_bytes()


def give_back_memory() -> None:
    """Return to the system what loading took and no longer needs, a fifth of it all, which glibc would keep."""
    trim = getattr(CDLL(None), "malloc_trim", None)
    if trim is not None:  # glibc alone has it
        trim(0)


def session_key(settings: Settings) -> bytes:
    """Return the key that seals sessions and hashes codes that are said, alike on every node."""
    given = settings.session_key.get_secret_value()
    return given.encode() if given else secret_of(settings.home / "session.key")
