"""The estate's control API: JSON over HTTP on the loopback interface, with a bearer token.

Every order carries an `Idempotency-Key`; the same key never takes effect twice, and `GET /v1/effects/{key}` tells
what it did. An error is `{"error": {"code", "message", "expected", "found"}}`, and then nothing was changed.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.demo import inputs, logs, reports
from bot.demo.orders import Effect, Kind, Refused, deployment_of
from bot.demo.supervisor import Supervisor

Endpoint = Callable[[Request], Awaitable[Response]]


class Control:
    """The endpoints, over one supervisor."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    async def services(self, _: Request) -> Response:
        """List the services."""
        names = self._supervisor.services
        return JSONResponse({"services": [reports.service(self._supervisor, name) for name in names]})

    async def service(self, request: Request) -> Response:
        """Describe one service."""
        return JSONResponse(reports.service(self._supervisor, self._known(request.path_params["name"])))

    async def flags(self, request: Request) -> Response:
        """List the flags, of one service or all."""
        return JSONResponse({"flags": reports.flags(self._supervisor.records.state, self._chosen(request))})

    async def changes(self, request: Request) -> Response:
        """List what was changed, newest first: of one service or all, since a moment or ever."""
        chosen, since = self._chosen(request), inputs.moment(request, "since")
        found = [
            reports.effect(effect)
            for effect in self._supervisor.records.effects()
            if chosen in {None, effect.service} and (since is None or effect.at >= since)
        ]
        return JSONResponse({"changes": found})

    async def logs(self, request: Request) -> Response:
        """Search the log lines of a service's replicas, newest first."""
        wanted = inputs.log_search(request, self._known(request.path_params["name"]))
        found, lines = await asyncio.to_thread(logs.search, self._supervisor.logs, wanted)
        return JSONResponse({"found": found, "lines": lines})

    async def effect(self, request: Request) -> Response:
        """Tell what came of an idempotency key."""
        key = request.path_params["key"]
        effect = self._supervisor.records.state.effects.get(key)
        if effect is None:
            raise Refused(404, "effect.unknown", "the key of", ["an order that was carried out"], key)
        return self._result(effect)

    def ordering(self, kind: Kind) -> Endpoint:
        """Return the endpoint that carries out orders of one kind."""

        async def carry_out(request: Request) -> Response:
            return self._result(await self._supervisor.carry_out(await inputs.order(kind, request)))

        return carry_out

    def _result(self, effect: Effect) -> Response:
        converged = self._supervisor.converged(effect.service)
        return JSONResponse({**reports.effect(effect), "converged": converged})

    def _known(self, service: str) -> str:
        deployment_of(self._supervisor.records.state, service)
        return service

    def _chosen(self, request: Request) -> str | None:
        name = request.query_params.get("service")
        return None if name is None else self._known(name)


def application(supervisor: Supervisor, token: str) -> Starlette:
    """Return the control API as an ASGI application."""
    control = Control(supervisor)
    looks = {
        "/v1/services": control.services,
        "/v1/services/{name}": control.service,
        "/v1/services/{name}/logs": control.logs,
        "/v1/changes": control.changes,
        "/v1/flags": control.flags,
        "/v1/effects/{key:path}": control.effect,
    }
    orders: dict[str, Kind] = {f"/v1/services/{{name}}/{kind}": kind for kind in Kind if kind is not Kind.FLAG}
    orders["/v1/flags/{name}"] = Kind.FLAG
    return Starlette(
        routes=[
            *(Route(path, _guarded(look, token), methods=["GET"]) for path, look in looks.items()),
            *(
                Route(path, _guarded(control.ordering(kind), token), methods=["POST"])
                for path, kind in orders.items()
            ),
        ],
        exception_handlers={Refused: _refused, HTTPException: _no_such_thing},
    )


def _guarded(endpoint: Endpoint, token: str) -> Endpoint:
    expected = f"Bearer {token}".encode()

    async def checked(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if not secrets.compare_digest(given, expected):
            raise Refused(
                401, "auth.failed", "the header Authorization", ["Bearer and the estate's token"], "not it"
            )
        return await endpoint(request)

    return checked


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, Refused):
        raise error
    body = {"code": error.code, "message": str(error), "expected": error.expected, "found": error.found}
    return JSONResponse({"error": body}, status_code=error.status)


async def _no_such_thing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    wanted = f"{request.method} {request.url.path}"
    return await _refused(request, Refused(status, "route.unknown", "a route of the API", ["/v1/…"], wanted))
