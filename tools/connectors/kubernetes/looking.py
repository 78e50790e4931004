"""Looking closer: pods, what their containers wrote, what the cluster reports. All of their text is untrusted."""

import asyncio
import json
from datetime import datetime
from itertools import chain

from memory.errors import ConnectorRejected
from memory.model.run import Outcome
from memory.model.value import JsonValue
from memory.model.window import resolve
from tools.capabilities.kubernetes import EVENTS_LIST, PODS_LIST, PODS_LOGS, EventFilter
from tools.capabilities.services import LOGS_SEARCH, LogSearch, ServiceHere
from tools.cluster.account import Need
from tools.connectors.kubernetes.fleet import Fleet, Workload, pods
from tools.connectors.kubernetes.nodes import seen
from tools.connectors.kubernetes.objects import Deployment, Happening, Pod, read
from tools.contract import Arguments, CallContext, Severity
from tools.hands import given
from tools.http import Deadline
from tools.wording import many, named

MOST_LINES = 50
MOST_PODS = 20
TAIL = 500
_WORDS = {
    Severity.CRITICAL: ("error", "fatal", "critical", "panic"),
    Severity.WARNING: ("error", "fatal", "critical", "panic", "warn"),
}


class _Looking:
    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    async def _pods(self, workload: Workload, deadline: Deadline) -> tuple[Pod, ...]:
        return await workload.pods(read(await workload.found(deadline), Deployment), deadline)


class PodsList(_Looking):
    """Serves `pods.list`."""

    capability = PODS_LIST

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return a service's pods; `value` is how many are ready. Raises `UnknownService`."""
        asked = given(arguments, ServiceHere)
        workload = self._fleet.workload(asked.service, asked.environment)
        found = await self._pods(workload, Deadline(context.deadline_s))
        ready = sum(pod.ready() for pod in found)
        trouble = "; ".join(f"{pod.metadata.name} {pod.trouble()}" for pod in found if pod.trouble())
        summary = (
            f"{asked.service} in {asked.environment} has {many(len(found), 'pod')}, {ready} ready"
            f"{f': {trouble}' if trouble else ''}."
        )
        rows: list[JsonValue] = [_row(pod) for pod in found]
        evidence = seen(pods(workload.namespace), summary, context, rows)
        return Outcome(ok=True, summary=summary, evidence=(evidence,), value=ready, data={"pods": rows})


class PodsLogs(_Looking):
    """Serves `pods.logs`."""

    capability = PODS_LOGS

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the last lines of each container, of a crashed one those before it did; `value` is how many."""
        asked, deadline = given(arguments, ServiceHere), Deadline(context.deadline_s)
        workload = self._fleet.workload(asked.service, asked.environment)
        await workload.cluster.account.require((_log_need(workload),), deadline)
        found = (await self._pods(workload, deadline))[:MOST_PODS]
        said = await asyncio.gather(*(_last_words(workload, pod, deadline) for pod in found))
        lines = list(chain.from_iterable(said))
        crashed = sum(pod.restarts() > 0 for pod in found)
        summary = (
            f"{asked.service} in {asked.environment}: {many(len(lines), 'line')} of {many(len(found), 'pod')}, "
            + (f"{crashed} of which crashed before." if crashed else "none of which crashed.")
        )
        evidence = seen(pods(workload.namespace), summary, context, len(lines))
        text = "\n".join(lines)
        return Outcome(
            ok=True, summary=summary, evidence=(evidence.model_copy(update={"text": text}),), value=len(lines)
        )


class LogsSearch(_Looking):
    """Serves `logs.search`, in every environment of the service."""

    capability = LOGS_SEARCH

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the newest lines that fit, as untrusted text; `value` is how many fit of the last of each pod."""
        asked, deadline = given(arguments, LogSearch), Deadline(context.deadline_s)
        span = resolve(asked.window, context.now)
        lines: list[str] = []
        for workload in self._fleet.workloads(asked.service):
            await workload.cluster.account.require((_log_need(workload),), deadline)
            found = (await self._pods(workload, deadline))[:MOST_PODS]
            said = await asyncio.gather(*(_since(workload, pod, span.start, deadline) for pod in found))
            lines += [line for line in chain.from_iterable(said) if _fits(line, asked)]
        newest = sorted(lines, reverse=True)
        over = asked.window.replace("_", " ")
        summary = (
            f"{asked.service} logged {many(len(lines), 'line')} that fit{'s' if len(lines) == 1 else ''} ({over})."
        )
        evidence = seen("/api/v1/pods/log", summary, context, len(lines))
        text = "\n".join(newest[:MOST_LINES])
        hidden = len(lines) - len(newest[:MOST_LINES])
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(evidence.model_copy(update={"text": text, "range": span}),),
            value=len(lines),
            missing=(f"kubernetes: {hidden} of {len(lines)} log lines are not shown",) if hidden else (),
            data={"found": len(lines), "shown": len(lines) - hidden},
        )


