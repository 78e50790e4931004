"""As much of S3 as lists and reads, over real HTTP; every request's signature is worked out anew (version 4).

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

KEY, SECRET, REGION = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "eu-central-1"


class FakeS3:
    """One bucket. `page` is how many names a listing has at once."""

    def __init__(self, bucket: str, page: int = 2) -> None:
        self.url = ""
        self.bucket = bucket
        self.page = page
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.fetched: list[str] = []
        self.refused = 0

    def put(self, name: str, content: bytes, at: datetime = datetime(2026, 11, 1, tzinfo=UTC)) -> None:
        self.objects[name] = (content, at)

    def listing(self, asked: Mapping[str, str]) -> bytes:
        prefix, after = asked.get("prefix", ""), asked.get("continuation-token", "")
        names = sorted(name for name in self.objects if name.startswith(prefix) and name > after)
        shown, more = names[: self.page], len(names) > self.page
        contents = "".join(
            f"<Contents><Key>{escape(name)}</Key><LastModified>{self.objects[name][1]:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"<ETag>&quot;{self.tag(name)}&quot;</ETag><Size>{len(self.objects[name][0])}</Size></Contents>"
            for name in shown
        )
        onward = f"<NextContinuationToken>{escape(shown[-1])}</NextContinuationToken>" if more else ""
        return (
            f'<?xml version="1.0"?><ListBucketResult><Name>{self.bucket}</Name><Prefix>{escape(prefix)}</Prefix>'
            f"<KeyCount>{len(shown)}</KeyCount><MaxKeys>{self.page}</MaxKeys><IsTruncated>{str(more).lower()}</IsTruncated>"
            f"{contents}{onward}</ListBucketResult>"
        ).encode()

    def tag(self, name: str) -> str:
        return hashlib.md5(self.objects[name][0], usedforsecurity=False).hexdigest()


def signed(method: str, target: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request carries the signature that its words and the secret give."""
    given = headers.get("authorization", "")
    if not given.startswith("AWS4-HMAC-SHA256 "):
        return False
    parts = dict(each.strip().split("=", 1) for each in given.removeprefix("AWS4-HMAC-SHA256 ").split(","))
    key, date, region, service, _ = parts["Credential"].split("/")
    url = urlsplit(target)
    names = parts["SignedHeaders"].split(";")
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in parse_qsl(url.query, keep_blank_values=True)
    )
    canonical = "\n".join(
        [
            method,
            quote(unquote(url.path), safe="/-_.~"),
            "&".join(f"{name}={value}" for name, value in pairs),
            *[f"{name}:{' '.join(headers[name].split())}" for name in names],
            "",
            ";".join(names),
            headers["x-amz-content-sha256"],
        ]
    )
    scope = f"{date}/{region}/{service}/aws4_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n{hashed}"
    secret = f"AWS4{SECRET}".encode()
    for part in (date, region, service, "aws4_request"):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    expected = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
    return (key, region) == (KEY, REGION) and hmac.compare_digest(expected, parts["Signature"])


@contextmanager
def s3(bucket: str) -> Iterator[FakeS3]:
    """Run it on a free port until the end of the block."""
    here = FakeS3(bucket)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            if not signed("GET", self.path, headers):
                here.refused += 1
                self._say(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
                return
            url = urlsplit(self.path)
            name = unquote(url.path).removeprefix(f"/{here.bucket}").lstrip("/")
            if not name:
                self._say(200, here.listing(dict(parse_qsl(url.query))))
            elif name in here.objects:
                here.fetched.append(name)
                self._say(200, here.objects[name][0], here.tag(name), here.objects[name][1])
            else:
                self._say(404, b"<Error><Code>NoSuchKey</Code></Error>")

        def _say(self, status: int, content: bytes, tag: str = "", at: datetime | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            if at is not None:
                self.send_header("ETag", f'"{tag}"')
                self.send_header("Last-Modified", at.strftime("%a, %d %b %Y %H:%M:%S GMT"))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name is the library's
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
