"""A source of bills as the mart sees it: what it offers, each with a mark that changes with its content.

Whoever serves one may reach the network; the mart itself never does.
"""

from pathlib import Path
from typing import Protocol

from memory.model.value import Moment, Value


class Offered(Value):
    """A file that can be had. `mark` is another wherever the content may be another."""

    name: str
    mark: str
    at: Moment


class Place(Protocol):
    """Where bills lie."""

    async def offered(self) -> tuple[Offered, ...]:
        """Return every file there is; raises `ConnectorError`, or `InvalidInput` where no folder is."""

    async def fetched(self, file: Offered, into: Path) -> Path:
        """Return the file on this machine, copied into a folder unless it is here; raises like `offered`."""
