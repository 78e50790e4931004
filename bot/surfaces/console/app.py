"""The console put together, to be mounted under /console."""

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from bot.sessions import Sessions
from bot.surfaces.console.accounts import Accounts
from bot.surfaces.console.controlling import ControlRoom
from bot.surfaces.console.cost_watch import CostWatchPages
from bot.surfaces.console.costs import CostPages
from bot.surfaces.console.dead_letters import LetterRoom, QueueLine
from bot.surfaces.console.doors import Doors
from bot.surfaces.console.faults import Faults
from bot.surfaces.console.headers import YEAR_S, SecurityHeaders
from bot.surfaces.console.incident_changes import IncidentChanges
from bot.surfaces.console.incident_numbers import NumberPages
from bot.surfaces.console.incidents import IncidentPages
from bot.surfaces.console.lessons import lessons_room
from bot.surfaces.console.live import Live
from bot.surfaces.console.models import models_room
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.people import PeopleRoom
from bot.surfaces.console.plans import Plans
from bot.surfaces.console.policies import PolicyRoom
from bot.surfaces.console.procedures import ProcedurePages
from bot.surfaces.console.reasons import Reasons
from bot.surfaces.console.receipts import ReceiptPages
from bot.surfaces.console.savings import savings_and_usage
from bot.surfaces.console.scribing import Scribing
from bot.surfaces.console.settings import ConsoleSettings
from bot.surfaces.console.sign_on import SignOnDoor
from bot.surfaces.console.signing import Signing
from bot.surfaces.console.speaking import Speaking
from bot.surfaces.console.talk import Talk
from bot.surfaces.console.views import Views
from bot.surfaces.console.visitors import Reception
from bot.surfaces.ports import Ports


def console_app(ports: Ports, sessions: Sessions, settings: ConsoleSettings) -> ASGIApp:
    """Return the console as an application of its own, with its own form of errors."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    pages = Pages(settings)
    reception = Reception(ports, sessions, settings)
    views = Views(ports.desk, ports.doorkeeper)
    router = APIRouter()
    Doors(ports, sessions, reception, pages).mount(router)
    Talk(ports, reception, views, pages, settings).mount(router)
    Plans(ports, reception, views, pages).mount(router)
    Reasons(ports, reception, pages).mount(router)
    ReceiptPages(ports, reception, pages).mount(router)
    if ports.approvals is not None:
        Signing(ports, ports.approvals, reception, views, pages).mount(router)
    sign_on = ports.identity.sign_on if ports.identity else None
    pages.offer(
        controls=ports.controls is not None,
        accounts=ports.identity is not None,
        sign_on=sign_on.label if sign_on else "",
    )
    if sign_on is not None:
        SignOnDoor(ports, sign_on, reception, pages).mount(router)
    if ports.identity is not None:
        Accounts(ports, ports.identity, sessions, reception, pages).mount(router)
        PeopleRoom(ports.identity.people, reception).mount(router)
    if ports.controls is not None:
        ControlRoom(ports, ports.controls, reception, pages).mount(router)
        PolicyRoom(ports.controls.policies, reception, pages).mount(router)
    pages.offer_queue(letters=ports.dead_letters is not None, queue=ports.queue is not None)
    if ports.dead_letters is not None:
        LetterRoom(ports.dead_letters, reception, pages).mount(router)
    if ports.queue is not None:
        QueueLine(ports.queue, reception, pages).mount(router)
    pages.offer_runbooks(there=ports.runbooks is not None)
    if ports.runbooks is not None:
        ProcedurePages(ports, ports.runbooks, reception, pages).mount(router)
    pages.offer_incidents(there=ports.incidents is not None)
    if ports.incidents is not None:
        if ports.numbers is not None:
            NumberPages(ports.numbers, reception, pages, ports.pictures, ports.clock).mount(router)
        IncidentPages(ports, ports.incidents, reception, pages).mount(router)
        IncidentChanges(ports.incidents, ports.rooms, reception).mount(router)
    _costs(ports, reception, pages, router)
    savings_and_usage(ports, reception, pages, router)
    models_room(ports, reception, pages, router)
    lessons_room(ports, reception, pages, router)
    Live(ports, sessions, reception, pages).mount(router)
    _spoken(ports, sessions, reception, pages, router)
    app.include_router(router)
    app.mount("/static", KeptFiles(packages=[("bot.surfaces.console", "static")]))
    Faults(pages, ports.doorkeeper).install(app)
    return SecurityHeaders(
        app, secure=settings.secure, microphone=ports.voice is not None
    )  # around everything, so that a crash has them too


def _costs(ports: Ports, reception: Reception, pages: Pages, router: APIRouter) -> None:
    """Add what was billed, and what is watched of it."""
    pages.offer_costs(there=ports.costs is not None)
    if ports.costs is not None:
        CostPages(ports.costs, reception, pages, ports.pictures).mount(router)
    if ports.cost_watch is not None:
        CostWatchPages(ports.cost_watch, reception, pages, ports.pictures).mount(router)


def _spoken(ports: Ports, sessions: Sessions, reception: Reception, pages: Pages, router: APIRouter) -> None:
    """Add what is said aloud, and what was said on calls."""
    pages.offer_voice(
        there=ports.voice is not None, scribe=ports.scribe is not None, calls=ports.dial_in is not None
    )
    if ports.voice is not None:
        Speaking(ports, ports.voice, sessions, reception).mount(router)
    if ports.scribe is not None:
        Scribing(ports.scribe, reception, pages).mount(router)


class KeptFiles(StaticFiles):
    """Static files under addresses that change with their content, so that browsers need not ask again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
        return response
