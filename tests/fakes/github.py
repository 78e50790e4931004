"""A GitHub that behaves: a token, ETags, pages, refusals, rate limits, and one open pull request a branch.

It is asked as httpx asks a transport, and sees the branches of real bare repositories. What was done to it stands
in `effects`, so that a test counts there and not in what was answered.
"""

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

Row = dict[str, Any]
TOKEN = "ghp-very-secret"
AT = "2026-11-21T09:00:00Z"


@dataclass
class Hosted:
    """What GitHub knows of one repository."""

    origin: Path
    pulls: list[Row] = field(default_factory=list)
    deployments: list[Row] = field(default_factory=list)
    statuses: dict[int, list[Row]] = field(default_factory=dict)
    runs: list[Row] = field(default_factory=list)

    def tip(self, branch: str) -> str | None:
        """Return where a branch stands."""
        asked = ["git", "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"]
        done = subprocess.run(asked, cwd=self.origin, capture_output=True, text=True, check=False)
        return done.stdout.strip() or None


class FakeGitHub(httpx.AsyncBaseTransport):
    """`lose` drops that many answers after the effect; `refuse` are answers given instead of anything else."""

    def __init__(self, **repositories: Path) -> None:
        self.hosted = {name.replace("__", "/"): Hosted(origin) for name, origin in repositories.items()}
        self.effects: list[str] = []
        self.requests: list[httpx.Request] = []
        self.unchanged = 0
        self.lose = 0
        self.refuse: list[httpx.Response] = []
        self._routes: list[tuple[str, str, Callable[..., httpx.Response]]] = [
            ("GET", r"/repos/(.+?)/pulls", self._pulls),
            ("POST", r"/repos/(.+?)/pulls", self._open),
            ("GET", r"/repos/(.+?)/pulls/(\d+)", self._pull),
            ("PATCH", r"/repos/(.+?)/pulls/(\d+)", self._change),
            ("GET", r"/repos/(.+?)/deployments", self._deployments),
            ("GET", r"/repos/(.+?)/deployments/(\d+)/statuses", self._statuses),
            ("POST", r"/repos/(.+?)/deployments/(\d+)/statuses", self._say),
            ("GET", r"/repos/(.+?)/actions/runs", self._runs),
        ]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, with a body that is still to be read."""
        await request.aread()
        self.requests.append(request)
        said = self._answered(request)
        return httpx.Response(said.status_code, headers=said.headers, stream=httpx.ByteStream(said.content))

    def _answered(self, request: httpx.Request) -> httpx.Response:
        if self.refuse:
            return self.refuse.pop(0)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _said(401, {"message": "Bad credentials"})
        answer = self._routed(request)
        if self.lose and request.method != "GET":
            self.lose -= 1
            raise httpx.ReadError("the connection was lost")
        return self._tagged(request, answer)

    def deploy(self, name: str, deployment: int) -> None:
        """Have a deployment."""
        row = {"id": deployment, "sha": "a" * 40, "ref": "main", "environment": "production", "created_at": AT}
        self.hosted[name].deployments.insert(0, row)
        self.hosted[name].statuses[deployment] = []

    def _routed(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v3")
        for method, pattern, handle in self._routes:
            found = re.fullmatch(pattern, path)
            if found and method == request.method:
                hosted = self.hosted.get(found[1])
                return handle(hosted, request, *found.groups()[1:]) if hosted else _said(404, {})
        return _said(404, {"message": "Not Found"})

    def _tagged(self, request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.method != "GET" or answer.status_code != httpx.codes.OK:
            return answer
        tag = f'W/"{hashlib.sha256(answer.content).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == tag:
            self.unchanged += 1
            return httpx.Response(304, headers={"etag": tag})
        answer.headers["etag"] = tag
        return answer

    def _pulls(self, hosted: Hosted, request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        head = asked.get("head", "").partition(":")[2]
        rows = [each for each in reversed(hosted.pulls) if asked.get("state", "open") in {"all", each["state"]}]
        rows = [each for each in rows if not head or each["head"]["ref"] == head]
        return _page(rows, asked)

    def _open(self, hosted: Hosted, request: httpx.Request) -> httpx.Response:
        wanted = json.loads(request.content)
        tip = hosted.tip(wanted["head"])
        if tip is None or hosted.tip(wanted["base"]) in {None, tip}:
            return _said(422, {"message": "Validation Failed", "errors": [{"field": "head", "code": "invalid"}]})
        if any(each["state"] == "open" and each["head"]["ref"] == wanted["head"] for each in hosted.pulls):
            return _said(422, {"message": "A pull request already exists"})
        row: Row = {
            "number": len(hosted.pulls) + 1,
            "title": wanted["title"],
            "body": wanted["body"],
            "state": "open",
            "head": {"ref": wanted["head"], "sha": tip},
            "base": {"ref": wanted["base"], "sha": hosted.tip(wanted["base"])},
            "user": {"login": "quarterdeck[bot]"},
            "merged_at": None,
            "created_at": AT,
        }
        hosted.pulls.append(row)
        self.effects.append(f"opened {row['number']}")
        return _said(201, row)

    def _pull(self, hosted: Hosted, request: httpx.Request, number: str) -> httpx.Response:
        del request
        found = [each for each in hosted.pulls if each["number"] == int(number)]
        return _said(200, found[0]) if found else _said(404, {"message": "Not Found"})

    def _change(self, hosted: Hosted, request: httpx.Request, number: str) -> httpx.Response:
        found = next(each for each in hosted.pulls if each["number"] == int(number))
        state = json.loads(request.content)["state"]
        if state == "open" and hosted.tip(found["head"]["ref"]) is None:
            return _said(422, {"message": "Validation Failed"})
        if found["state"] != state:
            self.effects.append(f"{state} {number}")
        found["state"] = state
        return _said(200, found)

    def _deployments(self, hosted: Hosted, request: httpx.Request) -> httpx.Response:
        wanted = request.url.params.get("environment")
        rows = [each for each in hosted.deployments if wanted in {None, each["environment"]}]
        return _page(rows, request.url.params)

    def _statuses(self, hosted: Hosted, request: httpx.Request, deployment: str) -> httpx.Response:
        if int(deployment) not in hosted.statuses:
            return _said(404, {"message": "Not Found"})
        return _page(list(reversed(hosted.statuses[int(deployment)])), request.url.params)

    def _say(self, hosted: Hosted, request: httpx.Request, deployment: str) -> httpx.Response:
        wanted = json.loads(request.content)
        if int(deployment) not in hosted.statuses or len(wanted["description"]) > 140:
            return _said(422, {"message": "Validation Failed"})
        rows = hosted.statuses[int(deployment)]
        rows.append({"id": len(self.effects) + 1, "created_at": AT, **wanted})
        self.effects.append(f"said {wanted['state']}")
        return _said(201, rows[-1])

    def _runs(self, hosted: Hosted, request: httpx.Request) -> httpx.Response:
        branch = request.url.params.get("branch")
        rows = [each for each in hosted.runs if branch in {None, each["head_branch"]}]
        return _said(200, {"total_count": len(rows), "workflow_runs": rows[:20]})


def limited(retry_after: int) -> httpx.Response:
    """Return the refusal of a secondary rate limit."""
    headers = {"retry-after": str(retry_after)}
    return httpx.Response(403, headers=headers, json={"message": "You have exceeded a secondary rate limit."})


def _page(rows: list[Row], asked: httpx.QueryParams) -> httpx.Response:
    size, page = int(asked.get("per_page", "30")), int(asked.get("page", "1"))
    return _said(200, rows[(page - 1) * size : page * size])


def _said(status: int, body: object) -> httpx.Response:
    return httpx.Response(status, json=body)
