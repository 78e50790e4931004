"""Asking one Alertmanager, and making and ending its silences."""

from typing import TypeVar
from urllib.parse import quote

from pydantic import TypeAdapter

from memory.errors import ConnectorRejected
from memory.model.value import JsonValue, Moment
from tools.connectors.alertmanager.answers import Created, Matcher, Silence, Told
from tools.http import Deadline, HttpClient, read_as

SOURCE = "alertmanager"
S = TypeVar("S")

_ALERTS: TypeAdapter[tuple[Told, ...]] = TypeAdapter(tuple[Told, ...])
_SILENCES: TypeAdapter[tuple[Silence, ...]] = TypeAdapter(tuple[Silence, ...])
_SILENCE = TypeAdapter(Silence)
_CREATED = TypeAdapter(Created)
_NOT_FOUND = 404


class Alertmanager:
    """Asks one Alertmanager. `url` is its address for people, where links lead."""

    def __init__(self, http: HttpClient, url: str) -> None:
        self._http = http
        self._url = url.rstrip("/")

    async def alerts(self, matchers: tuple[Matcher, ...], deadline: Deadline) -> tuple[Told, ...]:
        """Return the alerts that fire and match, silenced and inhibited ones too."""
        params = [("filter", matcher.text()) for matcher in matchers]
        return _parsed(await self._http.get("/api/v2/alerts", params, deadline=deadline), _ALERTS)

    async def silences(self, deadline: Deadline) -> tuple[Silence, ...]:
        """Return every silence Alertmanager remembers: pending, active, and ended in the last days."""
        return _parsed(await self._http.get("/api/v2/silences", deadline=deadline), _SILENCES)

    async def silence(self, silence_id: str, deadline: Deadline) -> Silence | None:
        """Return one silence, None if there is none of that id."""
        try:
            said = await self._http.get(f"/api/v2/silence/{quote(silence_id, safe='')}", deadline=deadline)
        except ConnectorRejected as error:
            if error.status == _NOT_FOUND:
                return None
            raise
        return _parsed(said, _SILENCE)

    async def create(
        self,
        matchers: tuple[Matcher, ...],
        span: tuple[Moment, Moment],
        by: str,
        comment: str,
        deadline: Deadline,
    ) -> str:
        """Make a silence and return its id. Never repeated: each request makes another silence."""
        body: dict[str, JsonValue] = {
            "matchers": [matcher.model_dump(by_alias=True) for matcher in matchers],
            "startsAt": span[0].isoformat(),
            "endsAt": span[1].isoformat(),
            "createdBy": by,
            "comment": comment,
        }
        return _parsed(await self._http.post("/api/v2/silences", json=body, deadline=deadline), _CREATED).id

    async def expire(self, silence_id: str, deadline: Deadline) -> None:
        """End a silence now."""
        await self._http.delete(f"/api/v2/silence/{quote(silence_id, safe='')}", deadline=deadline)

    def alerts_page(self, matchers: tuple[Matcher, ...]) -> str:
        """Return the address of Alertmanager's own page of these alerts, for people."""
        chosen = "{" + ",".join(matcher.text() for matcher in matchers) + "}"
        return f"{self._url}/#/alerts?silenced=true&inhibited=true&active=true&filter={quote(chosen, safe='')}"

    def silence_page(self, silence_id: str) -> str:
        """Return the address of Alertmanager's own page of a silence, for people."""
        return f"{self._url}/#/silences/{quote(silence_id, safe='')}"

    def silences_page(self) -> str:
        """Return the address of Alertmanager's own page of all silences, for people."""
        return f"{self._url}/#/silences"


def _parsed(said: JsonValue, kind: TypeAdapter[S]) -> S:
    return read_as(said, kind.validate_python, "the Alertmanager API", SOURCE)
