"""What is kept beside an approval: the event that came and was verified, without what is secret in it. Pure."""

from typing import Final

from memory.canonical import canonical
from memory.model.arrival import Arrival

_SECRET: Final = frozenset({"token", "trigger_id", "response_url", "response_urls", "bot_access_token"})


def attested(arrival: Arrival) -> bytes:
    """Return an arrival's event in its canonical form."""
    told = {name: value for name, value in arrival.payload.items() if name not in _SECRET}
    return canonical({"surface": "slack", "arrival": arrival.id, "team": arrival.team, "event": told})
