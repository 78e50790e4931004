"""What a card rests on besides the plan: who owns each service, and the evidence the plan was made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.surfaces.desk import Desk
from memory.errors import NotFound
from memory.model.evidence import Evidence
from memory.model.people import Principal
from memory.model.run import Run
from memory.model.talk import Card

MOST_EVIDENCE: Final = 5  # facts that a card shows


@dataclass(frozen=True)
class Background:
    """Owners by service, and what was found before the plan was made."""

    owners: Mapping[str, str]
    evidence: tuple[Evidence, ...] = ()

    def owned(self, card: Card) -> str:
        """Return who owns what the plan touches, as its steps name it, and where nobody is known to."""
        services = dict.fromkeys(
            fact.value for step in card.steps for fact in step.arguments if fact.name == "service"
        )
        named = [f"{self.owners.get(each) or 'nobody known'} ({each})" for each in services if self.owners]
        return f" · owned by {', '.join(named)}" if named else ""


NO_BACKGROUND: Final = Background({})


async def background(desk: Desk, watcher: Principal, run: Run, owners: Mapping[str, str]) -> Background:
    """Return what a plan rests on, as far as it is still kept and the watcher may see it."""
    found = []
    for each in run.evidence:
        try:
            found.append(await desk.evidence(watcher, each))
        except NotFound:
            continue
    return Background(owners, tuple(found))
