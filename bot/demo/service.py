"""One replica of a demo service, as a process of its own.

By hand: `python -m bot.demo.service --name checkout --version 1.4.1 --port 8080`. It answers its routes,
`/healthz` and `/metrics` on the loopback interface, says `ready` on standard output, and on SIGTERM finishes the
requests it has begun. It imports nothing else of Quarterdeck.
"""

import argparse
import json
import os
import secrets
import signal
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.demo import leash
from bot.demo.answering import TRACE_HEADER, Service
from bot.demo.registry import Registry
from bot.demo.shop import RELEASES, ROUTES
from bot.demo.telemetry import REGISTRY, Metrics, service_log


class Listener(ThreadingHTTPServer):
    """A server on a socket that somebody else has bound, perhaps shared with the replica it takes over from."""

    daemon_threads = False  # closing waits for the requests that have begun

    def __init__(self, listening: socket.socket, service: Service, metrics: Metrics) -> None:
        super().__init__(listening.getsockname(), Handler, bind_and_activate=False)
        self.socket.close()
        # Two replicas may wake for one connection: the slower one must not block in accept().
        listening.settimeout(0)
        self.socket = listening
        self.service = service
        self.metrics = metrics
        self.began = time.monotonic()


class Handler(BaseHTTPRequestHandler):
    """Turns HTTP into calls of `Service`."""

    server: Listener
    timeout = 5.0
    server_version = "demo"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer a GET."""
        if self.path == "/metrics":
            self._send(200, CONTENT_TYPE_LATEST, generate_latest(REGISTRY))
        elif self.path == "/healthz":
            self._send_json(200, self._health())
        else:
            self._answer()

    def do_POST(self) -> None:
        """Answer a POST; the body is not read, for the shop sells nothing."""
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name http.server gives it
        """Say nothing: `Service` logs each request."""

    def _answer(self) -> None:
        trace = self.headers.get(TRACE_HEADER) or secrets.token_hex(8)
        answer = self.server.service.answer(self.command, self.path, trace[:64])
        self._send_json(answer.status, {"message": answer.message, "trace": trace[:64]})

    def _health(self) -> dict[str, object]:
        service, uptime = self.server.service, time.monotonic() - self.server.began
        return {
            "service": service.name,
            "version": service.version,
            "pid": os.getpid(),
            "uptime_s": round(uptime, 3),
            "requests": self.server.metrics.answered(),
        }

    def _send_json(self, status: int, body: dict[str, object]) -> None:
        self._send(status, "application/json", json.dumps(body).encode())

    def _send(self, status: int, content_type: str, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True  # the caller did not wait


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """Return the command line, parsed; exits with a usage message where it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.demo.service", description="One replica of a demo service."
    )
    parser.add_argument("--name", required=True, choices=sorted(RELEASES))
    parser.add_argument("--version", required=True)
    parser.add_argument("--port", type=int, default=0, help="where to listen; 0 takes a free port")
    parser.add_argument("--socket", type=int, help="the descriptor of a listening socket, instead of --port")
    parser.add_argument("--registry", type=Path, help="the file that says where the other services are")
    parser.add_argument("--log", type=Path, help="the file for log lines; standard output without it")
    parser.add_argument("--parent", type=int, help="the process to die with")
    given = parser.parse_args(argv)
    if given.version not in RELEASES[given.name]:
        parser.error(f"expected a version of {given.name} among {', '.join(RELEASES[given.name])}")
    return given


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    given = arguments()
    if given.parent:
        leash.hold(given.parent)
    listening = (
        socket.socket(fileno=given.socket)
        if given.socket is not None
        else socket.create_server(("127.0.0.1", given.port))
    )
    address = "{}:{}".format(*listening.getsockname())
    metrics = Metrics(given.name, given.version, ROUTES[given.name])
    log = service_log(given.log, service=given.name, version=given.version, instance=address)
    service = Service(given.name, given.version, Registry(given.registry), metrics, log)
    log.info("%s %s listens on %s", given.name, given.version, address)
    serve(Listener(listening, service, metrics), address)
    log.info("%s %s has stopped", given.name, given.version)


def serve(listener: Listener, address: str) -> None:
    """Answer until told to stop, then finish what has begun."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    accepting = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.1})
    accepting.start()
    print(f"ready {address}", flush=True)  # noqa: T201 -- the supervisor waits for this line
    stop.wait()
    listener.shutdown()
    accepting.join()
    listener.server_close()


if __name__ == "__main__":
    main()
