"""Runbooks: a list, each as people read it, and a form that plans it. What one says is shown, never followed."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import CSRF_FIELD, Reception, Visitor
from bot.surfaces.desk import Scope
from bot.surfaces.ports import Ports
from bot.surfaces.procedures import RunbookDesk, RunbookSimulation
from memory.errors import QuarterdeckError
from memory.ids import derived
from memory.model.people import Surface
from memory.model.talk import Message
from memory.model.value import JsonValue
from runbooks.format import html

PREFIX = "input-"  # of a form's fields that are inputs


class ProcedurePages:
    """Shows runbooks, and brings the wish to run one to the desk."""

    def __init__(self, ports: Ports, runbooks: RunbookDesk, reception: Reception, pages: Pages) -> None:
        self._ports = ports
        self._runbooks = runbooks
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/runbooks")(self.overview)
        router.get("/runbooks/{name}")(self.show)
        router.post("/runbooks/{name}/simulate")(self.simulate)
        router.post("/runbooks/{name}/plan")(self.plan)

    async def overview(self, request: Request) -> Response:
        """List the runbooks."""
        visitor = await self._reception.visitor(request)
        found = self._runbooks.all(visitor.require(Scope.OBSERVE))
        return self._pages.response(
            "runbooks.html",
            visitor=visitor,
            place="runbooks",
            thread="",
            items=found.items,
            findings=found.findings,
        )

    async def show(self, request: Request, name: str) -> Response:
        """Show one as people read it."""
        visitor = await self._reception.visitor(request)
        visitor.require(Scope.OBSERVE)
        return self._page(visitor, name, {})

    async def simulate(self, request: Request, name: str) -> Response:
        """Show what running it would mean, below it."""
        visitor, fields = await self._reception.form(request)
        who = visitor.require(Scope.PROPOSE)
        given = _inputs(fields)
        try:
            found = await self._runbooks.simulate(who, name, given)
        except QuarterdeckError as error:
            return self._page(visitor, name, given, problem=f"{error.message}. {error.hint}")
        return self._page(visitor, name, given, simulated=found)

    async def plan(self, request: Request, name: str) -> Response:
        """Submit it, and go to the plan that waits, or to the conversation where none came of it."""
        visitor, fields = await self._reception.form(request)
        who = visitor.require(Scope.PROPOSE)
        given = _inputs(fields)
        try:
            text = self._runbooks.says(who, name, given)
        except QuarterdeckError as error:
            return self._page(visitor, name, given, problem=f"{error.message}. {error.hint}")
        said = Message(
            id=derived("msg", who.tenant, who.id, fields.get("nonce", ""), text),
            tenant=who.tenant,
            thread=derived("thr", who.tenant, who.id, fields.get("nonce", ""), name),
            sender=who.id,
            surface=Surface.CONSOLE,
            text=text,
            at=self._ports.clock.now(),
        )
        reply = await self._ports.desk.say(said, who)
        where = f"plans/{reply.card.run}" if reply.card else f"threads/{reply.thread}#end"
        return RedirectResponse(f"/console/{where}", 303)

    def _page(
        self,
        visitor: Visitor,
        name: str,
        given: dict[str, JsonValue],
        *,
        simulated: RunbookSimulation | None = None,
        problem: str = "",
    ) -> Response:
        runbook = self._runbooks.whole(visitor.principal, name)
        return self._pages.response(
            "runbook.html",
            visitor=visitor,
            place="runbooks",
            thread="",
            runbook=self._runbooks.one(visitor.principal, name),
            body=Markup(html(runbook)),  # noqa: S704  # made of escaped text alone, see runbooks.format.rendering
            given=given,
            simulated=simulated,
            picture=_picture(simulated),
            problem=problem,
            nonce=self._ports.ids.new("run"),
        )


def _picture(simulated: RunbookSimulation | None) -> Markup:
    outlook = simulated.outlook if simulated else None
    return Markup(outlook.picture if outlook else "")  # noqa: S704  # its texts are escaped, see runbooks.impact


def _inputs(fields: object) -> dict[str, JsonValue]:
    """Return the inputs of a form; what was left empty is not given."""
    found = dict(fields) if isinstance(fields, dict) else {}
    found.pop(CSRF_FIELD, None)
    return {
        name.removeprefix(PREFIX): value
        for name, value in found.items()
        if name.startswith(PREFIX) and value.strip()
    }
