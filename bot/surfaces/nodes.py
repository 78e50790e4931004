"""What surfaces ask of the nodes: which there are, how each fares, and who leads in what."""

from typing import Protocol

from memory.model.node import Node, Term
from memory.model.people import Principal
from memory.model.value import Value


class NodesView(Value):
    """The nodes that are there, the oldest first, and the terms that last. Without a server there are none."""

    items: tuple[Node, ...]
    leaders: tuple[Term, ...] = ()


class NodeDesk(Protocol):
    """Shows the nodes."""

    async def nodes(self, principal: Principal) -> NodesView:
        """Return those that serve the tenant."""
