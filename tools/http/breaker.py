"""When not to ask at all: after several failures in a row a system is left alone for a while.

The port is ours, the state machine is purgatory's; it reads the machine's clock itself.
"""

from datetime import UTC, datetime
from typing import Protocol

from purgatory.domain.model import Context, OpenedState


class Breaker(Protocol):
    """Remembers how a system fared. One request asks `open_until` once and then reports at most once."""

    def open_until(self) -> datetime | None:
        """Return until when nothing shall be asked, None when a request may go."""

    def succeeded(self) -> None:
        """Note that the system answered."""

    def failed(self, error: Exception) -> None:
        """Note that the system could not be reached."""


class Circuit:
    """Opens after `threshold` failures in a row; after `rest_s` seconds the next request decides.

    That request closes it by succeeding and opens it again by failing. Requests that arrive while it is under way
    go out as well.
    """

    def __init__(self, name: str, *, threshold: int = 5, rest_s: float = 10.0) -> None:
        self._rest_s = rest_s
        self._context = Context(name, threshold, rest_s)

    def open_until(self) -> datetime | None:
        """Return until when the circuit is open, in UTC, None when it is not."""
        try:
            self._context.handle_new_request()
        except OpenedState as opened:
            return datetime.fromtimestamp(opened.opened_at + self._rest_s, UTC)
        finally:
            self._context.messages.clear()  # events for other processes; nobody listens
        return None

    def succeeded(self) -> None:
        """Close the circuit."""
        self._context.handle_end_request()
        self._context.messages.clear()

    def failed(self, error: Exception) -> None:
        """Count a failure; open the circuit when it is one too many."""
        self._context.handle_exception(error)
        self._context.messages.clear()
