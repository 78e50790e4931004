"""An Unleash that behaves: one project, its flags in two environments, and strategies with ids of their own."""

import itertools
import json
import re
from typing import Any

import httpx

Row = dict[str, Any]
TOKEN = "user:very-secret"


class FakeUnleash(httpx.AsyncBaseTransport):
    """`effects` are the changes that were made; `die_after` of them the connection is lost."""

    def __init__(self) -> None:
        self.features: dict[str, dict[str, Row]] = {}
        self.effects: list[str] = []
        self.die_after: int | None = None
        self._ids = itertools.count(1)

    def flag(self, name: str, *, enabled: bool = False, strategies: tuple[Row, ...] = ()) -> None:
        """Have a flag."""
        held = [{"id": f"s{next(self._ids)}", "constraints": [], "segments": [], **each} for each in strategies]
        self.features[name] = {
            environment: {"name": environment, "enabled": enabled, "strategies": json.loads(json.dumps(held))}
            for environment in ("production", "development")
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, with a body that is still to be read."""
        await request.aread()
        before = len(self.effects)
        said = self._answered(request)
        if self.die_after is not None and len(self.effects) > before and len(self.effects) >= self.die_after:
            raise httpx.ReadError("the connection was lost")
        return httpx.Response(said.status_code, headers=said.headers, stream=httpx.ByteStream(said.content))

    def _answered(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != TOKEN:
            return httpx.Response(401, json={"message": "You must log in"})
        found = re.fullmatch(
            r"/api/admin/projects/shop/features(?:/([^/]+)(?:/environments/([^/]+)/(.+))?)?", request.url.path
        )
        if found is None:
            return httpx.Response(404, json={})
        flag, environment, rest = found.groups()
        if flag is None:
            rows = [{"name": name, "environments": list(each.values())} for name, each in self.features.items()]
            return httpx.Response(200, json={"version": 1, "features": rows})
        if flag not in self.features or (environment and environment not in self.features[flag]):
            return httpx.Response(404, json={"name": "NotFoundError"})
        if environment is None:
            environments = list(self.features[flag].values())
            return httpx.Response(200, json={"name": flag, "archived": False, "environments": environments})
        return self._changed(request, self.features[flag][environment], rest)

    def _changed(self, request: httpx.Request, place: Row, rest: str) -> httpx.Response:
        strategies = place["strategies"]
        body = json.loads(request.content) if request.content else {}
        if rest in {"on", "off"}:
            place["enabled"] = rest == "on"
            if rest == "on" and not strategies:  # as Unleash does
                strategies.append(self._strategy({"name": "flexibleRollout", "parameters": {"rollout": "100"}}))
        elif rest == "strategies" and request.method == "POST":
            strategies.append(self._strategy(body))
        else:
            index = next(n for n, each in enumerate(strategies) if f"strategies/{each['id']}" == rest)
            if request.method == "DELETE":
                strategies.pop(index)
            else:
                strategies[index] = {**self._strategy(body), "id": strategies[index]["id"]}
        self.effects.append(f"{request.method} {rest}")
        return httpx.Response(200, json={})

    def _strategy(self, body: Row) -> Row:
        return {"id": f"s{next(self._ids)}", "constraints": [], "segments": [], **body}
