"""As much of Argo CD's API as going back needs, over real HTTP: history, rollback, auto-sync, conflicts, rights.

With auto-sync on it refuses a rollback, and turned on again it brings the application to what its source says.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Item = dict[str, Any]
SOURCE = "c" * 40  # what the source says now


@dataclass
class FakeArgo:
    """Applications by name, and what one token may do with them."""

    url: str = ""
    token: str = "argo-token"
    rights: set[str] = field(default_factory=lambda: {"get", "sync", "update"})
    applications: dict[str, Item] = field(default_factory=dict)
    rollbacks: list[Item] = field(default_factory=list)
    lose_answers: bool = False
    breaks: bool = False  # what is synced does not become healthy

    def add(self, name: str, *, automated: bool) -> None:
        history = [
            {"id": number, "revision": letter * 40, "deployedAt": f"2026-11-21T1{number}:00:00Z"}
            for number, letter in enumerate("abc")
        ]
        policy = {"automated": {"prune": True}} if automated else {}
        self.applications[name] = {
            "metadata": {"name": name, "resourceVersion": "1"},
            "spec": {"project": "shop", "syncPolicy": policy},
            "status": {
                "sync": {"status": "Synced", "revision": SOURCE},
                "health": {"status": "Healthy"},
                "history": history,
                "operationState": {"phase": "Succeeded", "syncResult": {"revision": SOURCE}},
            },
        }

    def answer(self, method: str, path: str, body: Item, token: str) -> tuple[int, Item]:
        if token != self.token:
            return 401, {"error": "invalid session"}
        if path == "/api/version":
            return 200, {"Version": "v2.12.3"}
        if path.startswith("/api/v1/account/can-i/applications/"):
            return 200, {"value": "yes" if path.split("/")[6] in self.rights else "no"}
        name, _, action = path.removeprefix("/api/v1/applications/").partition("/")
        if name not in self.applications:
            return 403, {"error": "permission denied"}
        if method == "GET":
            return 200, self.applications[name]
        return self._rolled_back(name, body) if action == "rollback" else self._put(name, body)

    def _put(self, name: str, body: Item) -> tuple[int, Item]:
        stands = self.applications[name]
        if body["metadata"].get("resourceVersion") != stands["metadata"]["resourceVersion"]:
            return 409, {"error": "the object has been modified"}
        number = str(int(stands["metadata"]["resourceVersion"]) + 1)
        meta = {**body["metadata"], "resourceVersion": number}
        self.applications[name] = {**stands, "metadata": meta, "spec": body["spec"]}
        if body["spec"]["syncPolicy"].get("automated") and stands["status"]["sync"]["revision"] != SOURCE:
            self._sync(name, SOURCE)
        return 200, self.applications[name]

    def _rolled_back(self, name: str, body: Item) -> tuple[int, Item]:
        stands = self.applications[name]
        if stands["spec"]["syncPolicy"].get("automated"):
            return 400, {"error": "rollback cannot be initiated when auto-sync is enabled"}
        target = next((each for each in stands["status"]["history"] if each["id"] == body["id"]), None)
        if target is None:
            return 400, {"error": f"application {name} does not have deployment id {body['id']} in history"}
        self.rollbacks.append(body)
        self._sync(name, target["revision"])
        return 200, self.applications[name]

    def _sync(self, name: str, revision: str) -> None:
        status = self.applications[name]["status"]
        newest = max(each["id"] for each in status["history"])
        past = {"id": newest + 1, "revision": revision, "deployedAt": "2026-11-21T14:00:00Z"}
        self.applications[name]["status"] = {
            "sync": {"status": "Synced" if revision == SOURCE else "OutOfSync", "revision": revision},
            "health": {"status": "Degraded" if self.breaks else "Healthy"},
            "history": [*status["history"], past],
            "operationState": {"phase": "Succeeded", "syncResult": {"revision": revision}},
        }


@contextmanager
def argocd() -> Iterator[FakeArgo]:
    """Run an Argo CD on a free port until the end of the block."""
    here = FakeArgo()

    class Handler(BaseHTTPRequestHandler):
        def do_any(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            status, said = here.answer(self.command, self.path, body, token)
            if here.lose_answers and self.command == "POST":
                return
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_any  # noqa: N815 - the names are the library's

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
