"""A program that is the world outside: it does whatever reaches it, and writes it into a file of its own.

    python outside.py LEDGER POISON

It imports nothing of the house and trusts nobody: what stands in its ledger happened. `GET /lookup/…` answers with
the text of the file POISON, as a system that somebody has written into would.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

LOCK = threading.Lock()
DONE: set[str] = set()


class Outside(BaseHTTPRequestHandler):
    """Answers 200 to everything but the question for a key that it has not seen."""

    ledger: Path
    poison: Path
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(errors="replace")
        key, where = self.headers.get("Idempotency-Key", ""), urlsplit(self.path)
        if where.path.startswith("/done/"):
            self._say(200 if where.path.removeprefix("/done/").replace("%3A", ":") in DONE else 404, {})
            return
        if where.path.startswith("/lookup/"):
            self._say(200, {"text": self.poison.read_text(encoding="utf-8")})
            return
        told = {"method": self.command, "path": where.path, "query": where.query, "body": body, "key": key}
        with LOCK, self.ledger.open("a", encoding="utf-8") as ledger:
            ledger.write(json.dumps(told) + "\n")
            DONE.add(key)
        self._say(200, {"ok": True})

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the library's names

    def _say(self, status: int, told: object) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
        """Say nothing on the terminal."""


def main() -> None:
    """Serve on a free port of this machine, say which, and go on until ended."""
    Outside.ledger, Outside.poison = Path(sys.argv[1]), Path(sys.argv[2])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Outside)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
