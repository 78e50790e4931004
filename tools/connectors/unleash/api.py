"""Asking Unleash's admin API about the flags of one project in one environment, and changing them there."""

from typing import TypeVar
from urllib.parse import quote

from pydantic import TypeAdapter

from memory.errors import ConnectorRejected, InvalidInput
from memory.model.value import JsonValue
from tools.connectors.unleash.answers import Environment, Feature, Features, Strategy
from tools.http import Deadline, HttpClient, read_as

SOURCE = "unleash"
S = TypeVar("S")

_FEATURES = TypeAdapter(Features)
_FEATURE = TypeAdapter(Feature)
_NOT_FOUND = 404


class Unleash:
    """Asks one Unleash. Every change it makes is put to a value, so that making it again changes nothing."""

    def __init__(self, http: HttpClient, project: str, environment: str) -> None:
        self._http = http
        self.environment = environment
        self._place = f"/api/admin/projects/{quote(project, safe='')}/features"

    async def features(self, deadline: Deadline) -> tuple[Feature, ...]:
        """Return the flags of the project that are not archived."""
        found = _parsed(await self._http.get(self._place, deadline=deadline), _FEATURES)
        return tuple(each for each in found.features if not each.archived)

    async def there(self, flag: str, deadline: Deadline) -> Environment:
        """Return a flag in the environment with its strategies; raises `InvalidInput` where there is none."""
        try:
            said = await self._http.get(f"{self._place}/{quote(flag, safe='')}", deadline=deadline)
        except ConnectorRejected as error:
            if error.status != _NOT_FOUND:
                raise
            raise InvalidInput(
                f"expected a flag of the project in Unleash, found {flag!r}, which is none"
            ) from None
        found = _parsed(said, _FEATURE).there(self.environment)
        if found is None:
            raise InvalidInput(f"expected {flag} to be in {self.environment} in Unleash, found that it is not")
        return found

    async def switch(self, flag: str, deadline: Deadline, *, enabled: bool) -> None:
        """Switch it on or off in the environment."""
        place = f"{self._below(flag)}/{'on' if enabled else 'off'}"
        await self._http.post(place, idempotent=True, deadline=deadline)

    async def replace(self, flag: str, old: Strategy, new: Strategy, deadline: Deadline) -> None:
        """Exchange one strategy for another, in its place."""
        await self._http.put(
            f"{self._strategies(flag)}/{quote(old.id, safe='')}", json=new.plain(), deadline=deadline
        )

    async def add(self, flag: str, new: Strategy, deadline: Deadline) -> None:
        """Add a strategy. Never repeated: each request adds one."""
        await self._http.post(self._strategies(flag), json=new.plain(), deadline=deadline)

    async def remove(self, flag: str, old: Strategy, deadline: Deadline) -> None:
        """Take a strategy away."""
        await self._http.delete(f"{self._strategies(flag)}/{quote(old.id, safe='')}", deadline=deadline)

    def _below(self, flag: str) -> str:
        return f"{self._place}/{quote(flag, safe='')}/environments/{quote(self.environment, safe='')}"

    def _strategies(self, flag: str) -> str:
        return f"{self._below(flag)}/strategies"


def _parsed(said: JsonValue, kind: TypeAdapter[S]) -> S:
    return read_as(said, kind.validate_python, "the Unleash admin API", SOURCE)
