"""Approving the same again for a while, by a press: who may, and what to say about it."""

from typing import Final

from bot.surfaces.controls import Controls, StandingAsked
from memory.model.approval import Verdict
from memory.model.people import Principal, Surface
from memory.model.run import Run
from memory.model.standing import StandingApproval

MINUTES: Final = 30  # for which the same may be approved at a press
LABEL: Final = f"Approve the same for {MINUTES} minutes"
NOT_KEPT: Final = "Standing approvals are not kept here."


class SameAgain:
    """Gives standing approvals, each once however often it is pressed."""

    def __init__(self, controls: Controls | None = None) -> None:
        self._controls = controls

    def offered(self, run: Run, who: Principal) -> bool:
        """Return whether somebody approved this plan, and so may approve the same again."""
        mine = (each for each in run.approvals if each.approver == who.id)
        return self._controls is not None and any(each.verdict is Verdict.APPROVE for each in mine)

    async def suggested(self, who: Principal, run: str) -> str:
        """Return what to say to somebody who approves the same again and again, empty for all others."""
        found = None if self._controls is None else await self._controls.standing.suggestion(who, run)
        return "" if found is None else f"You approved this {found.times} times of late."

    async def give(self, who: Principal, run: str, digest: str, surface: Surface) -> str:
        """Approve the same for a while, and return until when; raises as the desk of standing approvals."""
        if self._controls is None:
            return NOT_KEPT
        before = await self._given(self._controls, who, run)
        if before is None:
            asked = StandingAsked(run=run, plan_digest=digest, minutes=MINUTES)
            before = await self._controls.standing.give(who, asked, surface)
        until = f"{before.expires_at:%H:%M} UTC"
        return f"The same is approved until {until}, {before.most_uses} times at most."

    async def _given(self, controls: Controls, who: Principal, run: str) -> StandingApproval | None:
        """Return the standing approval that this person gave to this plan already, by a press that came again."""
        every = await controls.standing.all(who)
        mine = (each for each in every if (each.approver, each.run, each.ended) == (who.id, run, None))
        return next(mine, None)