class EventsList(_Looking):
    """Serves `events.list`."""

    capability = EVENTS_LIST

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what the cluster reports about a service, newest first; `value` is how many are warnings."""
        asked, deadline = given(arguments, EventFilter), Deadline(context.deadline_s)
        workload = self._fleet.workload(asked.service, asked.environment)
        await workload.cluster.account.require((workload.need("list", "events"),), deadline)
        await workload.found(deadline)
        span = resolve(asked.window, context.now)
        path = f"/api/v1/namespaces/{workload.namespace}/events"
        items, _ = await workload.cluster.api.every(path, deadline)
        every = (read(item, Happening) for item in items)
        found = [each for each in every if _about(each, workload) and (at := each.at()) and at >= span.start]
        found.sort(key=lambda each: str(each.at()), reverse=True)
        warnings = sum(each.type == "Warning" for each in found)
        reasons = sorted({each.reason for each in found if each.type == "Warning" and each.reason.isalnum()})
        over, why = asked.window.replace("_", " "), ", ".join(reasons)
        summary = (
            f"The cluster reports {many(len(found), 'event')} of {asked.service} in {asked.environment} ({over}), "
            f"{many(warnings, 'warning')}{f': {why}' if why else ''}."
        )
        text = "\n".join(_told(each) for each in found[:MOST_LINES])
        evidence = seen(path, summary, context, warnings).model_copy(update={"text": text, "range": span})
        return Outcome(ok=True, summary=summary, evidence=(evidence,), value=warnings)


def _row(pod: Pod) -> dict[str, JsonValue]:
    return {
        "name": pod.metadata.name,
        "ready": pod.ready(),
        "phase": named(pod.status.phase, ""),
        "node": named(pod.spec.node_name, ""),
        "restarts": pod.restarts(),
        "trouble": pod.trouble(),
        "images": [named(each.image, "") for each in pod.spec.containers],
    }


def _log_need(workload: Workload) -> Need:
    return workload.need("get", "pods", subresource="log")


async def _last_words(workload: Workload, pod: Pod, deadline: Deadline) -> list[str]:
    crashed = pod.restarts() > 0
    return [
        f"{pod.metadata.name}/{container.name}: {line}"
        for container in pod.spec.containers
        for line in await _log(workload, pod, container.name, deadline, crashed=crashed)
    ][-MOST_LINES:]


async def _since(workload: Workload, pod: Pod, start: datetime, deadline: Deadline) -> list[str]:
    """Return lines that begin with their time, as the API server writes it, so that they can be put in order."""
    lines = []
    for container in pod.spec.containers:
        for line in await _log(workload, pod, container.name, deadline, since=start):
            at, _, text = line.partition(" ")
            lines.append(json.dumps({"at": at, "pod": pod.metadata.name, "text": text}, ensure_ascii=False))
    return lines


async def _log(
    workload: Workload,
    pod: Pod,
    container: str,
    deadline: Deadline,
    *,
    crashed: bool = False,
    since: datetime | None = None,
) -> list[str]:
    params = [("container", container), ("tailLines", str(TAIL)), ("limitBytes", "200000")]
    if crashed:
        params.append(("previous", "true"))
    if since is not None:
        params += [("sinceTime", since.strftime("%Y-%m-%dT%H:%M:%SZ")), ("timestamps", "true")]
    path = f"{pods(workload.namespace)}/{pod.metadata.name}/log"
    try:
        return (await workload.cluster.api.text(path, deadline, params)).splitlines()
    except ConnectorRejected as error:
        if error.status in {400, 404}:  # it has not started, or is gone
            return []
        raise


def _fits(line: str, asked: LogSearch) -> bool:
    said = line.lower()
    words = _WORDS.get(asked.level) if asked.level else None
    level = words is None or any(word in said for word in words)
    return level and (asked.contains or "").lower() in said


def _about(event: Happening, workload: Workload) -> bool:
    name = event.involved_object.name
    if event.involved_object.kind == "Deployment":
        return name == workload.name
    return event.involved_object.kind in {"ReplicaSet", "Pod"} and name.startswith(f"{workload.name}-")


def _told(event: Happening) -> str:
    about = f"{event.involved_object.kind}/{event.involved_object.name}"
    return f"{event.at()} {event.type} {event.reason} {about}: {event.message[:300]} (x{event.count or 1})"
