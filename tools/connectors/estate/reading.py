"""Looking at the estate: services, changes, log lines, flags. Nothing here changes anything."""

import json

from memory.model.run import Outcome
from memory.model.window import resolve
from tools.capabilities.deploys import DEPLOYS_LIST, DeployFilter
from tools.capabilities.flags import FLAGS_LIST, FlagFilter
from tools.capabilities.services import (
    LOGS_SEARCH,
    SERVICE_DESCRIBE,
    SERVICE_LIST,
    LogSearch,
    Nothing,
    OneService,
)
from tools.connectors.estate.answers import Done, Running
from tools.connectors.estate.control import Control, logs_path, service_path
from tools.connectors.estate.wording import change_said, runs
from tools.contract import Arguments, CallContext, Severity
from tools.hands import given
from tools.http import Deadline
from tools.readings import packed
from tools.wording import clock, many

MOST_LINES = 50
MOST_CHANGES = 50
_LEVELS = {Severity.CRITICAL: "error", Severity.WARNING: "warning", Severity.INFO: "info"}


class ServiceList:
    """Serves `service.list`."""

    capability = SERVICE_LIST

    def __init__(self, control: Control) -> None:
        self._control = control

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return every service as it runs; `value` is how many there are."""
        given(arguments, Nothing)
        found = await self._control.services(Deadline(context.deadline_s))
        names = ", ".join(f"{service.name} {service.version}" for service in found)
        summary = f"{many(len(found), 'service').capitalize()}: {names}." if found else "No services."
        evidence = self._control.evidence("/v1/services", summary, context, value=len(found))
        data = packed("services", found)
        return Outcome(ok=True, summary=summary, evidence=(evidence,), value=len(found), data=data)


class ServiceDescribe:
    """Serves `service.describe`."""

    capability = SERVICE_DESCRIBE

    def __init__(self, control: Control) -> None:
        self._control = control

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what runs of a service, who owns it and what it leans on; raises `UnknownService`."""
        asked = given(arguments, OneService)
        found = await self._control.service(asked.service, Deadline(context.deadline_s))
        summary = _description(found, context)
        evidence = self._control.evidence(
            service_path(found.name), summary, context, value={"version": found.version, "ready": found.ready}
        )
        return Outcome(ok=True, summary=summary, evidence=(evidence,), data=packed("services", (found,)))


class DeploysList:
    """Serves `deploys.list`."""

    capability = DEPLOYS_LIST

    def __init__(self, control: Control) -> None:
        self._control = control

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what was changed, newest first; `value` is how often. Raises `UnknownService`."""
        asked = given(arguments, DeployFilter)
        span, deadline = resolve(asked.window, context.now), Deadline(context.deadline_s)
        if asked.service is not None:
            await self._control.service(asked.service, deadline)
        found = [
            change
            for change in await self._control.changes(span.start, deadline)
            if asked.service in {None, change.service}
            and asked.environment in {None, change.environment}
            and change.at <= span.end
        ]
        shown = found[:MOST_CHANGES]
        params = [("since", span.start.isoformat())]
        if asked.service:
            params.append(("service", asked.service))
        summary = _changes(found, asked, context)
        evidence = self._control.evidence(
            "/v1/changes",
            summary,
            context,
            params=params,
            span=span,
            value=[change_said(change, context.now) for change in shown],
        )
        hidden = len(found) - len(shown)
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(evidence,),
            value=len(found),
            missing=(f"estate: {hidden} of {len(found)} changes are not shown",) if hidden else (),
            data=packed("changes", tuple(change.plain() for change in shown)),
        )


class LogsSearch:
    """Serves `logs.search`."""

    capability = LOGS_SEARCH

    def __init__(self, control: Control) -> None:
        self._control = control

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the newest log lines that fit, as the evidence's untrusted text; `value` is how many fit."""
        asked = given(arguments, LogSearch)
        span, deadline = resolve(asked.window, context.now), Deadline(context.deadline_s)
        await self._control.service(asked.service, deadline)
        params = [("since", span.start.isoformat()), ("until", span.end.isoformat()), ("limit", str(MOST_LINES))]
        if asked.contains:
            params.append(("contains", asked.contains))
        if asked.level:
            params.append(("level", _LEVELS[asked.level]))
        page = await self._control.logs(asked.service, params, deadline)
        summary = _lines(asked, page.found)
        evidence = self._control.evidence(
            logs_path(asked.service),
            summary,
            context,
            params=params,
            span=span,
            value=page.found,
            text="\n".join(json.dumps(line, ensure_ascii=False) for line in page.lines),
        )
        hidden = page.found - len(page.lines)
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(evidence,),
            value=page.found,
            missing=(f"estate: {hidden} of {page.found} log lines are not shown",) if hidden else (),
            data={"found": page.found, "shown": len(page.lines)},
        )


class FlagsList:
    """Serves `flags.list`."""

    capability = FLAGS_LIST

    def __init__(self, control: Control) -> None:
        self._control = control

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the flags of a service, or all; `value` is how many are on. Raises `UnknownService`."""
        asked, deadline = given(arguments, FlagFilter), Deadline(context.deadline_s)
        if asked.service is not None:
            await self._control.service(asked.service, deadline)
        every = await self._control.flags(deadline)
        found = tuple(flag for flag in every if asked.service in {None, flag.service})
        states = ", ".join(f"{flag.name} {'on' if flag.enabled else 'off'}" for flag in found)
        of = f" of {asked.service}" if asked.service else ""
        summary = f"{many(len(found), 'flag').capitalize()}{of}{f': {states}' if states else ''}."
        params = [("service", asked.service)] if asked.service else []
        value = {flag.name: flag.enabled for flag in found}
        evidence = self._control.evidence("/v1/flags", summary, context, params=params, value=dict(value))
        on = sum(flag.enabled for flag in found)
        return Outcome(ok=True, summary=summary, evidence=(evidence,), value=on, data=packed("flags", found))


def _description(found: Running, context: CallContext) -> str:
    before = f" (before it {found.previous_version})" if found.previous_version else ""
    leans = f" It leans on {', '.join(found.depends_on)}." if found.depends_on else ""
    changed = (
        f" It was changed last at {clock(found.last_change_at, context.now)}." if found.last_change_at else ""
    )
    return f"{runs(found)}{before}, owned by {found.owner or 'nobody'}.{leans}{changed}"


def _changes(found: list[Done], asked: DeployFilter, context: CallContext) -> str:
    subject = asked.service or "The estate"
    where = f" in {asked.environment}" if asked.environment else ""
    over = asked.window.replace("_", " ")
    if not found:
        return f"{subject} was not changed{where} ({over})."
    last = change_said(found[0], context.now)
    return f"{subject} was changed {many(len(found), 'time')}{where} ({over}), last: {last}."


def _lines(asked: LogSearch, found: int) -> str:
    fitting = " that contain the text" if asked.contains else ""
    level = f" at {_LEVELS[asked.level]} or worse" if asked.level else ""
    over = asked.window.replace("_", " ")
    return f"{asked.service} logged {many(found, 'line')}{level}{fitting} ({over})."
