"""Where in the console a message or a card leads: what chat cannot show, a page does. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from bot.surfaces.links import linker


@dataclass(frozen=True)
class Places:
    """Addresses people can open: `public_url` is the server's, and evidence may lead to `link_origins` alone."""

    public_url: str
    link_origins: frozenset[str] = frozenset()

    def plan(self, run: str) -> str:
        """Return where a plan is shown as it stands."""
        return f"{self.public_url}/console/plans/{quote(run, safe='')}"

    def approving(self, run: str) -> str:
        """Return where a person approves with a passkey."""
        return f"{self.public_url}/console/approve/{quote(run, safe='')}"

    def receipts(self, run: str) -> str:
        """Return where the files are that prove what came of a plan."""
        return f"{self.plan(run)}/receipts"

    def incident(self, number: int | str) -> str:
        """Return where an incident is shown; people call it by its number."""
        return f"{self.public_url}/console/incidents/{quote(str(number), safe='')}"

    @property
    def safe(self) -> Callable[[str], str]:
        """A filter that lets an address of evidence through where it leads to one of our systems."""
        return linker(self.link_origins)
