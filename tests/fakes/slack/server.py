"""The workspace over real HTTP and, for Socket Mode, over a real WebSocket, as slack_sdk and Bolt speak to it."""

import asyncio
import json
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.slack.rates import Rates
from tests.fakes.slack.things import Refused
from tests.fakes.slack.workspace import Workspace

TOKEN, APP_TOKEN = "xoxb-acme", "xapp-acme"
CLIENT, CLIENT_SECRET = "client", "client-secret"
MOST_RESPONSES = 5  # by one `response_url`


class SlackServer:
    """Slack for one workspace or several, by bot token. `refused` holds every no: (method, error)."""

    def __init__(self, workspace: Workspace, *, pace: float = 0.001) -> None:
        self.workspaces = {TOKEN: workspace}
        self.rates = Rates(pace)
        self.refused: list[tuple[str, str]] = []
        self.failing: dict[str, list[str | int]] = {}  # by method: errors or HTTP statuses to answer with next
        self.losing: dict[str, int] = {}  # by method: how many calls are taken next without an answer
        self.holding: dict[str, asyncio.Event] = {}  # by method: what is taken is answered once this is set
        self.under_way: dict[str, int] = {}  # by method: calls that were taken and wait for that
        self.codes: dict[str, dict[str, Any]] = {}  # of installations: what `oauth.v2.access` gives for each
        self.scopes = "chat:write,commands"
        self.sockets: list[web.WebSocketResponse] = []
        self.acknowledged: dict[str, Any] = {}
        self.responded: list[tuple[str, dict[str, Any]]] = []  # by `response_url`: its path, and what was said
        self.url = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["SlackServer"]:
        """Serve on a free port until the block ends."""
        app = web.Application(client_max_size=20_000_000)
        app.router.add_post("/api/{method}", self._method)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/files/{file}", self._file)
        app.router.add_post("/hooks/{kind}/{number}", self._hook)
        app.router.add_get("/socket", self._socket)
        runner = web.AppRunner(app, shutdown_timeout=1.0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            for socket in list(self.sockets):
                await socket.close()
            await runner.cleanup()

    async def _method(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        args = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or args.pop("token", "")
        planned = self.failing.get(method)
        try:
            if planned:
                return self._fail(method, planned.pop(0))
            answer = self._answer(method, token, args)
            await self._held(method)
            if self.losing.get(method, 0):
                self.losing[method] -= 1
                return web.Response(status=504)
        except Refused as no:
            self.refused.append((method, no.error))
            if no.error == "ratelimited":
                after = str(max(1, math.ceil(no.more["wait_s"])))
                return web.json_response(
                    {"ok": False, "error": no.error}, status=429, headers={"Retry-After": after}
                )
            return web.json_response({"ok": False, "error": no.error, **no.more})
        return web.json_response({"ok": True, **answer}, headers={"x-oauth-scopes": self.scopes})

    async def _held(self, method: str) -> None:
        if method in self.holding:
            self.under_way[method] = self.under_way.get(method, 0) + 1
            await self.holding[method].wait()
            self.under_way[method] -= 1

    def _fail(self, method: str, how: str | int) -> web.Response:
        self.refused.append((method, str(how)))
        if isinstance(how, str):
            return web.json_response({"ok": False, "error": how})
        headers = {"Retry-After": "1"} if how == 429 else {}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=how, headers=headers)

    def _answer(self, method: str, token: str, args: dict[str, Any]) -> dict[str, Any]:
        if method == "oauth.v2.access":
            return self._installed(args)
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                raise Refused("invalid_auth")
            return {"url": f"{self.url.replace('http', 'ws')}/socket"}
        workspace = self.workspaces.get(token)
        if workspace is None:
            raise Refused("invalid_auth")
        if wait_s := self.rates.wait_s(method, workspace.team, str(args.get("channel", ""))):
            raise Refused("ratelimited", wait_s=wait_s)
        try:
            answer = workspace.call(method, args)
        except KeyError as missing:
            raise Refused("invalid_arguments", response_metadata={"messages": [f"missing {missing}"]}) from missing
        if method == "files.getUploadURLExternal":
            answer = answer | {"upload_url": f"{self.url}{answer['upload_url']}"}
        return answer

    def _installed(self, args: dict[str, Any]) -> dict[str, Any]:
        if (args.get("client_id"), args.get("client_secret")) != (CLIENT, CLIENT_SECRET):
            raise Refused("bad_client_secret")
        given = self.codes.pop(args.get("code", args.get("refresh_token", "")), None)
        if given is None:
            raise Refused("invalid_code")
        return given

    async def _file(self, request: web.Request) -> web.Response:
        workspace = self.workspaces.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        file = workspace.files.get(request.match_info["file"]) if workspace else None
        return web.Response(status=404) if file is None else web.Response(body=file["bytes"])

    async def _upload(self, request: web.Request) -> web.Response:
        for workspace in self.workspaces.values():
            if (file := workspace.files.get(request.match_info["file"])) is not None:
                file["bytes"] = await request.read()
                return web.Response(text="OK")
        return web.Response(status=404)

    async def _hook(self, request: web.Request) -> web.Response:
        told = await request.json()
        used = sum(path == request.path for path, _ in self.responded)
        if used >= MOST_RESPONSES:
            return web.Response(status=404, text="used_url")
        self.responded.append((request.path, told))
        return web.Response(text="ok")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets), "debug_info": {}})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                told = json.loads(message.data)
                self.acknowledged[told["envelope_id"]] = told.get("payload")
        self.sockets.remove(socket)
        return socket

    async def push(
        self,
        kind: str,
        payload: dict[str, Any],
        envelope: str,
        *,
        retry: int = 0,
        over: web.WebSocketResponse | None = None,
    ) -> None:
        """Send one envelope, over the newest connection unless told; the answer comes into `acknowledged`."""
        told = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True}
        told |= {"retry_attempt": retry, "retry_reason": "timeout"} if retry else {}
        await (over or self.sockets[-1]).send_json(told)

    async def until(self, holds: Any, within_s: float = 10.0) -> None:
        """Return once `holds()` is true; raises `TimeoutError`."""
        async with asyncio.timeout(within_s):
            while not holds():  # noqa: ASYNC110 - what is waited for is a state, told by nobody
                await asyncio.sleep(0.005)


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    form = await request.post()
    return {name: value for name, value in form.items() if isinstance(value, str)} | dict(request.query)
