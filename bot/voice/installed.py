"""What the extra `voice` installs, imported when somebody speaks and not before."""

from typing import Any, Final

from memory.errors import DependencyMissing

INSTALL: Final = "Install it with: pip install 'quarterdeck[voice]'"


def pyav() -> Any:
    """Return the module `av`; raises `DependencyMissing`."""
    try:
        import av
    except ImportError as error:
        raise missing("av") from error
    return av


def faster_whisper() -> Any:
    """Return the module `faster_whisper`; raises `DependencyMissing`. Takes a second the first time."""
    try:
        import faster_whisper as whisper
    except ImportError as error:
        raise missing("faster-whisper") from error
    return whisper


def numpy_of_voice() -> Any:
    """Return the module `numpy`."""
    import numpy as np

    return np


def missing(package: str) -> DependencyMissing:
    """Return the error that names the package and how to install it."""
    return DependencyMissing(
        f"expected the package {package} to hear speech, and found none installed", hint=INSTALL
    )
