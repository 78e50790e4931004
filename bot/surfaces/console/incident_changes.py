"""What people do about an incident at the console. Every form says one change, and leads back to the page."""

from collections.abc import Awaitable
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.surfaces.console.faults import in_page
from bot.surfaces.console.incident_forms import moment_of, severity_of, word
from bot.surfaces.console.plans import reason_of
from bot.surfaces.console.visitors import Reception
from bot.surfaces.desk import Scope
from bot.surfaces.incidents import Declaration, IncidentDesk
from bot.surfaces.venues import RoomDesk
from memory.errors import InvalidInput, NotFound
from memory.ids import derived
from memory.model.incident import Duty, IncidentStatus
from memory.model.people import Principal
from memory.model.value import Identifier

SOURCE: Final = "console"
LONGEST_TITLE: Final = 300


class IncidentChanges:
    """Takes forms about incidents."""

    def __init__(self, desk: IncidentDesk, rooms: RoomDesk | None, reception: Reception) -> None:
        self._desk = desk
        self._rooms = rooms
        self._reception = reception

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.post("/incidents")(self.declare)
        router.post("/incidents/{which}/acknowledge")(self.acknowledge)
        router.post("/incidents/{which}/status")(self.status)
        router.post("/incidents/{which}/severity")(self.severity)
        router.post("/incidents/{which}/duty")(self.duty)
        router.post("/incidents/{which}/note")(self.note)
        router.post("/incidents/{which}/entries/{entry}/correct")(self.correct)
        router.post("/incidents/{which}/entries/{entry}/pin")(self.pin)
        router.post("/incidents/{which}/hand-over")(self.hand_over)
        router.post("/incidents/{which}/told")(self.told)

    async def declare(self, request: Request) -> Response:
        """Declare an incident, once for a form."""
        who, fields = await self._proposer(request)
        title = " ".join(fields.get("title", "").split())
        if not title or len(title) > LONGEST_TITLE:
            raise InvalidInput(f"expected what is wrong, in at most {LONGEST_TITLE} letters, found {len(title)}")
        wanted = Declaration(
            title=title,
            severity=severity_of(fields),
            services=_listed(fields.get("service", "")),
            alerts=_listed(fields.get("alerts", "")),
        )
        key = derived("declare", who.tenant, who.id, fields.get("nonce", ""), title)
        declared = await self._desk.declare(who, wanted, key=key, source=SOURCE)
        return RedirectResponse(f"/console/incidents/{declared.number}", 303)

    async def acknowledge(self, request: Request, which: Identifier) -> Response:
        """Say that somebody is on it."""
        who, _ = await self._proposer(request)
        return await self._done(request, which, self._desk.acknowledge(who, which, source=SOURCE))

    async def status(self, request: Request, which: Identifier) -> Response:
        """Take it to mitigated, resolved, or open again."""
        who, fields = await self._proposer(request)
        status, reason = word(IncidentStatus, fields.get("status", "")), reason_of(fields.get("reason", ""))
        if status is IncidentStatus.OPEN:
            change = self._desk.reopen(who, which, reason, source=SOURCE)
        else:
            change = self._desk.set_status(who, which, status, reason, source=SOURCE)
        return await self._done(request, which, change)

    async def severity(self, request: Request, which: Identifier) -> Response:
        """Say how bad it is."""
        who, fields = await self._proposer(request)
        reason = reason_of(fields.get("reason", ""))
        change = self._desk.set_severity(who, which, severity_of(fields), reason, source=SOURCE)
        return await self._done(request, which, change)

    async def duty(self, request: Request, which: Identifier) -> Response:
        """Give a duty to somebody: to whoever asks, where the form names nobody."""
        who, fields = await self._proposer(request)
        person = fields.get("person", "").strip() or who.id
        change = self._desk.assign(who, which, word(Duty, fields.get("duty", "")), person, source=SOURCE)
        return await self._done(request, which, change)

    async def note(self, request: Request, which: Identifier) -> Response:
        """Write down what matters, once for a form and its words."""
        who, fields = await self._proposer(request)
        text = fields.get("text", "")
        key = derived("note", who.tenant, who.id, which, fields.get("nonce", ""), text)
        at = moment_of(fields.get("at", ""))
        return await self._done(request, which, self._desk.note(who, which, text, at, key=key, source=SOURCE))

    async def correct(self, request: Request, which: Identifier, entry: Identifier) -> Response:
        """Say how it really was."""
        who, fields = await self._proposer(request)
        change = self._desk.correct(who, which, entry, fields.get("text", ""), source=SOURCE)
        return await self._done(request, which, change)

    async def pin(self, request: Request, which: Identifier, entry: Identifier) -> Response:
        """Mark an entry as one that matters, or take the mark away."""
        who, fields = await self._proposer(request)
        pinned = fields.get("pinned", "") == "yes"
        change = self._desk.pin(who, which, entry, pinned, source=SOURCE)
        return await self._done(request, which, change)

    async def hand_over(self, request: Request, which: Identifier) -> Response:
        """Say the note for whoever takes over, in the room."""
        who, _ = await self._proposer(request)
        return await self._done(request, which, self._room_desk().hand_over(who, which))

    async def told(self, request: Request, which: Identifier) -> Response:
        """Note what a person told people outside."""
        who, fields = await self._proposer(request)
        return await self._done(request, which, self._room_desk().told(who, which, fields.get("text", "")))

    async def _done(self, request: Request, which: str, change: Awaitable[object]) -> Response:
        """Make the change; a page that is open then looks again by itself."""
        await change
        if in_page(request):
            return Response(status_code=204, headers={"HX-Trigger": "catchup"})
        return RedirectResponse(f"/console/incidents/{which}", 303)

    async def _proposer(self, request: Request) -> tuple[Principal, dict[str, str]]:
        visitor, fields = await self._reception.form(request)
        return visitor.require(Scope.PROPOSE), dict(fields)

    def _room_desk(self) -> RoomDesk:
        if self._rooms is None:
            raise NotFound("expected rooms for incidents, found that this house has none")
        return self._rooms


def _listed(text: str) -> tuple[str, ...]:
    """Return what stands between commas."""
    return tuple(filter(None, (each.strip() for each in text.split(","))))
