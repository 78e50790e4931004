"""Where links may lead: what comes from outside is linked to only where its origin is one of ours. Pure."""

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit


def origin(url: str) -> str:
    """Return the scheme, host and port of an address as browsers compare them; empty for anything but HTTP(S)."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{parts.hostname}" + (f":{port}" if port not in {None, usual} else "")


def origins(urls: Iterable[str]) -> frozenset[str]:
    """Return the origins of these addresses, those without one left out."""
    return frozenset(found for found in map(origin, urls) if found)


def linker(allowed: frozenset[str]) -> Callable[[str], str]:
    """Return a filter that lets an address through when its origin is one of ours, and nothing else."""

    def safe_link(url: str) -> str:
        return url if url.isprintable() and origin(url) in allowed else ""

    return safe_link
