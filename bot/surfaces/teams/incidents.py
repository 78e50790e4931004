"""Incidents in Teams: declared and changed by words and by cards, as far as the incident desk lets somebody.

What one person missed is shown to them alone: on the card they pressed, or in a chat of our own.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog
from pydantic import ValidationError

from bot.surfaces.incident_numbers import By, NumbersDesk
from bot.surfaces.incidents import USUAL_SEVERITY, Declaration, IncidentDesk
from bot.surfaces.number_words import notice
from bot.surfaces.places import Places
from bot.surfaces.teams.activities import Incoming
from bot.surfaces.teams.arriving import name_of
from bot.surfaces.teams.elements import Element
from bot.surfaces.teams.incident_cards import declaring_card, incident_card, listed
from bot.surfaces.teams.notices import notice_card
from bot.surfaces.teams.presses import Press, Pressed, shown
from bot.surfaces.teams.talking import thread_of
from bot.surfaces.teams.venue import NAME
from bot.surfaces.teams.verbs import SERVICE, SEVERITY, TITLE, Verb
from bot.surfaces.venues import RoomDesk
from memory.errors import Conflict, InvalidInput, NotFound, PolicyDenied
from memory.model.incident import Duty, Incident, IncidentStatus
from memory.model.people import Principal
from memory.model.teams import Place

MOST: Final = 20
OURS_ALONE: Final = "Write that to me in a chat of our own: it is for you alone. Or press “Catch me up” on a card."
_OPEN: Final = (IncidentStatus.OPEN, IncidentStatus.MITIGATED)
_ONE: Final = re.compile(r"(?:incident|inc)[ -]#?(?P<which>\d{1,9})")
_OPENS: Final = re.compile(r"incident sev(?P<severity>[1-5]) (?P<title>.+)", re.IGNORECASE)
_CATCH_UP: Final = re.compile(r"catch (?:me )?up(?: on)?(?: (?:incident|inc))?[ -]#?(?P<which>\d{1,9})")
_REVIEW: Final = re.compile(r"(?:post-?incident )?review(?: of)?(?: (?:incident|inc))?[ -]#?(?P<which>\d{1,9})")
_HAND_OVER: Final = re.compile(r"hand ?over(?: (?:incident|inc))?[ -]#?(?P<which>\d{1,9})")
_NUMBERS: Final = re.compile(r"incident numbers(?: by (?P<by>service|team))?")
_STATUS: Final[Mapping[str, IncidentStatus]] = {
    Verb.MITIGATED: IncidentStatus.MITIGATED,
    Verb.RESOLVED: IncidentStatus.RESOLVED,
}

_log = structlog.get_logger(__name__)


class Incidents:
    """Shows incidents and changes them. Without a desk for rooms nobody is caught up."""

    def __init__(
        self, desk: IncidentDesk, rooms: RoomDesk | None, places: Places, counter: NumbersDesk | None = None
    ) -> None:
        self._desk = desk
        self._counter = counter
        self._rooms = rooms
        self._places = places
        self._joined: set[str] = set()
        self._does: Mapping[str, Callable[[Press, Incoming, Principal], Awaitable[Incident]]] = {
            Verb.ACKNOWLEDGE: self._acknowledge,
            Verb.COMMAND: self._command,
            Verb.MITIGATED: self._status,
            Verb.RESOLVED: self._status,
            Verb.REOPEN: self._reopen,
        }

    async def said(self, came: Incoming, place: Place, person: Principal) -> Element | None:
        """Return the card that answers these words, None for words about other things; raises as the desk."""
        asked = " ".join(came.text.lower().split()).rstrip("?.!")
        if (found := _OPENS.fullmatch(" ".join(came.text.split()))) is not None:
            wanted = {TITLE: found["title"], SEVERITY: found["severity"]}
            return await self._declared(wanted, came, place, person)
        if asked in {"declare", "declare incident", "declare an incident"}:
            return declaring_card()
        if asked in {"incidents", "open incidents"}:
            page = await self._desk.incidents(person, _OPEN, None, MOST)
            return listed(page.items, self._places)
        if (found := _ONE.fullmatch(asked)) is not None:
            return incident_card(await self._desk.incident(person, found["which"]), self._places)
        if (found := _CATCH_UP.fullmatch(asked)) is not None:
            if not place.direct:
                raise InvalidInput("expected to be asked that where nobody else reads it", hint=OURS_ALONE)
            return await self._caught_up(found["which"], person)
        return await self._retold(asked, person)

    async def belongs(self, place: Place, person: Principal) -> None:
        """Tie what is said in the thread of an incident's room to that incident."""
        if self._rooms is None or place.id in self._joined:
            return
        room = await self._rooms.at(place.tenant, NAME, place.conversation)
        if room is None:
            return
        thread = thread_of(place)
        try:
            await self._desk.join(person, room.incident, thread, key=f"join:{thread}", source=NAME)
        except (PolicyDenied, Conflict, NotFound) as error:
            _log.info("teams.not_joined", incident=room.incident, code=error.code, why=error.message)
            return
        self._joined.add(place.id)

    async def pressed(self, press: Press, came: Incoming, place: Place, person: Principal) -> Pressed | None:
        """Return what a press about an incident is answered with, None for any other; raises as the desk."""
        if press.verb == Verb.DECLARE and press.by_hand:
            return Pressed(shown(await self._declared(press.texts, came, place, person)))
        if press.verb not in {Verb.INCIDENT, Verb.CATCH_UP, *self._does}:
            return None
        which = press.texts.get("incident", "")
        notes: tuple[str, ...] = ()
        if press.verb == Verb.CATCH_UP and press.by_hand:
            return Pressed(shown(await self._caught_up(which, person)))
        if press.verb in self._does and press.by_hand:
            try:
                await self._does[press.verb](press, came, person)
            except (PolicyDenied, Conflict, InvalidInput) as error:
                notes = tuple(each for each in (error.message, error.hint) if each)
        incident = await self._desk.incident(person, which)
        return Pressed(shown(incident_card(incident, self._places, notes)))

    async def _retold(self, asked: str, person: Principal) -> Element | None:
        """Return the review, the note of a hand-over or the numbers, None where none of these is asked for."""
        if (found := _NUMBERS.fullmatch(asked)) is not None and self._counter is not None:
            by = By(found["by"] or By.SERVICE)
            return notice_card(notice(await self._counter.numbers(person, None, None, by)), self._places)
        if self._rooms is None:
            return None
        if (found := _REVIEW.fullmatch(asked)) is not None:
            return notice_card(await self._rooms.review(person, found["which"]), self._places)
        if (found := _HAND_OVER.fullmatch(asked)) is not None:
            return notice_card(await self._rooms.hand_over(person, found["which"]), self._places)
        return None

    async def _caught_up(self, which: str, person: Principal) -> Element:
        if self._rooms is None:
            raise NotFound("expected a house that catches people up, found one that does not")
        return notice_card(await self._rooms.catch_up(person, which), self._places)

    async def _declared(
        self, entered: Mapping[str, str], came: Incoming, place: Place, person: Principal
    ) -> Element:
        """Declare what was entered, once however often it comes; what is wrong with it is said on the card."""
        title, severity = entered.get(TITLE, "").strip(), entered.get(SEVERITY, "").strip()
        service = entered.get(SERVICE, "").strip()
        try:
            wanted = Declaration(
                title=title,
                severity=int(severity or USUAL_SEVERITY),
                services=(service,) if service else (),
                thread=thread_of(place),
            )
        except (ValidationError, ValueError):
            raise InvalidInput(
                "expected what is wrong, a severity from 1 to 5 and the name of a service, found something else",
                hint="Fill in the card again.",
            ) from None
        incident = await self._desk.declare(person, wanted, key=name_of(came), source=NAME)
        return incident_card(incident, self._places, (f"Declared as incident {incident.number}.",))

    async def _acknowledge(self, press: Press, came: Incoming, person: Principal) -> Incident:
        which, key = press.texts.get("incident", ""), name_of(came)
        return await self._desk.acknowledge(person, which, key=key, source=NAME)

    async def _command(self, press: Press, came: Incoming, person: Principal) -> Incident:
        which, key = press.texts.get("incident", ""), name_of(came)
        return await self._desk.assign(person, which, Duty.COMMANDER, person.id, key=key, source=NAME)

    async def _status(self, press: Press, came: Incoming, person: Principal) -> Incident:
        which, key = press.texts.get("incident", ""), name_of(came)
        return await self._desk.set_status(person, which, _STATUS[press.verb], press.reason, key=key, source=NAME)

    async def _reopen(self, press: Press, came: Incoming, person: Principal) -> Incident:
        which, key = press.texts.get("incident", ""), name_of(came)
        return await self._desk.reopen(person, which, press.reason, key=key, source=NAME)
