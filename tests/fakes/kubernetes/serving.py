"""The fake over HTTP, with its controllers in a thread beside it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from tests.fakes.kubernetes.objects import Item, Refused
from tests.fakes.kubernetes.request import Request
from tests.fakes.kubernetes.server import FakeKubernetes


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_any(self) -> None:
        here = cast("Server", self.server).here
        length = int(self.headers.get("Content-Length") or 0)
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        request = Request.parsed(self.command, self.path, self.rfile.read(length), token)
        try:
            said = here.answer(request)
        except Refused as refused:
            self._say(refused.code, refused.status)
            return
        if request.params.get("watch") == "true":
            self._stream(here, request)
        elif here.after(request):
            self._say(200, said)
        else:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_any  # noqa: N815 - the names are the library's

    def _say(self, code: int, said: Item | str) -> None:
        content = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        self.send_response(code)
        self.send_header("Content-Type", "text/plain" if isinstance(said, str) else "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, here: FakeKubernetes, request: Request) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in here.events(request):
            line = json.dumps(event).encode() + b"\n"
            self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        del format, args


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, here: FakeKubernetes) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.here = here

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has seen enough of a watch hangs up."""


@contextmanager
def kubernetes() -> Iterator[FakeKubernetes]:
    """Run a control plane with one node on a free port until the end of the block."""
    here = FakeKubernetes()
    status = {"conditions": [{"type": "Ready", "status": "True"}]}
    here.objects.add("nodes", "", {"metadata": {"name": "node-1"}, "spec": {}, "status": status})
    server = Server(here)
    here.url = f"http://127.0.0.1:{server.server_port}"
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    moving = threading.Thread(target=here.move)
    serving.start()
    moving.start()
    try:
        yield here
    finally:
        here.ending = True
        server.shutdown()
        server.server_close()
        serving.join()
        moving.join()
