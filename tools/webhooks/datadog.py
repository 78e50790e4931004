"""Datadog's webhook, whose payload people write themselves out of its variables, and its monitors. Pure.

https://docs.datadoghq.com/integrations/webhooks/#variables

A variable is found under its own name however it is written (`$ALERT_TRANSITION` under `alert_transition`,
`ALERT_TRANSITION`, `alertTransition` or `transition` within `alert`), or under what the default payload calls it.
A variable that Datadog did not know stands there as it was written, and says nothing.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from memory.model.alert import AlertStatus
from memory.model.value import JsonValue
from tools.webhooks.reading import Part, moment, pairs
from tools.webhooks.report import LONGEST_NAME, LONGEST_SUMMARY, Report, guide, labels, links
from tools.webhooks.severity import marked, severity, status

SOURCE: Final = "datadog"
_TRANSITIONS: Final = (
    *("alert_transition", "transition", "overall_state", "incident_status", "alert_status", "status", "state"),
)
_TYPES: Final = {"error": "high", "warning": "warning", "info": "info"}
_STATES: Final = {"warn": "warning", "no data": "warning", "alert": "high", "triggered": "high"}
_UNSET: Final = re.compile(r"\$[A-Z][A-Z_]*(\[[^\]]*\])?")
_SCOPE: Final = re.compile(r"\[[^\]]* on \{([^}]*)\}[^\]]*\]")
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SAID: Final = ("text_only_msg", "event_msg", "body", "message", "alert_message")
_NO_SEVERITY: Final = frozenset({"normal", "low"})  # how loud an event is: Datadog's own priority of events


def parsed(body: JsonValue) -> tuple[Report, ...]:
    """Return the alert; raises `PayloadInvalid`."""
    whole = Part(_variables(Part(body).value))
    title = whole.first("alert_title", "event_title", "title", "name", "incident_title", longest=LONGEST_NAME)
    state = _state(whole, title)
    scope = whole.maybe("alert_scope") or _scope(title)
    tags = {**pairs(scope), **pairs(whole.at("tags") or whole.at("event_tags"))}
    said = status(state)
    at = moment(whole.at("last_updated")) or moment(whole.at("date")) or moment(whole.at("timestamp"))
    monitor = next((found for name in _MONITORS if (found := whole.maybe(name))), "")
    text = (
        next((found for name in _SAID if (found := whole.maybe(name))), "")
        .strip()
        .removeprefix("%%%")
        .removesuffix("%%%")
        .strip()
    )
    return (
        Report(
            source=SOURCE,
            key=(
                whole.maybe("aggreg_key") or monitor or _plain(title),
                scope or whole.maybe("hostname") or whole.maybe("scopes"),
            ),
            name=_plain(title),
            status=said,
            severity=_severity(whole, state, title),
            summary=text[:LONGEST_SUMMARY],
            description=whole.maybe("alert_query") or whole.maybe("query") or whole.maybe("description"),
            started_at=_started(whole, said, at),
            ended_at=at if said is AlertStatus.RESOLVED else None,
            at=at,
            labels=labels(
                {
                    **tags,
                    "monitor": monitor,
                    "host": whole.maybe("hostname") or whole.maybe("host"),
                    "metric": whole.maybe("alert_metric"),
                    "event_type": whole.maybe("event_type"),
                    "org": whole.maybe("org", "name") or whole.maybe("org_name"),
                }
            ),
            links=(*guide(text), *links(source=_link(whole), picture=whole.at("snapshot"))),
        ),
    )


_MONITORS: Final = ("alert_id", "monitor_id", "alert_cycle_key", "incident_public_id", "incident_uuid")


def _variables(body: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the variables by their names in lower case, those within an object by both names."""
    found: dict[str, JsonValue] = {}
    inside = {
        f"{name}_{inner}": each
        for name, value in body.items()
        if isinstance(value, dict)
        for inner, each in value.items()
    }
    for name, value in (*body.items(), *inside.items()):
        if not (isinstance(value, str) and _UNSET.fullmatch(value.strip())):
            found.setdefault(_WORD.sub("_", name).lower().lstrip("$"), value)
    return found


def _scope(title: str) -> str:
    """Return what a title of the default payload says it is about: `[Triggered on {service:checkout}] …`."""
    match = _SCOPE.search(title)
    return match[1] if match else ""


def _link(whole: Part) -> JsonValue:
    return next(
        (whole.at(name) for name in ("link", "url", "event_url", "alert_url", "incident_url") if whole.at(name)),
        None,
    )


def _state(whole: Part, title: str) -> str:
    """Return the state that is said, in a field or, as in the default payload, at the head of the title."""
    said = next((found for name in _TRANSITIONS if (found := whole.maybe(name))), "")
    heads = (head.partition(" on ")[0] for head in re.findall(r"\[([^\]]*)\]", title))
    return said or next((head for head in heads if head.casefold().startswith(_TRANSITIONED)), "Triggered")


def _severity(whole: Part, state: str, title: str) -> int | None:
    told = (whole.maybe(name) for name in ("alert_priority", "incident_severity", "priority"))
    priority = next((each for each in told if each and each.casefold() not in _NO_SEVERITY), "")
    if priority.isdecimal() and 1 <= int(priority) <= 5:  # noqa: PLR2004 -- Datadog's own scale, which is ours
        return int(priority)
    said = severity(priority, whole.maybe("severity")) or marked(title.replace("Warn", ""))
    kind = _TYPES.get(whole.maybe("alert_type").casefold(), "")
    return said or severity(_STATES.get(state.casefold().removeprefix("re-"), ""), kind)


def _started(whole: Part, said: AlertStatus, at: datetime | None) -> datetime | None:
    begun = moment(whole.at("alert_first_triggered")) or moment(whole.at("started_at"))
    return begun or (at if said is AlertStatus.FIRING else None)


def _plain(title: str) -> str:
    """Return a title without the state Datadog puts before it: the name is the same when it is over."""
    if title.startswith("[") and "]" in title:
        head, _, rest = title[1:].partition("]")
        if head.casefold().startswith(_HEADS) and rest.strip():
            return _plain(rest.strip())
    return title


_TRANSITIONED: Final = ("triggered", "re-triggered", "recovered", "warn", "no data", "alert")
_HEADS: Final = (*_TRANSITIONED, "p1", "p2", "p3", "p4", "p5")
