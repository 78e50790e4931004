"""Routes for machines that look after this process: is it alive, can it answer, what does it count."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from bot.surfaces.desk import Readiness
from bot.surfaces.ports import Ports
from memory.model.value import Value


class Alive(Value):
    """The process answers."""

    status: str = "alive"


def probes(ports: Ports) -> APIRouter:
    """Return `/healthz`, `/readyz` and `/metrics`. They need no key and tell nothing about people or plans."""
    router = APIRouter(tags=["probes"])

    @router.get("/healthz", summary="Alive?")
    async def healthz() -> Alive:
        """Answer at once, whatever else is broken."""
        return Alive()

    @router.get("/readyz", summary="Ready?", responses={503: {"model": Readiness, "description": "Not ready"}})
    async def readyz(response: Response) -> Readiness:
        """Say of each part whether it works. 503 while a vital one does not."""
        readiness = await ports.desk.ready()
        response.status_code = 200 if readiness.ready() else 503
        return readiness

    @router.get("/metrics", summary="Metrics", response_class=Response)
    async def metrics() -> Response:
        """Return counters and timings in the Prometheus text format."""
        return Response(ports.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return router
