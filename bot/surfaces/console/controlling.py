"""The controls at the console: a banner on every page while actions are stopped, and a room to stop and look."""

import re

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.surfaces.console.faults import in_page
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception, Visitor
from bot.surfaces.controls import Controls, StandingAsked
from bot.surfaces.desk import Desk, Scope
from bot.surfaces.ports import Ports
from memory.errors import InvalidInput
from memory.model.approval import Verdict
from memory.model.people import Role, Surface
from memory.model.run import Run
from memory.model.value import Identifier

ROOM = "/console/controls"
LONGEST_REASON = 1000
MINUTES = 30

_DIGEST = re.compile("[0-9a-f]{64}")


class ControlRoom:
    """Shows and throws the switch, shows what is spent, gives and revokes standing approvals."""

    def __init__(self, ports: Ports, controls: Controls, reception: Reception, pages: Pages) -> None:
        self._desk: Desk = ports.desk
        self._controls = controls
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/controls")(self.room)
        router.get("/controls/banner")(self.banner)
        router.post("/controls/stop")(self.stop)
        router.post("/controls/resume")(self.resume)
        router.post("/controls/standing/{standing}/revoke")(self.revoke)
        router.get("/plans/{run}/standing")(self.offer)
        router.post("/plans/{run}/standing")(self.give)

    async def room(self, request: Request) -> Response:
        """Show the switch, the limits and the standing approvals."""
        visitor = await self._observer(request)
        return self._pages.response(
            "controls.html",
            visitor=visitor,
            place="controls",
            thread="",
            switch=await self._controls.switch.state(visitor.principal),
            limits=await self._controls.quotas.usage(visitor.principal),
            standing=await self._controls.standing.all(visitor.principal),
            admin=_administers(visitor),
        )

    async def banner(self, request: Request) -> Response:
        """Return what stands above every page: nothing, as long as actions are let through."""
        visitor = await self._observer(request)
        switch = await self._controls.switch.state(visitor.principal)
        return self._pages.response("banner.html", visitor=visitor, switch=switch, admin=_administers(visitor))

    async def stop(self, request: Request) -> Response:
        """Stop everything above observe."""
        visitor, fields = await self._reception.form(request)
        await self._controls.switch.stop(visitor.require(Scope.ADMIN), _reason(fields.get("reason", "")))
        return RedirectResponse(ROOM, 303)

    async def resume(self, request: Request) -> Response:
        """Let actions go on."""
        visitor, fields = await self._reception.form(request)
        await self._controls.switch.resume(visitor.require(Scope.ADMIN), _reason(fields.get("reason", "")))
        return RedirectResponse(ROOM, 303)

    async def revoke(self, request: Request, standing: Identifier) -> Response:
        """End a standing approval."""
        visitor, _ = await self._reception.form(request)
        await self._controls.standing.revoke(visitor.require(Scope.APPROVE), standing)
        return RedirectResponse(ROOM, 303)

    async def offer(self, request: Request, run: Identifier) -> Response:
        """Return the offer to approve the same again, to somebody who approved this plan; else nothing."""
        visitor = await self._observer(request)
        found = await self._desk.run(visitor.principal, run)
        if not visitor.may(Scope.APPROVE) or not _approved(found, visitor):
            return Response(status_code=204)
        suggestion = await self._controls.standing.suggestion(visitor.principal, run)
        return self._pages.response(
            "standing.html", visitor=visitor, run=found, suggestion=suggestion, minutes=MINUTES
        )

    async def give(self, request: Request, run: Identifier) -> Response:
        """Approve the same as this plan for a while."""
        visitor, fields = await self._reception.form(request)
        asked = StandingAsked(run=run, plan_digest=_digest(fields.get("plan_digest", "")), minutes=MINUTES)
        await self._controls.standing.give(visitor.require(Scope.APPROVE), asked, Surface.CONSOLE)
        if in_page(request):
            return self._pages.response("standing_given.html")
        return RedirectResponse(ROOM, 303)

    async def _observer(self, request: Request) -> Visitor:
        visitor = await self._reception.visitor(request)
        visitor.require(Scope.OBSERVE)
        return visitor


def _administers(visitor: Visitor) -> bool:
    return Role.ADMIN in visitor.principal.roles and visitor.may(Scope.ADMIN)


def _approved(run: Run, visitor: Visitor) -> bool:
    return any(
        each.approver == visitor.principal.id and each.verdict is Verdict.APPROVE and not each.break_glass
        for each in run.approvals
    )


def _reason(text: str) -> str:
    if len(text) > LONGEST_REASON:
        raise InvalidInput(f"expected a reason of at most {LONGEST_REASON} characters, found {len(text)}")
    return text.strip()


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        raise InvalidInput("expected the digest on the card, found another text")
    return text
