"""As much of HashiCorp Vault as reads secrets of a KV version 2 engine, over real HTTP or HTTPS.

https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
"""

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class FakeVault:
    """Secrets by path, and the one token that may read them. A secret that is None was deleted."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token
        self.secrets: dict[str, Mapping[str, Any] | None] = {}
        self.sealed = False
        self.asked: list[str] = []

    def answer(self, path: str, token: str | None) -> tuple[int, object]:
        self.asked.append(path)
        if self.sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if token != self.token:
            return 403, {"errors": ["permission denied"]}
        if path not in self.secrets:
            return 404, {"errors": []}
        metadata = {"version": 1, "destroyed": False, "deletion_time": ""}
        secret = self.secrets[path]
        if secret is None:
            return 404, {"data": {"data": None, "metadata": metadata}}
        return 200, {"request_id": "1", "data": {"data": dict(secret), "metadata": metadata}}


@contextmanager
def vault(token: str = "", tls: ssl.SSLContext | None = None) -> Iterator[FakeVault]:
    """Run a Vault on a free port until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = here.answer(self.path.removeprefix("/v1/"), self.headers.get("X-Vault-Token"))
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name is the library's
            del format, args

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that does not trust the certificate hangs up, which is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    here = FakeVault(f"{scheme}://localhost:{server.server_port}", token)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
