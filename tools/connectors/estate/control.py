"""Asking the estate, and giving it orders. What it does not know becomes an error that names what it knows."""

import difflib
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ValidationError

from memory.errors import ConnectorRejected, InvalidInput, UnknownService
from memory.model.evidence import Evidence, TimeRange
from memory.model.value import JsonValue
from tools.connectors.estate.answers import Changes, Done, Flag, Flags, LogPage, Refusal, Running, Services
from tools.contract import CallContext
from tools.hands import evidence_id
from tools.http import Deadline, HttpClient, read_as

SOURCE = "estate"
NOT_FOUND = 404
S = TypeVar("S", bound=BaseModel)
Params = list[tuple[str, str]]


class Control:
    """Speaks to one estate's control API. `url` is its address for people, where links lead."""

    def __init__(self, http: HttpClient, url: str) -> None:
        self._http = http
        self._url = url.rstrip("/")

    async def services(self, deadline: Deadline) -> tuple[Running, ...]:
        """Return every service as it runs."""
        return (await self._get("/v1/services", Services, deadline)).services

    async def service(self, name: str, deadline: Deadline) -> Running:
        """Return one service as it runs; raises `UnknownService` naming those that exist."""
        known = await self.services(deadline)
        found = next((service for service in known if service.name == name), None)
        if found is None:
            raise unknown_service(name, (service.name for service in known))
        return found

    async def running_in(self, name: str, environment: str, deadline: Deadline) -> Running:
        """Return one service as it runs there; raises `UnknownService`, and `InvalidInput` where it does not."""
        found = await self.service(name, deadline)
        if found.environment != environment:
            raise InvalidInput(
                f"expected an environment {name} runs in ({found.environment}), found {environment!r}"
            )
        return found

    async def flags(self, deadline: Deadline) -> tuple[Flag, ...]:
        """Return every flag."""
        return (await self._get("/v1/flags", Flags, deadline)).flags

    async def changes(self, since: datetime | None, deadline: Deadline) -> tuple[Done, ...]:
        """Return what was changed since a moment, or ever, newest first."""
        params = [("since", since.isoformat())] if since else []
        return (await self._get("/v1/changes", Changes, deadline, params)).changes

    async def logs(self, service: str, params: Params, deadline: Deadline) -> LogPage:
        """Return the log lines of a service that fit; the service is known to exist."""
        return await self._get(logs_path(service), LogPage, deadline, params)

    async def order(self, path: str, body: dict[str, JsonValue], context: CallContext) -> Done:
        """Have something done once under the context's key; raises `ConnectorRejected` when the estate refuses."""
        said = await self._http.post(
            path,
            json={**body, "by": context.principal},
            headers={"Idempotency-Key": context.key},
            deadline=Deadline(context.deadline_s),
        )
        return _parsed(said, Done)

    async def effect(self, context: CallContext) -> Done | None:
        """Return what was done under the context's key, None where the estate knows of nothing."""
        try:
            return await self._get(effect_path(context.key), Done, Deadline(context.deadline_s))
        except ConnectorRejected as error:
            if error.status == NOT_FOUND and _problem(error) == "effect.unknown":
                return None
            raise

    def evidence(
        self,
        path: str,
        summary: str,
        context: CallContext,
        *,
        value: JsonValue = None,
        params: Iterable[tuple[str, str]] = (),
        span: TimeRange | None = None,
        text: str = "",
    ) -> Evidence:
        """Return what was seen at `path` as evidence. `text` is what the estate itself said, and untrusted."""
        asked = urlencode(list(params))
        query = f"{path}?{asked}" if asked else path
        return Evidence(
            id=evidence_id(context, query),
            source=SOURCE,
            query=query,
            summary=summary,
            observed_at=context.now,
            range=span,
            value=value,
            link=f"{self._url}{query}",
            text=text,
        )

    async def _get(
        self, path: str, kind: type[S], deadline: Deadline, params: Iterable[tuple[str, str]] = ()
    ) -> S:
        return _parsed(await self._http.get(path, params, deadline=deadline), kind)


def service_path(name: str) -> str:
    """Return where a service is described; the name is data and stays one segment."""
    return f"/v1/services/{quote(name, safe='')}"


def effect_path(key: str) -> str:
    """Return where an effect is looked up."""
    return f"/v1/effects/{quote(key, safe='')}"


def flag_path(name: str) -> str:
    """Return where a flag is switched."""
    return f"/v1/flags/{quote(name, safe='')}"


def logs_path(name: str) -> str:
    """Return where a service's log lines are searched."""
    return f"{service_path(name)}/logs"


def unknown_service(name: str, known: Iterable[str]) -> UnknownService:
    """Return the error that names what exists and what was probably meant."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=2, cutoff=0.5)
    hint = f"Did you mean {' or '.join(close)}?" if close else ""
    return UnknownService(f"expected a service of the estate ({', '.join(names)}), found {name!r}", hint=hint)


def _parsed(said: JsonValue, kind: type[S]) -> S:
    return read_as(said, kind.model_validate, "the estate's control API", SOURCE)


def _problem(error: ConnectorRejected) -> str:
    """Return the code of a refusal, empty where it was not the estate that refused."""
    try:
        return Refusal.model_validate_json(error.body).error.code
    except ValidationError:
        return ""
