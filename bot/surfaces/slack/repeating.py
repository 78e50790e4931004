"""What one person may do about a plan: withdraw, break glass, approve the same again for a while."""

from bot.surfaces.controls import Controls
from bot.surfaces.desk import Desk
from bot.surfaces.places import Places
from bot.surfaces.same_again import LABEL, SameAgain
from bot.surfaces.slack.blocks import Post, actions, button, note
from bot.surfaces.slack.cards import choices
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.presses import Press, Subject, pressed_on
from bot.surfaces.slack.rich import Block
from bot.surfaces.slack.telling import refused, tell_posts, told
from memory.errors import ApprovalRefused, Conflict, PolicyDenied
from memory.model.people import Surface


class Repeating:
    """Shows people their own choices, and approves the same again for a while."""

    def __init__(self, desk: Desk, places: Places, controls: Controls | None = None) -> None:
        self._desk = desk
        self._places = places
        self._again = SameAgain(controls)

    async def offer(self, visit: Visit, about: Subject) -> None:
        """Show somebody what they may do about a plan, and nobody else."""
        run = await self._desk.run(visit.person, about.run)
        rows = choices(self._desk.card(run, visit.person), self._places)
        if self._again.offered(run, visit.person):
            rows += _same_again(about)
        await _shown(visit, about, "What you may do about this plan:", rows)

    async def suggest(self, visit: Visit, about: Subject) -> None:
        """Offer somebody who approves the same again and again to do it once for a while."""
        if said := await self._again.suggested(visit.person, about.run):
            await _shown(visit, about, said, _same_again(about))

    async def give(self, visit: Visit, about: Subject) -> None:
        """Approve the same for a while."""
        try:
            said = await self._again.give(visit.person, about.run, about.digest, Surface.SLACK)
        except (ApprovalRefused, PolicyDenied, Conflict) as error:
            await told(visit, about, *refused(error))
            return
        await told(visit, about, said)


def _same_again(about: Subject) -> list[Block]:
    return actions("again", [button(LABEL, Press.STANDING, pressed_on(about.run, about.digest))])


async def _shown(visit: Visit, about: Subject, says: str, rows: list[Block]) -> None:
    said = note(says)
    post = Post(said.text, (*said.blocks, *rows))
    await tell_posts(visit, [post], channel=about.channel, thread=about.thread)
