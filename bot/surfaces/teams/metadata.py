"""The keys that the Bot Framework signs with, fetched over HTTP, without blocking and within a time limit.

Its library would fetch this by itself, blocking and without a limit; it is given what was fetched here instead.
"""

from typing import Any, Final
from urllib.parse import urlsplit

from bot.published_keys import PublicKey, PublishedKeys
from bot.surfaces.teams.cloud import secure
from memory.clock import Clock
from memory.errors import ConnectorRejected, InvalidSettings
from tools.http import HttpClient

TIMEOUT_S: Final = 5.0
MOST_BYTES: Final = 500_000
SOURCE: Final = "the Bot Framework"


class Metadata:
    """The keys behind one OpenID metadata document; raises `InvalidSettings` for one without TLS."""

    def __init__(self, url: str, clock: Clock) -> None:
        if not secure(url):
            raise InvalidSettings(f"expected https for {SOURCE}'s metadata, found {url[:200]!r}")
        self.url = url
        self._http: dict[str, HttpClient] = {}
        self._keys = PublishedKeys(self._key_set, clock)

    async def key(self, kid: str) -> PublicKey | None:
        """Return the key of an id, None where there is none such; raises `ConnectorUnreachable`."""
        return await self._keys.find(kid)

    async def close(self) -> None:
        """Close the connections."""
        for each in self._http.values():
            await each.close()

    async def _key_set(self) -> Any:
        said = await self._get(self.url)
        where = said.get("jwks_uri") if isinstance(said, dict) else None
        if not isinstance(where, str) or not secure(where):
            raise ConnectorRejected(
                f"expected {SOURCE} to say where its keys are, over https, found something else"
            )
        return await self._get(where)

    async def _get(self, url: str) -> Any:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        if place not in self._http:
            self._http[place] = HttpClient(
                place, source=SOURCE, timeout_s=TIMEOUT_S, max_bytes=MOST_BYTES, attempts=2
            )
        return await self._http[place].get((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def endorsements(key: PublicKey) -> frozenset[str]:
    """Return the channels whose activities may be signed with this key."""
    listed = key.as_dict(private=False).get("endorsements")
    return frozenset(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else frozenset()
