"""Asking one Prometheus. Only its refusal of a query becomes an error here; all else is judged by the caller."""

import json
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel

from memory.errors import ConnectorError, ConnectorRejected, ConnectorUnreachable, QueryRejected
from memory.model.evidence import TimeRange
from memory.model.value import JsonValue
from tools.connectors.prometheus.answers import (
    Alerts,
    Answer,
    Envelope,
    Firing,
    Groups,
    Rule,
    Target,
    Targets,
)
from tools.connectors.prometheus.promql import Grid
from tools.http import Deadline, HttpClient, read_as

SOURCE = "prometheus"
S = TypeVar("S", bound=BaseModel)


class Prometheus:
    """Asks one Prometheus. `url` is its address for people, where links lead."""

    def __init__(self, http: HttpClient, url: str) -> None:
        self._http = http
        self._url = url.rstrip("/")

    async def instant(self, query: str, at: datetime, deadline: Deadline) -> Answer:
        """Evaluate at one moment; raises `QueryRejected` in Prometheus's own words."""
        return await self._query("/api/v1/query", query, [("time", _seconds(at))], deadline)

    async def over(self, query: str, grid: Grid, deadline: Deadline) -> Answer:
        """Evaluate at each moment of the grid; raises `QueryRejected` in Prometheus's own words."""
        span, step_s = grid
        bounds = [("start", _seconds(span.start)), ("end", _seconds(span.end)), ("step", f"{step_s}")]
        return await self._query("/api/v1/query_range", query, bounds, deadline)

    async def names(self, deadline: Deadline) -> tuple[str, ...]:
        """Return the names of all metrics, sorted."""
        return (await self._read("/api/v1/label/__name__/values", Envelope[tuple[str, ...]], deadline)).data

    async def targets(self, deadline: Deadline) -> tuple[Target, ...]:
        """Return what is scraped."""
        return (await self._read("/api/v1/targets", Envelope[Targets], deadline, ("state", "active"))).data.active

    async def alerts(self, deadline: Deadline) -> tuple[Firing, ...]:
        """Return the alerts that wait or fire."""
        return (await self._read("/api/v1/alerts", Envelope[Alerts], deadline)).data.alerts

    async def rules(self, deadline: Deadline) -> tuple[Rule, ...]:
        """Return the alerting rules."""
        groups = (await self._read("/api/v1/rules", Envelope[Groups], deadline, ("type", "alert"))).data.groups
        return tuple(rule for group in groups for rule in group.rules)

    def page(self, path: str) -> str:
        """Return the address of a page of Prometheus's own, for people."""
        return f"{self._url}{path}"

    def graph(self, query: str, span: TimeRange | None, at: datetime) -> str:
        """Return the address of the graph page that shows this query, over `span` or at `at`."""
        end = span.end if span else at
        shown = [("g0.expr", query), ("g0.tab", "0" if span else "1")]
        moment = f"{end:%Y-%m-%d %H:%M:%S}"
        if span is None:
            shown.append(("g0.moment_input", moment))
        else:
            seconds = round((span.end - span.start).total_seconds())
            shown += [("g0.range_input", f"{seconds}s"), ("g0.end_input", moment)]
        return self.page(f"/graph?{urlencode(shown)}")

    async def _query(self, path: str, query: str, more: list[tuple[str, str]], deadline: Deadline) -> Answer:
        params = [("query", query), *more, ("timeout", f"{deadline.remaining():.3f}")]
        try:
            said = await self._http.get(path, params, deadline=deadline)
        except (ConnectorRejected, ConnectorUnreachable) as error:
            raise (_in_its_words(error) or error) from None
        return _parsed(said, Answer)

    async def _read(self, path: str, kind: type[S], deadline: Deadline, *params: tuple[str, str]) -> S:
        return _parsed(await self._http.get(path, params, deadline=deadline), kind)


def _seconds(moment: datetime) -> str:
    return f"{moment.timestamp():.3f}"


def _parsed(said: JsonValue, kind: type[S]) -> S:
    return read_as(said, kind.model_validate, "the Prometheus API", SOURCE)


def _in_its_words(error: ConnectorError) -> ConnectorError | None:
    """Return the refusal as Prometheus words it, None where it was not Prometheus that answered."""
    try:
        said = json.loads(error.body)
        kind, words = str(said["errorType"]), str(said["error"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if kind in {"bad_data", "execution"}:
        return QueryRejected(
            f"prometheus could not evaluate the query: {words}",
            hint="Correct the expression; positions are line:column, counted from 1.",
            status=error.status,
            body=error.body,
        )
    return ConnectorUnreachable(f"prometheus gave up: {words}", status=error.status, body=error.body)
