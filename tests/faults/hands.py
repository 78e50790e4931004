"""Hands on a target that is a process of its own: they may be killed, frozen or cut off amid a call."""

import asyncio
import json
import os
from typing import Any

from memory.errors import ConnectorUnreachable
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from tools.capabilities.services import SERVICE_SCALE, Scaling
from tools.contract import Arguments, CallContext

ANSWER_S = 8.0


class RemoteHand:
    """Scales something out there. The number of replicas says how long that takes, in tenths of a second."""

    capability = SERVICE_SCALE

    def __init__(self, port: int, name: str = "") -> None:
        self._port = port
        self._name = name or str(os.getpid())

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        assert isinstance(arguments, Scaling)
        settled = arguments.model_dump(mode="json")
        return Preview(
            call=Call(tool=SERVICE_SCALE.name, arguments=settled),
            summary=f"{arguments.service} goes to {arguments.replicas}",
            changes=(Change(field="replicas", before="1", after=str(arguments.replicas)),),
            undo=Call(tool=SERVICE_SCALE.name, arguments={**settled, "replicas": 1}),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        assert isinstance(arguments, Scaling)
        await self._ask({"do": "act", "key": context.key, "takes": (arguments.replicas - 1) / 10})
        return Outcome(ok=True, summary=f"{arguments.service} has {arguments.replicas} replicas.")

    async def look(self, context: CallContext) -> Outcome | None:
        answer = await self._ask({"do": "look", "key": context.key})
        return Outcome(ok=True, summary="It was done.") if answer["found"] else None

    async def _ask(self, what: dict[str, Any]) -> Any:
        try:
            async with asyncio.timeout(ANSWER_S):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                writer.write(json.dumps({**what, "by": self._name}).encode() + b"\n")
                answer = await reader.readline()
                writer.close()
                return json.loads(answer)
        except (OSError, TimeoutError, ValueError) as error:
            raise ConnectorUnreachable(f"expected the target to answer, found {error}") from error
