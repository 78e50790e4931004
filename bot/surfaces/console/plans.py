"""Plans: what waits for whom, and the buttons by which people decide. A card is drawn anew whenever it changes."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.surfaces.console.faults import in_page
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.views import PlanView, Views
from bot.surfaces.console.visitors import CSRF_FIELD, Reception, Visitor
from bot.surfaces.desk import Scope, Steer
from bot.surfaces.ports import Ports
from memory.canonical import canonical
from memory.errors import InvalidInput
from memory.model.approval import Verdict
from memory.model.people import Surface
from memory.model.run import Run, RunStatus
from memory.model.talk import ButtonAction
from memory.model.value import Identifier

LONGEST_REASON = 1000
UNDER_WAY = (RunStatus.RUNNING, RunStatus.UNDOING)


class Plans:
    """Shows plans and brings decisions on them to the desk."""

    def __init__(self, ports: Ports, reception: Reception, views: Views, pages: Pages) -> None:
        self._desk = ports.desk
        self._reception = reception
        self._views = views
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/plans")(self.overview)
        router.get("/plans/count")(self.count)
        router.get("/plans/{run}")(self.show)
        router.get("/plans/{run}/card")(self.card)
        router.post("/plans/{run}/decide")(self.decide)
        router.post("/plans/{run}/withdraw")(self.withdraw)
        router.post("/plans/{run}/steer")(self.steer)

    async def overview(self, request: Request) -> Response:
        """List the plans: those that wait for this person first."""
        visitor = await self._observer(request)
        waiting = await self._views.plans(visitor, RunStatus.WAITING)
        return self._pages.response(
            "plan_list.html" if in_page(request) else "plans.html",
            visitor=visitor,
            place="plans",
            thread="",
            mine=tuple(plan for plan in waiting if _for_me(plan)),
            others=tuple(plan for plan in waiting if not _for_me(plan)),
            running=await self._views.plans(visitor, *UNDER_WAY),
            ended=await self._views.plans(visitor, *(each for each in RunStatus if each.final())),
        )

    async def count(self, request: Request) -> Response:
        """Return how many plans wait for this person."""
        visitor = await self._observer(request)
        waiting = await self._views.plans(visitor, RunStatus.WAITING)
        number = sum(map(_for_me, waiting))
        return self._pages.response("count.html", number=number)

    async def show(self, request: Request, run: Identifier) -> Response:
        """Show one plan by itself."""
        visitor = await self._observer(request)
        found = await self._desk.run(visitor.principal, run)
        view = self._views.card(visitor, found)
        evidence = await self._views.evidence(visitor, found)
        return self._pages.response(
            "plan.html", visitor=visitor, place="plans", thread="", run=found, card=view, evidence=evidence
        )

    async def card(self, request: Request, run: Identifier, seen: str = "") -> Response:
        """Return a plan's card; 204 when it is as it was seen, so that a half-written reason stays."""
        visitor = await self._observer(request)
        view = self._views.card(visitor, await self._desk.run(visitor.principal, run))
        if view.seen == seen:
            return Response(status_code=204)
        return self._pages.response("card.html", visitor=visitor, card=view)

    async def decide(self, request: Request, run: Identifier) -> Response:
        """Record a yes or no to exactly the plan that was shown."""
        visitor, fields = await self._reception.form(request)
        reason = reason_of(fields.get("reason", ""))
        decided = await self._desk.decide(
            visitor.require(Scope.APPROVE),
            run,
            fields.get("plan_digest", ""),
            verdict_of(fields.get("verdict", "")),
            reason,
            Surface.CONSOLE,
            event=attested(request, fields),
            break_glass=bool(fields.get("break_glass")),
        )
        return self._changed(request, visitor, decided)

    async def withdraw(self, request: Request, run: Identifier) -> Response:
        """Take a plan back that still waits."""
        visitor, fields = await self._reception.form(request)
        who = visitor.require(Scope.PROPOSE)
        withdrawn = await self._desk.cancel(who, run, reason_of(fields.get("reason", "")))
        return self._changed(request, visitor, withdrawn)

    async def steer(self, request: Request, run: Identifier) -> Response:
        """Pause, resume or cancel what is under way."""
        visitor, fields = await self._reception.form(request)
        covered = Scope.PROPOSE if visitor.may(Scope.PROPOSE) else Scope.APPROVE
        who = visitor.require(covered)
        how, reason = _steer(fields.get("how", "")), reason_of(fields.get("reason", ""))
        steered = await self._desk.steer(who, run, how, reason, leave=bool(fields.get("leave")))
        return self._changed(request, visitor, steered)

    def _changed(self, request: Request, visitor: Visitor, run: Run) -> Response:
        if not in_page(request):
            return RedirectResponse(f"/console/plans/{run.id}", 303)
        return self._pages.response("card.html", visitor=visitor, card=self._views.card(visitor, run))

    async def _observer(self, request: Request) -> Visitor:
        visitor = await self._reception.visitor(request)
        visitor.require(Scope.OBSERVE)
        return visitor


def verdict_of(word: str) -> Verdict:
    """Return the verdict of a form; raises `InvalidInput`."""
    try:
        return Verdict(word)
    except ValueError:
        raise InvalidInput(f"expected approve or deny, found {word[:40]!r}") from None


def _steer(word: str) -> Steer:
    try:
        return Steer(word)
    except ValueError:
        raise InvalidInput(f"expected pause, resume or cancel, found {word[:40]!r}") from None


def reason_of(text: str) -> str:
    """Return the reason of a form, trimmed; raises `InvalidInput` for one that is too long."""
    if len(text) > LONGEST_REASON:
        raise InvalidInput(f"expected a reason of at most {LONGEST_REASON} characters, found {len(text)}")
    return text.strip()


def attested(request: Request, fields: Mapping[str, str]) -> bytes:
    """Return the form as it is kept beside an approval: its path and fields, without the token of the session."""
    told = {name: value for name, value in fields.items() if name != CSRF_FIELD}
    return canonical({"surface": "console", "method": request.method, "path": request.url.path, "form": told})


def _for_me(plan: PlanView) -> bool:
    """Return whether this person's say is what a plan waits for."""
    return plan.card.offers(ButtonAction.APPROVE) or plan.card.offers(ButtonAction.SIGN)
