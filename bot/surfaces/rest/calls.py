"""Routes of calls: a recording written into an incident's timeline, and what people make of its moments."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from bot.surfaces.rest.incidents import Which
from bot.surfaces.rest.keyed import Asker, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Form
from bot.surfaces.rest.voice import RECORDING, sound_of
from bot.surfaces.scribing import ScribeDesk, Written
from bot.voice.ports import Clip
from memory.model.value import Identifier, Moment, Value
from memory.model.voice import DecisionMoment

Began = Annotated[Moment, Query(description="When the recording began")]
Names = Annotated[list[str] | None, Query(alias="speaker", max_length=8, description="Who is on each channel")]


class Settling(Form):
    """What a person makes of a moment."""

    decided: bool = Field(description="Whether something was decided then")
    text: str = Field(default="", max_length=1000, description="What was decided; empty: as it was heard")


class Moments(Value):
    """The moments of an incident's calls, in order."""

    items: tuple[DecisionMoment, ...]


class CallRoutes:
    """Serves the scribe."""

    def __init__(self, scribe: ScribeDesk) -> None:
        self._scribe = scribe

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        told, found = described(400, 404, 409, 413), described(404, 409)
        router.post(
            "/incidents/{incident}/calls",
            tags=["voice"],
            summary="Write a call down",
            responses=told,
            openapi_extra=RECORDING,
        )(self.write)
        router.get(
            "/incidents/{incident}/moments", tags=["voice"], summary="What may have been decided", responses=found
        )(self.moments)
        router.post("/moments/{moment}", tags=["voice"], summary="Was it decided?", responses=found)(self.settle)

    async def write(
        self, request: Request, incident: Which, asker: Asker, began: Began, speaker: Names = None
    ) -> Written:
        """Write a recording into the timeline, each utterance quoted where it was said, and untrusted."""
        clip = Clip(await sound_of(request), request.headers.get("Content-Type", ""), asker.id)
        return await self._scribe.write(asker, incident, clip, began=began, names=tuple(speaker or ()))

    async def moments(self, incident: Which, observer: Observer) -> Moments:
        """Return what sounded like a decision, and what became of it."""
        return Moments(items=await self._scribe.moments(observer, incident))

    async def settle(self, moment: Identifier, form: Settling, asker: Asker) -> DecisionMoment:
        """Say whether something was decided. Only then it stands in the timeline as a decision."""
        if form.decided:
            return await self._scribe.accept(asker, moment, form.text)
        return await self._scribe.decline(asker, moment)
