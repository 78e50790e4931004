"""A published log behind a URL, read without believing its server: bounded sizes and times, no redirects."""

from dataclasses import dataclass
from functools import cache

import httpx

from memory.errors import ConnectorRejected, ConnectorUnreachable, NotFound, ResponseTooLarge
from memory.ledger.source import limit_of

WITHIN_S = 20.0
_RETRIES = 2  # of connecting, not of asking


@dataclass(frozen=True, slots=True)
class UrlSource:
    """A log below a URL, whose files have the paths of C2SP tlog-tiles."""

    url: str

    def __str__(self) -> str:
        return self.url

    def read(self, path: str) -> bytes:
        """Return the bytes of one file.

        Raises `NotFound`, `ResponseTooLarge`, `ConnectorRejected` for another status than 200, and
        `ConnectorUnreachable` when the server does not answer in time.
        """
        limit = limit_of(path)
        try:
            with _client().stream("GET", f"{self.url.rstrip('/')}/{path}") as response:
                if response.status_code in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
                    raise NotFound(f"expected the file {path} at {self.url}, found none")
                if response.status_code != httpx.codes.OK:
                    raise ConnectorRejected(
                        f"expected the file {path} at {self.url}, found HTTP {response.status_code}",
                        status=response.status_code,
                    )
                return _bounded(response, path, limit)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise ConnectorUnreachable(f"expected a log at {self.url}, found {type(error).__name__}") from error


def _bounded(response: httpx.Response, path: str, limit: int) -> bytes:
    data = bytearray()
    for part in response.iter_bytes():
        data += part
        if len(data) > limit:
            raise ResponseTooLarge(f"expected at most {limit} bytes in {path}, found more")
    return bytes(data)


@cache
def _client() -> httpx.Client:
    """Return this process's client: one, so that connections are used again."""
    return httpx.Client(transport=httpx.HTTPTransport(retries=_RETRIES), timeout=WITHIN_S)
