"""What the console is told by the composition root."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from memory.model.catalogue import Catalogue

MOST_SUGGESTIONS = 3


@dataclass(frozen=True)
class ConsoleSettings:
    """`public_url` is where people reach the server; `link_origins` are the only places evidence may link to."""

    public_url: str
    suggestions: tuple[str, ...] = ("How are things?",)
    link_origins: frozenset[str] = frozenset()

    @property
    def secure(self) -> bool:
        """Return whether people come over TLS, so that cookies can insist on it."""
        return urlsplit(self.public_url).scheme == "https"


def suggestions(catalogue: Catalogue) -> tuple[str, ...]:
    """Return what somebody new could ask about these services, the most critical first."""
    critical = sorted(catalogue.services, key=lambda service: service.criticality)
    questions = (f"What is wrong with {service.name}?" for service in critical)
    return ("How are things?", *questions)[:MOST_SUGGESTIONS]
