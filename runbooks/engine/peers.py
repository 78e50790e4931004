"""What a runner has to know of the nodes it works with: its own name, whether it may act, and who is gone."""

from typing import Protocol

from memory.ids import Ids


class Peers(Protocol):
    """The nodes of a house, as one of them sees them."""

    @property
    def name(self) -> str:
        """The name of this node, under which it holds runs."""

    def require_touch(self) -> None:
        """Return where this node may act: the others cannot count it as gone yet. Raises `OutOfTouch`."""

    async def is_gone(self, tenant: str, node: str) -> bool:
        """Return whether a node counts as gone for good, so that what it held may be taken up at once."""


class Alone:
    """A process that knows of no other: whoever holds a run holds it until the lease is over."""

    def __init__(self, ids: Ids) -> None:
        self._name = ids.new("executor")

    @property
    def name(self) -> str:
        """The name of this process."""
        return self._name

    def require_touch(self) -> None:
        """Return: nobody could count this process as gone."""

    async def is_gone(self, tenant: str, node: str) -> bool:
        """Return False: there is no telling."""
        del tenant, node
        return False
