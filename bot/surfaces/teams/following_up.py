"""What follows a press once it is answered: words said for whoever pressed, a question, another plan.

All of it may be done again, by whoever takes the press up after a crash, and then finds what was done.
"""

from bot.surfaces.desk import Desk
from bot.surfaces.replacing import NOT_THIS, Replacing, edited, says
from bot.surfaces.teams.activities import Incoming
from bot.surfaces.teams.arriving import name_of
from bot.surfaces.teams.board import Board
from bot.surfaces.teams.calling_out import CallingOut
from bot.surfaces.teams.clips import Clips
from bot.surfaces.teams.presses import Press, attested
from bot.surfaces.teams.talking import Talking
from memory.model.people import Principal, Surface
from memory.model.run import RunStatus
from memory.model.teams import Place


class FollowingUp:
    """Does what takes longer than an answer may."""

    def __init__(self, desk: Desk, talking: Talking, board: Board, calling_out: CallingOut, clips: Clips) -> None:
        self._desk = desk
        self._talking = talking
        self._board = board
        self._calling_out = calling_out
        self._clips = clips
        self._replacing = Replacing(desk)

    async def say(self, came: Incoming, place: Place, person: Principal, text: str) -> None:
        """Have something said for a person, as if they had typed it."""
        await self._talking.turn(came, place, person, text, opening=f"{person.name}: {text}")

    async def give(self, came: Incoming, place: Place, person: Principal) -> None:
        """Give somebody the clip they agreed to take."""
        await self._clips.answered(came, place, person)

    async def ask(self, came: Incoming, place: Place, person: Principal, press: Press) -> None:
        """Put a question to whoever asked for the plan, where it is shown."""
        run = await self._desk.run(person, press.run)
        says = f"{person.name} asks before deciding on “{run.plan.goal}”:"
        key = f"{name_of(came)}:ask"
        await self._calling_out.call(place, run.plan.requester, says, key=key, quoted=press.reason)

    async def replace(self, came: Incoming, place: Place, person: Principal, press: Press) -> None:
        """Have the other plan made; where it is just what was entered, the old one ends."""
        run = await self._desk.run(person, press.run)
        waits = run.status is RunStatus.WAITING
        if waits and (why := self._replacing.refusal(run, person, press.digest)):
            await self._told(came, place, person, why)
            return
        call = edited(run.plan.steps[0].call, press.entered)
        words = says(call)
        reply = await self._talking.turn(
            came, place, person, words, opening=f"{person.name} edits the plan: {words}"
        )
        if reply is None or not await self._replacing.meant(person, reply, call, run):
            await self._told(came, place, person, NOT_THIS)
            return
        await self._replacing.void(person, run, Surface.TEAMS, attested(press, came))
        await self._board.refresh(run.id)

    async def _told(self, came: Incoming, place: Place, person: Principal, why: str) -> None:
        await self._calling_out.call(place, person.id, why, key=f"{name_of(came)}:refused")
