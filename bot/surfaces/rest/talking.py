"""Routes for asking, and for everything an answer points to: the thread, the evidence, the charts, the reasons."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import StringConstraints

from bot.pictures import Format, Theme
from bot.surfaces.desk import Explanation
from bot.surfaces.inbound import spoken
from bot.surfaces.ports import Ports
from bot.surfaces.rest.keyed import Asker, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Ask, Cursor, Limit
from memory.clock import Clock
from memory.ids import Ids, derived
from memory.model.evidence import Evidence
from memory.model.people import Principal, Surface
from memory.model.talk import Exchange, Message, Reply, Thread
from memory.model.value import Identifier
from memory.page import Page

ChartName = Annotated[str, StringConstraints(max_length=120), Path(description="The chart's id")]
STATUS_QUESTION = "How are things?"


class Talking:
    """Asks the desk in a program's name."""

    def __init__(self, ports: Ports) -> None:
        self._desk = ports.desk
        self._pictures = ports.pictures
        self._clock = ports.clock
        self._ids = ports.ids

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        asked = described(400, 404, 409, 413)
        found = described(404)
        router.post("/messages", tags=["talk"], summary="Ask", responses=asked)(self.ask)
        router.get("/status", tags=["talk"], summary="How are things?", responses=described())(self.status)
        router.get("/threads", tags=["talk"], summary="Your conversations", responses=described(400))(self.threads)
        router.get("/threads/{thread}", tags=["talk"], summary="One conversation", responses=found)(self.thread)
        router.get("/explanations/{subject}", tags=["why"], summary="Why?", responses=found)(self.explain)
        router.get("/evidence/{evidence}", tags=["why"], summary="One fact", responses=found)(self.evidence)
        pictures: dict[int | str, Any] = {200: {"content": {form.media_type(): {} for form in Format}}}
        router.get(
            "/charts/{chart}.{form}",
            tags=["why"],
            summary="A chart as a picture",
            response_class=Response,
            responses=described(400, 404) | pictures,
        )(self.chart)

    async def ask(self, form: Ask, asker: Asker, response: Response, key: IdempotencyKey = None) -> Reply:
        """Say something, as in a chat, and get the reply: an answer with evidence, a question back, or a plan.

        A plan changes nothing yet: it waits for people to approve it.
        """
        reply = await self._desk.say(message_of(form, asker, self._ids, self._clock, key), asker)
        response.headers["X-Correlation-Id"] = reply.correlation
        return reply

    async def status(self, observer: Observer, response: Response) -> Reply:
        """Services, alerts, recent changes, spend, what needs a person: the same as asking "How are things?"."""
        thread = derived("thr", observer.tenant, observer.id, "status")
        asked = _message(observer, self._ids.new("msg"), thread, STATUS_QUESTION, self._clock)
        reply = await self._desk.say(asked, observer)
        response.headers["X-Correlation-Id"] = reply.correlation
        return reply

    async def threads(self, observer: Observer, cursor: Cursor = None, limit: Limit = 50) -> Page[Thread]:
        """Return the conversations you took part in, the latest first."""
        return await self._desk.threads(observer, cursor, limit)

    async def thread(
        self, thread: Identifier, observer: Observer, cursor: Cursor = None, limit: Limit = 50
    ) -> Page[Exchange]:
        """Return the last messages and replies of a thread; the cursor leads to earlier ones."""
        return await self._desk.transcript(observer, thread, cursor, limit)

    async def explain(self, subject: Identifier, observer: Observer) -> Explanation:
        """Say why: what was understood, which policies decided, what was considered and not done.

        The subject is the id of a run or a message, or a correlation id.
        """
        return await self._desk.explain(observer, subject)

    async def evidence(self, evidence: Identifier, observer: Observer) -> Evidence:
        """Return one fact an answer cites. Its `text` is what the source itself said, and is not to be trusted."""
        return await self._desk.evidence(observer, evidence)

    async def chart(
        self, chart: ChartName, form: Format, observer: Observer, theme: Theme = Theme.LIGHT
    ) -> Response:
        """Draw one chart of a reply."""
        found = await self._desk.chart(observer, chart)
        picture = await self._pictures.draw(found, form, theme)
        return Response(picture, media_type=form.media_type())


def message_of(form: Ask, asker: Principal, ids: Ids, clock: Clock, key: str | None = None) -> Message:
    """Return what a program says; raises as `bot.surfaces.inbound.spoken`. The same id, or key, is one message."""
    text = spoken(form.text)
    given = form.id or key
    message = derived("msg", asker.tenant, asker.id, given) if given else ids.new("msg")
    return _message(asker, message, form.thread or ids.new("thr"), text, clock)


def _message(who: Principal, message: str, thread: str, text: str, clock: Clock) -> Message:
    return Message(
        id=message,
        tenant=who.tenant,
        thread=thread,
        sender=who.id,
        surface=Surface.REST,
        text=text,
        at=clock.now(),
    )
