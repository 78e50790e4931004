"""The talking side: each thing that came from a known person goes to the part that does it.

It owns no domain logic: what was said goes to the desk, what was clicked too, and what comes back is rendered.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog

from bot.surfaces.lessons import LessonDesk
from bot.surfaces.slack import modals
from bot.surfaces.slack.answering import Answering
from bot.surfaces.slack.blocks import FEEDBACK
from bot.surfaces.slack.clips import DEAF, Listener, clip, words_of
from bot.surfaces.slack.commands import Commands
from bot.surfaces.slack.deciding import Deciding
from bot.surfaces.slack.homes import Homes
from bot.surfaces.slack.incidents import Incidents
from bot.surfaces.slack.ports import Arrival, ArrivalKind, Visit
from bot.surfaces.slack.presses import Form, Press, Shortcut, filled, submitted, value_of
from bot.surfaces.slack.quoting import Quoting
from bot.surfaces.slack.runbooks import Runbooks
from bot.surfaces.slack.shortcuts import Shortcuts
from bot.surfaces.slack.telling import tell
from bot.surfaces.slack.unfurling import Unfurling
from memory.errors import NotFound, SlackRejected
from memory.model.talk import ButtonAction
from memory.model.value import JsonValue

PROMPTS: Final = (
    ("How are things?", "How are things?"),
    ("What changed lately?", "What was deployed in the last hour?"),
    ("What waits for me?", "Which plans are waiting?"),
    ("What can you do?", "help"),
)
NO_INCIDENTS: Final = "Incidents are not kept here."
WELCOME: Final = "Ask about what runs here, or say what you want done."

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Parts:
    """What does the work."""

    answering: Answering
    deciding: Deciding
    commands: Commands
    homes: Homes
    shortcuts: Shortcuts
    unfurling: Unfurling
    runbooks: Runbooks | None = None
    listener: Listener | None = None
    incidents: Incidents | None = None
    quoting: Quoting | None = None
    lessons: LessonDesk | None = None


class Talker:
    """Serves `bot.surfaces.slack.ports.Talking`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._kinds: Mapping[ArrivalKind, Callable[[Visit], Awaitable[None]]] = {
            ArrivalKind.MESSAGE: self._said,
            ArrivalKind.COMMAND: parts.commands.take,
            ArrivalKind.CLICK: self._clicked,
            ArrivalKind.SHORTCUT: self._shortcut,
            ArrivalKind.SUBMISSION: self._sent,
            ArrivalKind.EVENT: self._happened,
        }

    def at_once(self, arrival: Arrival) -> Mapping[str, JsonValue]:
        """Return what is wrong with a window that was sent, nothing for all else."""
        if arrival.kind is not ArrivalKind.SUBMISSION:
            return {}
        wrong = modals.problems(arrival.name, filled(arrival))
        return {"response_action": "errors", "errors": wrong} if wrong else {}

    async def work(self, visit: Visit) -> None:
        """Do what was asked. What is merely overheard is not for us."""
        does = self._kinds.get(visit.arrival.kind)
        if does is not None:
            await does(visit)

    async def _said(self, visit: Visit) -> None:
        arrival = visit.arrival
        found, text, opening = clip(arrival), arrival.text, ""
        if found is not None:
            if self._parts.listener is None:
                await tell(visit, DEAF)
                if not text.strip():
                    return
            else:
                text = await words_of(visit, self._parts.listener, found)
                opening = f"Heard: {text}"
        if not text.strip():
            await tell(visit, WELCOME)
            return
        await self._parts.answering.answer(
            visit, text, arrival.channel, arrival.thread, opening=opening, spoken_aloud=bool(opening)
        )

    async def _clicked(self, visit: Visit) -> None:
        arrival = visit.arrival
        action = arrival.name.partition(":")[0]
        if action == ButtonAction.SAY:
            said = value_of(arrival)
            opening = f"{visit.person.name}: {said}"
            await self._parts.answering.answer(
                visit, said, arrival.channel, arrival.thread or arrival.ts, opening=opening
            )
        elif action == FEEDBACK:
            await self._judged(visit)
        elif action == Press.STOP:
            await self._parts.answering.stop(visit, value_of(arrival))
        elif action == Press.REVOKE:
            await self._parts.homes.revoke(visit, value_of(arrival))
        elif self._parts.incidents is not None and await self._parts.incidents.press(visit, action):
            return
        elif not await self._parts.deciding.press(visit, action):
            _log.warning("slack.unknown_button", action=action)

    async def _judged(self, visit: Visit) -> None:
        verdict, _, reply = value_of(visit.arrival).partition(" ")
        good = verdict == "good"
        _log.info("slack.feedback", verdict=verdict, reply=reply, by=visit.person.id)
        if self._parts.lessons is not None:
            with suppress(NotFound):  # somebody else's answer: only who asked can say whether they were understood
                await self._parts.lessons.thumb(visit.person, reply, up=good)
        await tell(visit, "Thank you." if good else "Thank you. Ask “why?” to see what the answer rests on.")

    async def _shortcut(self, visit: Visit) -> None:
        incidents, quoting = self._parts.incidents, self._parts.quoting
        match visit.arrival.name:
            case Shortcut.EXPLAIN:
                await self._parts.shortcuts.explain(visit)
            case Shortcut.INCIDENT if incidents is not None:
                await incidents.from_message(visit)
            case Shortcut.NOTE if quoting is not None:
                await quoting.added(visit)
            case Shortcut.INCIDENT | Shortcut.NOTE:
                await tell(visit, NO_INCIDENTS)
            case _:
                _log.warning("slack.unknown_shortcut", name=visit.arrival.name)

    async def _sent(self, visit: Visit) -> None:
        if visit.arrival.name == Form.RUNBOOK and self._parts.runbooks is not None:
            about = submitted(visit.arrival)
            await self._parts.runbooks.follow(visit, about.run, filled(visit.arrival), about.channel)
        elif self._parts.incidents is not None and await self._parts.incidents.take(visit, visit.arrival.name):
            return
        elif not await self._parts.deciding.take(visit, visit.arrival.name):
            _log.warning("slack.unknown_form", name=visit.arrival.name)

    async def _happened(self, visit: Visit) -> None:
        match visit.arrival.name:
            case "app_home_opened" if visit.arrival.payload.get("tab") == "home":
                await self._parts.homes.opened(visit)
            case "app_home_opened" | "app_context_changed":
                await self._prompt(visit)
            case "pin_added" if self._parts.quoting is not None:
                await self._parts.quoting.pinned(visit)
            case "link_shared":
                await self._parts.unfurling.shared(visit)

    async def _prompt(self, visit: Visit) -> None:
        """Suggest what to ask. An agent's prompts belong to its conversation, so that no thread is named."""
        if not visit.arrival.channel.startswith("D"):
            return
        prompts: list[JsonValue] = [{"title": title, "message": said} for title, said in PROMPTS]
        try:
            await visit.web.call(
                "assistant.threads.setSuggestedPrompts",
                channel_id=visit.arrival.channel,
                title=WELCOME,
                prompts=prompts,
            )
        except SlackRejected as error:
            _log.info("slack.no_prompts", why=error.error)
