"""Routes of the signed log: how it stands, one entry, and the receipts by which anybody checks entries offline."""

from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from bot.surfaces.ports import Ports
from bot.surfaces.rest.keyed import Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.signed_log import LogState, Receipted, Receipts
from memory.model.record import Recorded
from memory.model.value import Identifier

EntryName = Annotated[
    str, Path(max_length=64, description="The entry's index, or its leaf hash: 8 digits may be enough")
]

_PROOF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "A C2SP tlog-proof"}
}


class ReceiptRoutes:
    """Gives receipts. Mounted after every other route below /log: an entry may have any name."""

    def __init__(self, ports: Ports) -> None:
        self._log = ports.log

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        tag: list[str | Enum] = ["why"]
        router.get("/log/checkpoint", summary="How the log stands", responses=described(), tags=tag)(self.state)
        router.get("/log/{entry}", summary="One entry", responses=described(400, 404), tags=tag)(self.entry)
        router.get(
            "/log/{entry}/receipt",
            summary="The receipt of an entry",
            response_class=Response,
            responses=described(400, 404) | _PROOF,
            tags=tag,
        )(self.receipt)
        router.get("/runs/{run}/receipts", summary="The receipts of a plan", responses=described(404), tags=tag)(
            self.receipts
        )

    async def state(self, observer: Observer) -> LogState:
        """Return the log's key, size and newest checkpoint, and how far it is published and witnessed."""
        return await self._log.state(observer)

    async def entry(self, observer: Observer, entry: EntryName) -> Recorded:
        """Return one entry of the log."""
        return await self._log.entry(observer, entry)

    async def receipt(self, observer: Observer, entry: EntryName) -> Response:
        """Return a file that proves, offline and to anybody, that the entry is in the log (C2SP tlog-proof).

        The entry itself is its extra data. It carries the published checkpoint where that covers the entry.
        """
        return as_file(await self._log.receipt(observer, entry))

    async def receipts(self, observer: Observer, run: Identifier) -> Receipts:
        """Return the receipts of what came of a plan: each effect, what took it back, and the end."""
        return await self._log.receipts(observer, run)


def as_file(found: Receipted) -> Response:
    """Return a receipt as a file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{found.file}"', "X-Content-Type-Options": "nosniff"}
    return Response(found.proof, media_type="text/plain", headers=headers)
