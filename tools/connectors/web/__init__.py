"""HTTP requests that the settings allow: looking at a server, changing something there, sending something out."""

from memory.model.plan import Effect
from tools.connectors.web.asking import Asking
from tools.connectors.web.hands import EndpointAct, EndpointRead
from tools.contract import Tool
from tools.once import Attempts

__all__ = ["Asking", "hand"]


def hand(asking: Asking, attempts: Attempts) -> Tool:
    """Return the hand of one endpoint."""
    return EndpointRead(asking) if asking.endpoint.effect is Effect.READ else EndpointAct(asking, attempts)
