"""Routes for asking and hearing the answer as it is made, and for stopping it."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from bot.error_classes import http_status
from bot.surfaces.growing import growing
from bot.surfaces.ports import Ports
from bot.surfaces.rest.keyed import Asker, IdempotencyKey
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Ask, Stopped
from bot.surfaces.rest.talking import message_of
from memory.errors import QuarterdeckError
from memory.model.people import Principal
from memory.model.talk import Message
from memory.model.value import Identifier

EVERY = timedelta(seconds=0.2)


class GrowingAnswers:
    """Answers as they are made (server-sent events)."""

    def __init__(self, ports: Ports) -> None:
        self._desk = ports.desk
        self._clock = ports.clock
        self._ids = ports.ids
        self._metrics = ports.metrics

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        lines: dict[int | str, dict[str, Any]] = {
            200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}
        }
        router.post(
            "/messages/streamed",
            tags=["talk"],
            summary="Ask, and hear the answer as it is made",
            response_class=StreamingResponse,
            responses=described(400, 404, 409, 413) | lines,
        )(self.ask)
        told = described(400, 404, 409, 413)
        router.post("/threads/{thread}/stop", tags=["talk"], summary="Stop an answer", responses=told)(self.stop)

    async def ask(self, form: Ask, asker: Asker, _key: IdempotencyKey = None) -> StreamingResponse:
        """Say something and hear (server-sent events) `begun`, `growth` and at last `reply`, or `problem`.

        `begun` has the message's id and its thread. Each `growth` holds all that stands of the answer so far, as
        checked sentences, in place of the one before. `reply` is the reply as `POST /v1/messages` gives it.
        Leaving does not stop the answer: `POST /v1/threads/{thread}/stop` does.
        """
        said = message_of(form, asker, self._ids, self._clock)
        return StreamingResponse(
            self._lines(said, asker),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def stop(self, thread: Identifier, asker: Asker, _key: IdempotencyKey = None) -> Stopped:
        """Stop what you asked in a thread and is still being answered. Its reply holds what stood by then."""
        await self._desk.stop(asker, thread)
        return Stopped(thread=thread)

    async def _lines(self, said: Message, asker: Principal) -> AsyncIterator[bytes]:
        with self._metrics.stream("rest"):
            async with growing(self._desk, asker, said) as answer:
                yield _line("begun", {"message": said.id, "thread": said.thread})
                async for text in answer.texts(EVERY):
                    yield _line("growth", {"text": text})
                try:
                    reply = await answer.task
                except QuarterdeckError as error:
                    told = {"code": error.code, "status": http_status(error)}
                    yield _line("problem", {**told, "detail": error.message, "hint": error.hint})
                    return
                yield format_sse_event(event="reply", data_str=reply.model_dump_json())


def _line(event: str, told: dict[str, object]) -> bytes:
    return format_sse_event(event=event, data_str=json.dumps(told, ensure_ascii=False))
