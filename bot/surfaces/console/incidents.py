"""Incidents at the console: which there are, and one of them live. What changes is drawn anew, forms are not."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from bot.pictures import Format, Theme
from bot.surfaces.console.faults import in_page
from bot.surfaces.console.incident_alerts import waiting
from bot.surfaces.console.incident_forms import window_of
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception, Visitor
from bot.surfaces.desk import Scope
from bot.surfaces.incidents import IncidentDesk
from bot.surfaces.ports import Ports
from bot.surfaces.venues import Notice, RoomDesk, RoomView
from bot.trace.picture import STYLE
from memory.errors import NotFound
from memory.model.evidence import Evidence
from memory.model.incident import Duty, Happening, Incident, IncidentStatus
from memory.model.value import Identifier

SHOWN = 50
CARES = "incident.note"
UNDER_WAY = (IncidentStatus.OPEN, IncidentStatus.MITIGATED)
OVER = (IncidentStatus.RESOLVED, IncidentStatus.MERGED)


class IncidentPages:
    """Shows incidents. Without rooms there are no summaries, and everything else is shown all the same."""

    def __init__(self, ports: Ports, desk: IncidentDesk, reception: Reception, pages: Pages) -> None:
        self._desk = desk
        self._rooms: RoomDesk | None = ports.rooms
        self._transcripts = ports.transcripts
        self._counted = ports.numbers is not None
        self._alerts = ports.alerts
        self._evidence = ports.desk.evidence
        self._permitted = ports.desk.permitted
        self._clock = ports.clock
        self._pictures = ports.pictures
        self._ids = ports.ids
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/incidents")(self.overview)
        router.get("/incidents/{which}")(self.show)
        router.get("/incidents/{which}/now")(self.now)
        router.get("/incidents/{which}/timeline")(self.timeline)
        router.get("/incidents/{which}/transcript")(self.transcript)
        router.get("/incidents/{which}/graph")(self.graph)
        router.get("/incidents/{which}/charts/{chart}.svg")(self.chart)
        router.get("/incidents/{which}/review")(self.review)
        router.get("/incidents/{which}/catch-up")(self.catch_up)
        router.get("/incidents/{which}/public")(self.public)
        router.get("/incidents/{which}/sources/{source}")(self.source)

    async def overview(self, request: Request, cursor: str | None = None) -> Response:
        """List incidents: those that are open first, the worst of them on top."""
        visitor = await self._observer(request)
        who = visitor.principal
        open_ = await self._desk.incidents(who, UNDER_WAY, None, SHOWN)
        ended = await self._desk.incidents(who, OVER, cursor, SHOWN)
        return self._pages.response(
            "incident_list.html" if in_page(request) else "incidents.html",
            visitor=visitor,
            place="incidents",
            thread="",
            open=sorted(open_.items, key=_gravity),
            ended=ended.items,
            more=ended.next_cursor,
            counted=self._counted,
            waiting=await waiting(self._alerts, who),
            now=self._clock.now(),
            nonce=self._ids.new("declare"),
            may=self._may(visitor),
        )

    async def show(self, request: Request, which: Identifier) -> Response:
        """Show one, live."""
        visitor, incident = await self._found(request, which)
        return self._pages.response(
            "incident.html",
            **await self._standing(visitor, incident),
            **await self._happened(request, visitor, incident),
            place="incidents",
            thread="",
            duties=tuple(Duty),
            nonce=self._ids.new("note"),
        )

    async def now(self, request: Request, which: Identifier) -> Response:
        """Return what of a page changes: how it stands, the summary, who does what, what was said."""
        visitor, incident = await self._found(request, which)
        return self._pages.response("incident_now.html", **await self._standing(visitor, incident))

    async def timeline(self, request: Request, which: Identifier) -> Response:
        """Return what happened, newest first, as far as it is asked for."""
        visitor, incident = await self._found(request, which)
        return self._pages.response(
            "incident_timeline.html",
            visitor=visitor,
            incident=incident,
            may=self._may(visitor),
            **await self._happened(request, visitor, incident),
        )

    async def transcript(self, request: Request, which: Identifier, cursor: str | None = None) -> Response:
        """Return what was said in the rooms of an incident, the first first."""
        visitor, incident = await self._found(request, which)
        if self._transcripts is None:
            raise NotFound("expected a house that keeps what is said in rooms, found one that does not")
        page = await self._transcripts.transcript(visitor.principal, incident.id, cursor, SHOWN)
        return self._pages.response(
            "incident_transcript.html", incident=incident, lines=page.items, later=page.next_cursor
        )

    async def graph(self, request: Request, which: Identifier) -> Response:
        """Return what led to what, as a picture."""
        visitor, incident = await self._found(request, which)
        picture = (await self._desk.picture(visitor.principal, incident.id)).replace(f"<style>{STYLE}</style>", "")
        return self._pages.response("incident_graph.html", picture=Markup(picture))  # noqa: S704 - it escapes every text in it itself

    async def chart(
        self,
        request: Request,
        which: Identifier,
        chart: Identifier,
        theme: Theme = Theme.LIGHT,
        narrow: bool = False,
    ) -> Response:
        """Draw a chart of what was said in the room."""
        visitor, incident = await self._found(request, which)
        view = await self._room_desk().of(visitor.principal, incident.id)
        found = next((each for said in view.said for each in said.notice.charts if each.id == chart), None)
        if found is None:
            raise NotFound(f"expected a chart of incident {incident.number}, found {chart!r}, which is none")
        picture = await self._pictures.draw(found, Format.SVG, theme, narrow=narrow)
        return Response(picture, media_type=Format.SVG.media_type())

    async def review(self, request: Request, which: Identifier) -> Response:
        """Return what is to be learned."""
        visitor, incident = await self._found(request, which)
        return self._told(await self._room_desk().review(visitor.principal, incident.id), "review")

    async def catch_up(self, request: Request, which: Identifier) -> Response:
        """Return what this person missed."""
        visitor, incident = await self._found(request, which)
        return self._told(await self._room_desk().catch_up(visitor.principal, incident.id), "catch-up")

    async def public(self, request: Request, which: Identifier) -> Response:
        """Return a draft for people outside, in the form that notes what became of it."""
        visitor, incident = await self._found(request, which)
        draft = await self._room_desk().public_update(visitor.principal, incident.id)
        return self._pages.response("incident_public.html", visitor=visitor, incident=incident, draft=draft)

    async def source(self, request: Request, which: Identifier, source: Identifier) -> Response:
        """Show what a sentence rests on."""
        visitor, incident = await self._found(request, which)
        found = await self._room_desk().source(visitor.principal, incident.id, source)
        evidence = [found] if isinstance(found, Evidence) else await self._kept(visitor, found.evidence)
        return self._pages.response(
            "incident_source.html",
            visitor=visitor,
            incident=incident,
            place="incidents",
            thread="",
            entry=None if isinstance(found, Evidence) else found,
            evidence=evidence,
        )

    async def _kept(self, visitor: Visitor, names: Sequence[str]) -> list[Evidence]:
        """Return the evidence that is kept: what was erased is told of by the entry alone."""
        found = []
        for name in names:
            try:
                found.append(await self._evidence(visitor.principal, name))
            except NotFound:
                continue
        return found

    def _told(self, notice: Notice, name: str) -> Response:
        return self._pages.response("incident_notice.html", notice=notice, name=name)

    def _room_desk(self) -> RoomDesk:
        if self._rooms is None:
            raise NotFound("expected somebody who tells of incidents, found that this house has nobody who does")
        return self._rooms

    async def _standing(self, visitor: Visitor, incident: Incident) -> dict[str, Any]:
        who = visitor.principal
        rooms, living = RoomView(update_minutes=0), None
        if self._rooms is not None:
            rooms, living = await self._rooms.of(who, incident.id), await self._rooms.living(who, incident.id)
        return {
            "visitor": visitor,
            "incident": incident,
            "view": rooms,
            "living": living,
            "now": self._clock.now(),
            "may": self._may(visitor),
        }

    async def _happened(self, request: Request, visitor: Visitor, incident: Incident) -> dict[str, Any]:
        window = window_of(request.query_params)
        cursor = request.query_params.get("cursor")
        page = await self._desk.timeline(visitor.principal, incident.id, window, cursor, SHOWN)
        return {
            "entries": page.items,
            "earlier": page.next_cursor,
            "window": window,
            "kinds": tuple(Happening),
        }

    def _may(self, visitor: Visitor) -> bool:
        """Return whether forms are shown at all; what each may do is decided when it is sent."""
        return visitor.may(Scope.PROPOSE) and CARES in self._permitted(visitor.principal)

    async def _found(self, request: Request, which: str) -> tuple[Visitor, Incident]:
        visitor = await self._observer(request)
        return visitor, await self._desk.incident(visitor.principal, which)

    async def _observer(self, request: Request) -> Visitor:
        visitor = await self._reception.visitor(request)
        visitor.require(Scope.OBSERVE)
        return visitor


def _gravity(incident: Incident) -> tuple[int, bool, float]:
    """Return how soon it is looked at: the worst first, open before mitigated, the newest before older ones."""
    mitigated = incident.status is IncidentStatus.MITIGATED
    return incident.severity, mitigated, -incident.detected_at.timestamp()
