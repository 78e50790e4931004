"""Receipts: what came of a plan, and any entry of the log, as a file that proves it to anybody offline."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.surfaces.console.faults import in_page
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception
from bot.surfaces.desk import Scope
from bot.surfaces.ports import Ports
from memory.model.value import Identifier


class ReceiptPages:
    """Lists a plan's receipts, and gives each as a file."""

    def __init__(self, ports: Ports, reception: Reception, pages: Pages) -> None:
        self._log = ports.log
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/plans/{run}/receipts")(self.of_plan)
        router.get("/receipts/{entry}")(self.of_entry)

    async def of_plan(self, request: Request, run: Identifier) -> Response:
        """List the receipts of what came of a plan."""
        visitor = await self._reception.visitor(request)
        found = await self._log.receipts(visitor.require(Scope.OBSERVE), run)
        template = "receipt_list.html" if in_page(request) else "receipts.html"
        return self._pages.response(template, visitor=visitor, place="plans", thread="", receipts=found)

    async def of_entry(self, request: Request, entry: Identifier) -> Response:
        """Return the receipt of an entry, as a file to keep."""
        visitor = await self._reception.visitor(request)
        found = await self._log.receipt(visitor.require(Scope.OBSERVE), entry)
        headers = {"Content-Disposition": f'attachment; filename="{found.file}"'}
        return Response(found.proof, media_type="text/plain", headers=headers)
