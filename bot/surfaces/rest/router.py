"""The REST surface put together: every route under /v1, and what the OpenAPI document says of it."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter

from bot.surfaces.inbound import LONGEST_BODY
from bot.surfaces.ports import Ports
from bot.surfaces.rest.alerts import Alerting, OnCalling
from bot.surfaces.rest.approving import Approving
from bot.surfaces.rest.archiving import Archiving
from bot.surfaces.rest.calls import CallRoutes
from bot.surfaces.rest.controlling import Controlling
from bot.surfaces.rest.cost_watch import CostWatchRoutes
from bot.surfaces.rest.costs import CostRoutes
from bot.surfaces.rest.dead_letters import DeadLettering, Queueing
from bot.surfaces.rest.deciding import Deciding
from bot.surfaces.rest.growing import GrowingAnswers
from bot.surfaces.rest.identifying import Identifying
from bot.surfaces.rest.incident_numbers import Numbering
from bot.surfaces.rest.incidents import IncidentRoutes
from bot.surfaces.rest.keyed import Replays, keyed
from bot.surfaces.rest.lessons import LessonRoutes
from bot.surfaces.rest.models import ModelRoutes
from bot.surfaces.rest.nodes import Noding
from bot.surfaces.rest.problems import Problem, explained
from bot.surfaces.rest.procedures import Procedures
from bot.surfaces.rest.promoting import Promoting
from bot.surfaces.rest.recalling import RecallRoutes
from bot.surfaces.rest.receipts import ReceiptRoutes
from bot.surfaces.rest.savings import SavingRoutes
from bot.surfaces.rest.steering import SteeringRoutes
from bot.surfaces.rest.talking import Talking
from bot.surfaces.rest.timelines import TimelineRoutes
from bot.surfaces.rest.tracing import Tracing
from bot.surfaces.rest.transcripts import TranscriptRoutes
from bot.surfaces.rest.usage import UsageRoutes
from bot.surfaces.rest.voice import VoiceRoutes
from bot.surfaces.rest.watching import Watching
from tools.contract import Capability

PREFIX = "/v1"
TITLE = "Quarterdeck"
DESCRIPTION = f"""
Ask in plain words, get answers with evidence, approve exactly what will run.

Every request carries an API key: `Authorization: Bearer qd_…`. Its scopes narrow what the key's owner may do:
`observe`, `propose` (asking may make a plan), `approve`, `admin` (all of them).

Errors are problem details (RFC 9457) with a stable `code`. `POST` takes an `Idempotency-Key`. Lists come in pages:
give `next_cursor` back as `cursor`. A request is at most {LONGEST_BODY // 1024} KiB of UTF-8.
"""
TAGS: list[dict[str, Any]] = [
    {"name": "talk", "description": "Ask, and read what was said."},
    {"name": "plans", "description": "What was proposed, and people's yes or no to it."},
    {"name": "approvals", "description": "Keys and passkeys to sign with, and reviews of break-glass."},
    {"name": "why", "description": "What an answer rests on."},
    {"name": "incidents", "description": "Declare and care for incidents, and read what happened."},
    {"name": "alerts", "description": "What came in, how it is grouped, and who is on call."},
    {"name": "audit", "description": "Take records away, hold them, erase them."},
    {"name": "controls", "description": "Stop everything, see what is spent, approve the same again."},
    {"name": "dead letters", "description": "What could not be finished: look, replay, drop."},
    {"name": "memory", "description": "What was seen before, and what shall be remembered or forgotten."},
    {"name": "models", "description": "Which language models there are, and how each fares."},
    {"name": "lessons", "description": "What past turns teach, reviewed before use."},
    {"name": "identity", "description": "Accounts, people, programs and their keys, sign-ins."},
    {"name": "voice", "description": "Say things instead of typing them, and write calls down."},
    {"name": "costs", "description": "What was billed, and why; what could be saved; our own cost."},
    {"name": "watch", "description": "What happens, what happened, what can be done."},
]


def rest_router(ports: Ports, replays: Replays, capabilities: Sequence[Capability]) -> APIRouter:
    """Return the routes under /v1 that take a key."""
    router = APIRouter(prefix=PREFIX, route_class=keyed(ports.doorkeeper, replays))
    Talking(ports).mount(router)
    GrowingAnswers(ports).mount(router)
    Deciding(ports.desk).mount(router)
    SteeringRoutes(ports.desk).mount(router)
    if ports.approvals is not None:
        Approving(ports.approvals, ports.desk).mount(router)
    Watching(ports, capabilities).mount(router)
    Tracing(ports).mount(router)
    if ports.controls is not None:
        Controlling(ports.controls).mount(router)
        Promoting(ports.controls.policies).mount(router)
    _running(ports, router)
    if ports.runbooks is not None:
        Procedures(ports, ports.runbooks).mount(router)
    if ports.models is not None:
        ModelRoutes(ports.models).mount(router)
    if ports.lessons is not None:
        LessonRoutes(ports.lessons).mount(router)
    _incidents(ports, router)
    _spoken(ports, router)
    if ports.identity is not None:
        Identifying(ports.identity).mount(router)
    if ports.archive is not None:
        Archiving(ports.archive).mount(router)
    _money(ports, router)
    ReceiptRoutes(ports).mount(router)  # last: below /log, any name is an entry's
    return router


def _running(ports: Ports, router: APIRouter) -> None:
    """Add the routes of what waits, of what could not be finished, and of who runs it."""
    if ports.dead_letters is not None:
        DeadLettering(ports.dead_letters).mount(router)
    if ports.queue is not None:
        Queueing(ports.queue).mount(router)
    if ports.nodes is not None:
        Noding(ports.nodes).mount(router)


def _incidents(ports: Ports, router: APIRouter) -> None:
    """Add the routes of what goes wrong, of what is remembered of it, and of whom it calls."""
    if ports.alerts is not None:
        Alerting(ports.alerts).mount(router)
    if ports.oncall is not None:
        OnCalling(ports.oncall).mount(router)
    if ports.numbers is not None:
        Numbering(ports.numbers, ports.pictures).mount(router)  # before any incident of that name
    if ports.incidents is not None:
        IncidentRoutes(ports.incidents).mount(router)
        TimelineRoutes(ports.incidents).mount(router)
    if ports.transcripts is not None:
        TranscriptRoutes(ports.transcripts).mount(router)
    if ports.recall is not None:
        RecallRoutes(ports.recall).mount(router)


def _money(ports: Ports, router: APIRouter) -> None:
    """Add the routes of what things cost, what could be saved, and what Quarterdeck itself uses."""
    if ports.costs is not None:
        CostRoutes(ports.costs).mount(router)
    if ports.cost_watch is not None:
        CostWatchRoutes(ports.cost_watch).mount(router)
    if ports.savings is not None:
        SavingRoutes(ports.savings).mount(router)
    if ports.usage is not None:
        UsageRoutes(ports.usage).mount(router)


def _spoken(ports: Ports, router: APIRouter) -> None:
    """Add the routes of what is said aloud, and of calls."""
    if ports.voice is not None:
        VoiceRoutes(ports, ports.voice).mount(router)
    if ports.scribe is not None:
        CallRoutes(ports.scribe).mount(router)


def open_router() -> APIRouter:
    """Return the routes under /v1 that need no key."""
    router = APIRouter(prefix=PREFIX, tags=["why"])

    @router.get("/problems/{code}", summary="What an error code means")
    async def problem(code: str) -> Problem:
        """Explain the `code` of a problem. A problem's `type` leads here."""
        return explained(code)

    return router
