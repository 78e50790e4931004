"""Routes for runbooks: which there are, what one says, what running it would mean, and running it."""

from enum import Enum
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field, StringConstraints

from bot.surfaces.ports import Ports
from bot.surfaces.procedures import RunbookDesk, RunbookList, RunbookSimulation, RunbookView
from bot.surfaces.rest.keyed import Asker, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Form
from memory.ids import derived
from memory.model.people import Principal, Surface
from memory.model.talk import Message, Reply
from memory.model.value import Identifier, JsonValue

RunbookName = Annotated[
    str, StringConstraints(max_length=120), Path(description='The runbook\'s id, or "id@version" for an older one')
]


class RunbookInputs(Form):
    """Values for a runbook's inputs. A text is read as what its input takes: `"3"` where a number is asked."""

    inputs: dict[str, JsonValue] = Field(default_factory=dict, examples=[{"service": "checkout"}])


class RunRequest(RunbookInputs):
    """Values for a runbook's inputs, and where the conversation about it goes on."""

    thread: Identifier | None = None
    id: Identifier | None = Field(default=None, description="Your own id; sent again, it gets the same reply.")


class Procedures:
    """Brings requests about runbooks to their desk; what acts is asked of the desk, as words would be."""

    def __init__(self, ports: Ports, runbooks: RunbookDesk) -> None:
        self._ports = ports
        self._runbooks = runbooks

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        tags: list[str | Enum] = ["plans"]
        told = described(400, 403, 404)
        router.get("/runbooks", tags=tags, summary="Runbooks", responses=described())(self.all)
        router.get("/runbooks/{name}", tags=tags, summary="One runbook", responses=told)(self.one)
        path = "/runbooks/{name}/simulations"
        router.post(path, tags=tags, summary="What running it would mean", responses=told)(self.simulate)
        router.post("/runbooks/{name}/runs", tags=tags, summary="Run it", responses=described(400, 404, 409))(
            self.run
        )

    async def all(self, observer: Observer) -> RunbookList:
        """Return the newest version of every runbook."""
        return self._runbooks.all(observer)

    async def one(self, name: RunbookName, observer: Observer) -> RunbookView:
        """Return one runbook. Its `text` is Markdown of whoever wrote it, to be shown as text."""
        return self._runbooks.one(observer, name)

    async def simulate(
        self, name: RunbookName, form: RunbookInputs, asker: Asker, key: IdempotencyKey = None
    ) -> RunbookSimulation:
        """Compile it, dry-run every step and ask policy. Nothing is submitted, recorded or done."""
        _ = key
        return await self._runbooks.simulate(asker, name, form.inputs)

    async def run(
        self, name: RunbookName, form: RunRequest, asker: Asker, response: Response, key: IdempotencyKey = None
    ) -> Reply:
        """Submit it as a plan, which waits for the approvals that policy asks for. The same as saying so."""
        text = self._runbooks.says(asker, name, form.inputs)
        reply = await self._say(asker, form, text, form.id or key)
        response.headers["X-Correlation-Id"] = reply.correlation
        return reply

    async def _say(self, who: Principal, form: RunRequest, text: str, given: str | None) -> Reply:
        ids = self._ports.ids
        said = Message(
            id=derived("msg", who.tenant, who.id, given) if given else ids.new("msg"),
            tenant=who.tenant,
            thread=form.thread or ids.new("thr"),
            sender=who.id,
            surface=Surface.REST,
            text=text,
            at=self._ports.clock.now(),
        )
        return await self._ports.desk.say(said, who)
