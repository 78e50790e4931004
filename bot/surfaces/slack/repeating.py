"""What one person may do about a plan: withdraw, break glass, approve the same again for a while."""

from typing import Final

from bot.surfaces.controls import Controls, StandingAsked
from bot.surfaces.desk import Desk
from bot.surfaces.places import Places
from bot.surfaces.slack.blocks import Post, actions, button, note
from bot.surfaces.slack.cards import choices
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.presses import Press, Subject, pressed_on
from bot.surfaces.slack.rich import Block
from bot.surfaces.slack.telling import refused, tell_posts, told
from memory.errors import ApprovalRefused, Conflict, PolicyDenied
from memory.model.approval import Verdict
from memory.model.people import Principal, Surface
from memory.model.run import Run
from memory.model.standing import StandingApproval

MINUTES: Final = 30  # for which the same may be approved at a press


class Repeating:
    """Shows people their own choices, and approves the same again for a while."""

    def __init__(self, desk: Desk, places: Places, controls: Controls | None = None) -> None:
        self._desk = desk
        self._places = places
        self._controls = controls

    async def offer(self, visit: Visit, about: Subject) -> None:
        """Show somebody what they may do about a plan, and nobody else."""
        run = await self._desk.run(visit.person, about.run)
        rows = choices(self._desk.card(run, visit.person), self._places)
        if self._controls is not None and _approved(run, visit.person):
            rows += _same_again(about)
        await _shown(visit, about, "What you may do about this plan:", rows)

    async def suggest(self, visit: Visit, about: Subject) -> None:
        """Offer somebody who approves the same again and again to do it once for a while."""
        if self._controls is None:
            return
        found = await self._controls.standing.suggestion(visit.person, about.run)
        if found is not None:
            said = f"You approved this {found.times} times of late."
            await _shown(visit, about, said, _same_again(about))

    async def give(self, visit: Visit, about: Subject) -> None:
        """Approve the same for a while."""
        if self._controls is None:
            await told(visit, about, "Standing approvals are not kept here.")
            return
        before = await self._given(visit.person, about)
        if before is not None:  # by a press that came again
            await told(visit, about, _until(before))
            return
        asked = StandingAsked(run=about.run, plan_digest=about.digest, minutes=MINUTES)
        try:
            given = await self._controls.standing.give(visit.person, asked, Surface.SLACK)
        except (ApprovalRefused, PolicyDenied, Conflict) as error:
            await told(visit, about, *refused(error))
            return
        await told(visit, about, _until(given))

    async def _given(self, who: Principal, about: Subject) -> StandingApproval | None:
        """Return the standing approval that this person gave to this plan already."""
        every = await self._controls.standing.all(who) if self._controls else ()
        mine = (each for each in every if (each.approver, each.run, each.ended) == (who.id, about.run, None))
        return next(mine, None)


def _until(given: StandingApproval) -> str:
    until = f"{given.expires_at:%H:%M} UTC"
    return f"The same is approved until {until}, {given.most_uses} times at most."


def _approved(run: Run, who: Principal) -> bool:
    return any(each.approver == who.id and each.verdict is Verdict.APPROVE for each in run.approvals)


def _same_again(about: Subject) -> list[Block]:
    label = f"Approve the same for {MINUTES} minutes"
    return actions("again", [button(label, Press.STANDING, pressed_on(about.run, about.digest))])


async def _shown(visit: Visit, about: Subject, says: str, rows: list[Block]) -> None:
    said = note(says)
    post = Post(said.text, (*said.blocks, *rows))
    await tell_posts(visit, [post], channel=about.channel, thread=about.thread)
