"""Incidents in Slack: declared by a command or from a message, changed by buttons, told to whoever comes late.

It owns no rules: everything goes to the desk under the id of what came, so that what comes twice happens once.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from bot.surfaces.incidents import Declaration, IncidentDesk
from bot.surfaces.places import Places
from bot.surfaces.slack import incident_modals as asked
from bot.surfaces.slack.answering import Answering
from bot.surfaces.slack.blocks import header, posts
from bot.surfaces.slack.conversing import conversation
from bot.surfaces.slack.incident_board import IncidentBoard
from bot.surfaces.slack.incident_cards import incident_list, incident_post
from bot.surfaces.slack.notices import notice_posts
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.presses import Form, Press, Subject, clicked, filled, submitted
from bot.surfaces.slack.quoting import Quoting
from bot.surfaces.slack.shortcuts import mentioned, told
from bot.surfaces.slack.telling import opened, private, tell, tell_posts
from bot.surfaces.slack.venue import NAME
from bot.surfaces.venues import RoomDesk
from memory.model.incident import Duty, IncidentStatus

MOST: Final = 20
UNDER_WAY: Final = (IncidentStatus.OPEN, IncidentStatus.MITIGATED)
_SEVERE: Final = re.compile(r"(?:sev|p)\s*([1-5])\b[\s:,-]*(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class IncidentParts:
    """What incidents in Slack are made of. `services` are the names of what is ours."""

    desk: IncidentDesk
    rooms: RoomDesk | None
    quoting: Quoting
    board: IncidentBoard
    answering: Answering
    places: Places
    services: Callable[[], Collection[str]]


class Incidents:
    """Takes what people do about incidents."""

    def __init__(self, parts: IncidentParts) -> None:
        self._desk = parts.desk
        self._rooms = parts.rooms
        self._quoting = parts.quoting
        self._board = parts.board
        self._answering = parts.answering
        self._places = parts.places
        self._services = parts.services
        self._presses: Mapping[str, Callable[[Visit, Subject], Awaitable[None]]] = {
            Press.COMMAND: self._command,
            Press.RESOLVE: self._resolve,
            Press.NOTE: self._ask_note,
            Press.SEVERITY: self._ask_severity,
            Press.STATUS: self._ask_status,
        }
        self._forms: Mapping[str, Callable[[Visit, Subject, Mapping[str, str]], Awaitable[None]]] = {
            Form.DECLARE: self._declared,
            Form.NOTE: self._noted,
            Form.SEVERITY: self._set_severity,
            Form.STATUS: self._set_status,
        }

    async def command(self, visit: Visit, text: str) -> None:
        """Do what was typed after `/qd incident`: a number, `sev2 what is wrong`, or what is wrong; or nothing."""
        severe = _SEVERE.fullmatch(text)
        if not text:
            await self._listed(visit)
        elif text.isdecimal():
            found = await self._desk.incident(visit.person, text)
            await tell_posts(visit, [incident_post(found, self._places)])
        elif severe is not None and severe[2].strip():
            wanted = Declaration(
                title=severe[2].strip()[: asked.LONGEST_TITLE],
                severity=int(severe[1]),
                services=tuple(mentioned(severe[2], self._services())),
            )
            await self._declare(visit, wanted, Subject(run="", channel=visit.arrival.channel))
        else:
            about = Subject(run="", channel=visit.arrival.channel)
            await opened(visit, asked.declare(about, text, mentioned(text, self._services())))

    async def catch_up(self, visit: Visit, text: str) -> None:
        """Tell whoever asks, and nobody else, what they missed."""
        which = text or await self._quoting.here(visit)
        if self._rooms is None:
            await tell(visit, "Nobody keeps rooms for incidents here.")
        elif not which:
            await tell(visit, "Say which incident: /qd catchup NUMBER.")
        else:
            missed = await self._rooms.catch_up(visit.person, which)
            await tell_posts(visit, notice_posts(missed, self._places))

    async def from_message(self, visit: Visit) -> None:
        """Ask what is wrong, for somebody who used the shortcut on a message; its words are filled in."""
        arrival, words = visit.arrival, told(visit.arrival).strip()
        about = Subject(run="", channel=arrival.channel, thread=arrival.thread or arrival.ts)
        title = words.partition("\n")[0]
        await opened(visit, asked.declare(about, title, mentioned(words, self._services())))

    async def press(self, visit: Visit, action: str) -> bool:
        """Do what a button says; False where it is none of an incident's."""
        does = self._presses.get(action)
        if does is not None:
            await does(visit, clicked(visit.arrival))
        return does is not None

    async def take(self, visit: Visit, form: str) -> bool:
        """Do what a window was sent for; False where it is none of an incident's."""
        does = self._forms.get(form)
        if does is not None:
            await does(visit, submitted(visit.arrival), filled(visit.arrival))
        return does is not None

    async def _listed(self, visit: Visit) -> None:
        page = await self._desk.incidents(visit.person, UNDER_WAY, None, MOST)
        if not page.items:
            await tell(visit, "No incident is open.", "Open one: /qd incident sev2 WHAT IS WRONG.")
            return
        shown = [header("Incidents"), incident_list([*page.items], self._places)]
        await tell_posts(visit, posts(shown, "Incidents"))

    async def _declared(self, visit: Visit, about: Subject, entered: Mapping[str, str]) -> None:
        wanted = Declaration(
            title=entered[asked.TITLE][: asked.LONGEST_TITLE],
            severity=int(entered[asked.SEVERITY]),
            services=tuple(each for each in re.split(r"[\s,]+", entered.get(asked.SERVICES, "")) if each),
        )
        await self._declare(visit, wanted, about)

    async def _declare(self, visit: Visit, wanted: Declaration, about: Subject) -> None:
        """Declare it, and show its card where that was done; to whoever did, where others read along."""
        team, channel, thread = visit.web.team, about.channel, about.thread
        if thread:
            wanted = wanted.model_copy(update={"thread": conversation(team, channel, thread)})
        found = await self._desk.declare(visit.person, wanted, key=visit.arrival.id, source=NAME)
        if not channel or await self._answering.foreign(visit, channel):
            channel, thread = await private(visit), ""
        await self._board.show(visit.web, found, channel, thread)

    async def _command(self, visit: Visit, about: Subject) -> None:
        key, who = visit.arrival.id, visit.person
        await self._desk.acknowledge(who, about.run, key=f"{key}:ack", source=NAME)
        await self._desk.assign(who, about.run, Duty.COMMANDER, who.id, key=key, source=NAME)
        await self._board.refresh(about.run)

    async def _resolve(self, visit: Visit, about: Subject) -> None:
        await self._stand(visit, about, IncidentStatus.RESOLVED, "")

    async def _ask_note(self, visit: Visit, about: Subject) -> None:
        await opened(visit, asked.note(about))

    async def _ask_severity(self, visit: Visit, about: Subject) -> None:
        found = await self._desk.incident(visit.person, about.run)
        await opened(visit, asked.severity(about, found.severity))

    async def _ask_status(self, visit: Visit, about: Subject) -> None:
        found = await self._desk.incident(visit.person, about.run)
        await opened(visit, asked.status(about, found.status))

    async def _noted(self, visit: Visit, about: Subject, entered: Mapping[str, str]) -> None:
        said = entered[asked.NOTE]
        await self._desk.note(visit.person, about.run, said, key=visit.arrival.id, source=NAME)
        await tell(visit, "It stands in the timeline.", channel=about.channel, thread=about.thread)

    async def _set_severity(self, visit: Visit, about: Subject, entered: Mapping[str, str]) -> None:
        key, reason = visit.arrival.id, entered.get(asked.REASON, "")
        severity = int(entered[asked.SEVERITY])
        await self._desk.set_severity(visit.person, about.run, severity, reason, key=key, source=NAME)
        await self._board.refresh(about.run)

    async def _set_status(self, visit: Visit, about: Subject, entered: Mapping[str, str]) -> None:
        await self._stand(visit, about, IncidentStatus(entered[asked.STATUS]), entered.get(asked.REASON, ""))

    async def _stand(self, visit: Visit, about: Subject, status: IncidentStatus, reason: str) -> None:
        key = visit.arrival.id
        await self._desk.set_status(visit.person, about.run, status, reason, key=key, source=NAME)
        await self._board.refresh(about.run)
