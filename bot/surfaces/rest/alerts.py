"""Routes of alerts: which there are, how they are grouped, what keeps them quiet, and who is on call."""

from datetime import timedelta
from enum import Enum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from bot.surfaces.alerts import AlertDesk, AlertQuery, AlertView, NewQuiet, OnCallDesk, OnCallView, Told
from bot.surfaces.rest.keyed import Asker, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Form
from memory.model.alert import AlertStatus
from memory.model.triage import AlertGroup, AlertRecord, Escalation, Lesson, Quiet
from memory.model.value import Identifier, JsonValue, Moment, Value
from memory.model.window import parse_duration
from memory.page import Page

Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200)]


class Silencing(Form):
    """What to keep quiet, and for how long (`90s`, `15m`, `2h`, `7d`)."""

    duration: str = Field(examples=["2h"])
    services: tuple[Identifier, ...] = ()
    environments: tuple[Identifier, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict)
    alert: Identifier | None = None
    reason: str = Field(default="", max_length=300)


class Payload(Form):
    """A payload, as if its source had sent it. `source` is `any` where it is to be recognised."""

    source: str = Field(default="any", examples=["alertmanager"])
    body: JsonValue


class Quiets(Value):
    """What keeps alerts quiet."""

    items: tuple[Quiet, ...]


class Lessons(Value):
    """What merging and splitting incidents taught."""

    items: tuple[Lesson, ...]


class OnCallNow(Value):
    """Who is on call."""

    items: tuple[OnCallView, ...]


class CallingView(Value):
    """How the calling for an incident stands; None: nobody is called."""

    escalation: Escalation | None


class Alerting:
    """Brings requests about alerts to their desk."""

    def __init__(self, desk: AlertDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes. Those with names of their own come before those of any alert."""
        tags: list[str | Enum] = ["alerts"]
        told, changed = described(400, 404), described(400, 404, 409)
        router.get("/alerts", tags=tags, summary="Alerts", responses=told)(self.all)
        router.post("/alerts", tags=tags, summary="Try a payload out", responses=changed)(self.tell)
        router.get("/alerts/groups", tags=tags, summary="Groups of alerts", responses=told)(self.groups)
        router.get("/alerts/silences", tags=tags, summary="What keeps alerts quiet", responses=told)(self.quiet)
        router.post("/alerts/silences", tags=tags, summary="Keep alerts quiet", responses=changed)(self.silence)
        router.post("/alerts/silences/{silence}/end", tags=tags, summary="End a silence", responses=changed)(
            self.unsilence
        )
        router.get("/alerts/lessons", tags=tags, summary="What people taught", responses=told)(self.lessons)
        router.post("/alerts/lessons/{lesson}/withdraw", tags=tags, summary="Take back", responses=changed)(
            self.forget
        )
        router.get("/alerts/{alert}", tags=tags, summary="One alert", responses=told)(self.one)

    async def all(  # noqa: PLR0917 -- FastAPI gives each by its name
        self,
        observer: Observer,
        status: AlertStatus | None = None,
        service: Identifier | None = None,
        source: Identifier | None = None,
        group: Identifier | None = None,
        incident: Identifier | None = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[AlertRecord]:
        """Return the alerts, what changed last first. Their texts are from outside, to be shown as text."""
        wanted = AlertQuery(status=status, service=service, source=source, group=group, incident=incident)
        return await self._desk.alerts(observer, wanted, cursor, limit)

    async def one(self, alert: str, observer: Observer) -> AlertView:
        """Return one alert by its id or fingerprint, with its group and why it is in it."""
        return await self._desk.alert(observer, alert)

    async def tell(self, form: Payload, asker: Asker, key: IdempotencyKey = None) -> Told:
        """Take a payload by hand. Sources themselves send to /hooks/NAME, with a secret of their own."""
        _ = key
        return await self._desk.tell(asker, form.source, form.body)

    async def groups(self, observer: Observer, cursor: Cursor = None, limit: Limit = 50) -> Page[AlertGroup]:
        """Return the groups, what changed last first."""
        return await self._desk.groups(observer, cursor, limit)

    async def quiet(self, observer: Observer) -> Quiets:
        """Return the silences and maintenance windows that are not over."""
        return Quiets(items=await self._desk.quiet(observer))

    async def silence(self, form: Silencing, asker: Asker, key: IdempotencyKey = None) -> Quiet:
        """Keep alerts quiet: they are kept and shown, and declare nothing."""
        _ = key
        lasting: timedelta = parse_duration(form.duration)
        wanted = NewQuiet(lasting=lasting, **form.model_dump(exclude={"duration"}))
        return await self._desk.silence(asker, wanted)

    async def unsilence(self, silence: str, asker: Asker, key: IdempotencyKey = None) -> Quiet:
        """End a silence now."""
        _ = key
        return await self._desk.unsilence(asker, silence)

    async def lessons(self, observer: Observer) -> Lessons:
        """Return what merging and splitting taught, the latest first."""
        return Lessons(items=await self._desk.lessons(observer))

    async def forget(self, lesson: str, asker: Asker, key: IdempotencyKey = None) -> Lesson:
        """Take a lesson back."""
        _ = key
        return await self._desk.forget(asker, lesson)


class OnCalling:
    """Brings requests about who is on call to their desk."""

    def __init__(self, desk: OnCallDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        tags: list[str | Enum] = ["alerts"]
        router.get("/oncall", tags=tags, summary="Who is on call", responses=described(400, 404))(self.who)
        path = "/incidents/{incident}/calling"
        router.get(path, tags=tags, summary="Whom an incident calls", responses=described(404))(self.calling)

    async def who(
        self,
        observer: Observer,
        service: Identifier | None = None,
        team: str | None = None,
        at: Moment | None = None,
    ) -> OnCallNow:
        """Return who is on call for a service or a team, or for every team."""
        return OnCallNow(items=await self._desk.on_call(observer, service, team, at))

    async def calling(self, incident: str, observer: Observer) -> CallingView:
        """Return who was called for an incident, and when the next one is."""
        return CallingView(escalation=await self._desk.calling(observer, incident))
