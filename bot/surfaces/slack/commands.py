"""`/qd` and its subcommands. Help shows what this person may do, and nothing else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bot.surfaces.controls import Controls
from bot.surfaces.desk import Desk
from bot.surfaces.places import Places
from bot.surfaces.prose import status
from bot.surfaces.slack.answering import Answering
from bot.surfaces.slack.blocks import Post, context, header, note, posts
from bot.surfaces.slack.cards import card_blocks
from bot.surfaces.slack.incidents import Incidents
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.retelling import Retelling
from bot.surfaces.slack.rich import Block, Piece, link, points, rich, section, words
from bot.surfaces.slack.runbooks import Runbooks
from bot.surfaces.slack.telling import refused, tell, tell_posts
from memory.errors import QuarterdeckError, SlackChannelClosed
from memory.model.people import Principal, Role
from memory.model.run import Run, RunStatus

MOST: Final = 20
UNDER_WAY: Final = (RunStatus.WAITING, RunStatus.RUNNING, RunStatus.UNDOING)
_DIGEST: Final = "how are things?"
_BUTTONS_DECIDE: Final = "Words never approve. Here is the plan: its buttons do."


@dataclass(frozen=True)
class _Command:
    """One subcommand: what is typed after it, what it is for, and whom it is for."""

    does: Callable[[Visit, str], Awaitable[None]]
    takes: str
    says: str
    may: Callable[[Principal], bool] = lambda _: True


class Commands:
    """Does what is typed after `/qd`. Words that are no subcommand are a question.

    `acting` names the tools that change something.
    """

    def __init__(
        self,
        desk: Desk,
        answering: Answering,
        places: Places,
        runbooks: Runbooks | None = None,
        controls: Controls | None = None,
        incidents: Incidents | None = None,
        *,
        retelling: Retelling | None = None,
        acting: frozenset[str] = frozenset(),
    ) -> None:
        self._desk = desk
        self._acting = acting
        self._answering = answering
        self._places = places
        self._controls = controls
        self._known = {
            "ask": _Command(self._ask, "QUESTION", "ask, or say what you want done; the answer is in a thread"),
            "status": _Command(self._status, "", "how things are, for your eyes alone"),
            "plans": _Command(self._plans, "", "what waits or runs"),
            "plan": _Command(self._plan, "ID", "one plan as it stands"),
            "approve": _Command(self._approve, "ID", "see a plan and its buttons", self._decides),
            "stop": _Command(self._stop, "REASON", "stop all actions at once", self._throws),
            "resume": _Command(self._resume, "REASON", "let actions through again", self._throws),
            "help": _Command(self._help, "", "this"),
        }
        if runbooks is not None:
            self._known |= {
                "runbooks": _Command(runbooks.all, "", "which runbooks there are"),
                "runbook": _Command(runbooks.run, "NAME", "run a runbook: it becomes a plan", self._acts),
            }
        if incidents is not None:
            self._known |= {
                "incident": _Command(
                    incidents.command, "[sev2] WHAT IS WRONG", "open an incident; a NUMBER shows one, nothing all"
                ),
                "catchup": _Command(incidents.catch_up, "[NUMBER]", "what you missed of an incident"),
            }
        if retelling is not None:
            self._known |= {
                "review": _Command(retelling.review, "[NUMBER]", "what is to be learned of an incident"),
                "handover": _Command(retelling.hand_over, "[NUMBER]", "the note for whoever takes over"),
                "numbers": _Command(retelling.numbers, "[team]", "how fast incidents are noticed and over"),
            }

    async def take(self, visit: Visit) -> None:
        """Do what was typed; who may not is told what would be needed."""
        word, _, rest = visit.arrival.text.strip().partition(" ")
        command = self._known.get(word.lower())
        if not word:
            await self._help(visit, "")
        elif command is None:
            await self._ask(visit, visit.arrival.text)
        elif not command.may(visit.person):
            await tell(visit, f"/qd {word} is not yours to use: your roles do not allow it.", "Try /qd help.")
        else:
            await command.does(visit, rest.strip())

    async def _help(self, visit: Visit, _: str) -> None:
        lines = [
            [words(f"/qd {name} {each.takes}".strip(), code=True), words(f"  {each.says}")]
            for name, each in self._known.items()
            if each.may(visit.person)
        ]
        lines.append([words("/qd link", code=True), words("  link this account to who you are here")])
        await tell_posts(visit, posts([header("What you can do"), rich(points(lines))], "What you can do"))

    async def _ask(self, visit: Visit, text: str) -> None:
        """Open a thread in which everybody of the channel sees question and answer."""
        arrival = visit.arrival
        if not text.strip():
            await tell(visit, "Say what you want to know, such as: /qd ask what is wrong with checkout?")
            return
        if await self._answering.foreign(visit, arrival.channel):
            await self._answering.aside(visit, text)
            return
        opening = Post(
            note(text).text, (rich(section([words(f"{visit.person.name} asks: ", bold=True), words(text)])),)
        )
        try:
            thread = await visit.web.post(arrival.channel, opening, key=f"{arrival.id}:asks")
        except SlackChannelClosed:
            await tell(visit, "I am not in this channel. /invite me, or ask me in a direct message.")
            return
        await self._answering.answer(visit, text, arrival.channel, thread)

    async def _status(self, visit: Visit, _: str) -> None:
        await tell_posts(visit, await self._answering.privately(visit, _DIGEST))

    async def _plans(self, visit: Visit, _: str) -> None:
        page = await self._desk.runs(visit.person, UNDER_WAY, None, MOST)
        if not page.items:
            await tell(visit, "Nothing waits and nothing runs.")
            return
        lines = [self._line(run) for run in page.items]
        await tell_posts(visit, posts([header("Plans"), rich(points(lines))], "Plans"))

    def _line(self, run: Run) -> list[Piece]:
        return [
            link(self._places.plan(run.id), run.plan.goal),
            words(f"  {status(run.status.value)}, asked by {run.plan.requester}  "),
            words(run.id, code=True),
        ]

    async def _plan(self, visit: Visit, run: str) -> None:
        if not run:
            await self._plans(visit, "")
            return
        await tell_posts(visit, posts(await self._card(visit, run)))

    async def _approve(self, visit: Visit, run: str) -> None:
        if not run:
            await self._plans(visit, "")
            return
        await tell_posts(visit, posts([context(_BUTTONS_DECIDE), *await self._card(visit, run)]))

    async def _card(self, visit: Visit, run: str) -> list[Block]:
        found = await self._desk.run(visit.person, run)
        return card_blocks(self._desk.card(found, visit.person), self._places)

    async def _stop(self, visit: Visit, reason: str) -> None:
        await self._throw(visit, reason, stopping=True)

    async def _resume(self, visit: Visit, reason: str) -> None:
        await self._throw(visit, reason, stopping=False)

    async def _throw(self, visit: Visit, reason: str, *, stopping: bool) -> None:
        if self._controls is None:
            await tell(visit, "There is no switch here.")
            return
        if not reason:
            await tell(visit, f"Say why: /qd {'stop' if stopping else 'resume'} REASON.")
            return
        switch = self._controls.switch
        try:
            await (switch.stop if stopping else switch.resume)(visit.person, reason)
        except QuarterdeckError as error:
            await tell(visit, *refused(error))
            return
        done = "All actions are stopped." if stopping else "Actions go through again."
        await tell(visit, f"{done} {reason}")

    def _decides(self, person: Principal) -> bool:
        return Role.APPROVER in person.roles

    def _throws(self, person: Principal) -> bool:
        return self._controls is not None and Role.ADMIN in person.roles

    def _acts(self, person: Principal) -> bool:
        """Return whether policy leaves this person anything that acts."""
        return bool(self._acting & self._desk.permitted(person))
