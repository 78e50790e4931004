"""Which conversation a terminal is in, so that "roll it back" follows the question before it.

One small file for each terminal session and person, under the settings' `home`. A conversation that was silent for
half an hour is over: nobody means a suggestion of yesterday by "do it".
"""

import os
import time
from pathlib import Path

from memory.ids import derived

LASTS_S = 1800.0


class Recent:
    """The conversation of this terminal session, as one person, with one Quarterdeck."""

    def __init__(self, home: Path, server: str, person: str) -> None:
        self._file = home / "terminals" / derived("thread", str(os.getsid(0)), server, person)

    def thread(self) -> str | None:
        """Return the conversation to go on with, None where none is recent."""
        try:
            if time.time() - self._file.stat().st_mtime > LASTS_S:
                return None
            return self._file.read_text(encoding="utf-8") or None
        except OSError:
            return None  # a new conversation is always possible

    def keep(self, thread: str) -> None:
        """Remember the conversation; a home that cannot be written to only forgets it."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(thread, encoding="utf-8")
        except OSError:
            return
