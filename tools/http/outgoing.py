"""What is sent, checked before it is: address, path, headers. No message repeats what may be a secret."""

import ssl
from collections.abc import Mapping

import httpx
from pydantic import SecretStr

from memory.errors import InvalidInput, InvalidSettings

Headers = Mapping[str, str | SecretStr]


def address(base_url: str, source: str) -> httpx.URL:
    """Return the base URL; raises `InvalidSettings` for one that is not HTTP or carries a password."""
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise InvalidSettings(f"expected an http or https URL for {source}, found something else")
    if url.userinfo:
        raise InvalidSettings(
            f"expected a URL without a user and a password for {source}, found one with them",
            hint="Give credentials as an Authorization header: a URL ends up in logs.",
        )
    return url


def path_below(path: str) -> str:
    """Return `path` if it stays below the base URL; raises `InvalidInput` where it would lead elsewhere."""
    segments = path.split("?", maxsplit=1)[0].split("/")
    if not path.startswith("/") or path.startswith("//") or {".", ".."} & set(segments):
        raise InvalidInput(f"expected a path such as /api/v1/query, found {path[:100]!r}")
    return path


def plain(headers: Headers, source: str) -> dict[str, str]:
    """Return the headers as they are sent; raises `InvalidSettings` for a value that HTTP cannot carry."""
    revealed = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in headers.items()
    }
    for name, value in revealed.items():
        if not (value.isascii() and value.isprintable()):
            raise InvalidSettings(f"expected printable ASCII in the header {name} for {source}, found more")
    return revealed


def transport_to(url: httpx.URL) -> httpx.AsyncHTTPTransport:
    """Return a transport. Without TLS no certificates are loaded, which would take a tenth of a second."""
    if url.scheme == "https":
        return httpx.AsyncHTTPTransport(verify=httpx.create_ssl_context(trust_env=False))
    return httpx.AsyncHTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
