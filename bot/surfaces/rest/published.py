"""The published log over HTTP, read-only (C2SP tlog-tiles): `/log/TENANT/` and the path of a file.

Whoever has a key of the tenant may read it; anybody may where it is public. A file that lasts is kept by caches,
and all others are asked for again, which costs little where nothing has changed.
"""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from bot.surfaces.ports import Ports
from bot.surfaces.rest.keyed import Observer, Replays, keyed
from bot.surfaces.rest.problems import described
from bot.surfaces.signed_log import LogFile

YEAR_S = 365 * 24 * 3600
NOT_MODIFIED = 304

_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {}, "text/plain": {}}, "description": "The file"},
}


def published(ports: Ports, replays: Replays) -> APIRouter:
    """Return the route below `/log`."""
    log = ports.log

    async def for_all(request: Request, place: str) -> Response:
        """Return a file of the published log: `checkpoint`, `keys`, or a tile."""
        return _answer(request, await log.file(None, place), shared=True)

    async def for_some(request: Request, observer: Observer, place: str) -> Response:
        """Return a file of your tenant's published log: `checkpoint`, `keys`, or a tile."""
        return _answer(request, await log.file(observer, place), shared=False)

    router = APIRouter(
        prefix="/log", tags=["why"], route_class=APIRoute if log.public else keyed(ports.doorkeeper, replays)
    )
    router.get(
        "/{place:path}",
        summary="The published log",
        response_class=Response,
        responses=described(404) | _FILE,
    )(for_all if log.public else for_some)
    return router


def _answer(request: Request, file: LogFile, *, shared: bool) -> Response:
    tag = f'"{file.etag}"'
    whose = "public" if shared else "private"
    headers = {
        "ETag": tag,
        "Cache-Control": f"{whose}, max-age={YEAR_S}, immutable" if file.lasting else f"{whose}, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    if _known(request.headers.get("If-None-Match", ""), tag):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


def _known(given: str, tag: str) -> bool:
    """Return whether the client has these bytes already (RFC 9110, 13.1.2: compared weakly)."""
    tags = {each.strip().removeprefix("W/") for each in given.split(",")}
    return tag in tags or "*" in tags
