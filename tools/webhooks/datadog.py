"""Datadog's webhook, whose payload people write themselves out of its variables, and its monitors. Pure.

https://docs.datadoghq.com/integrations/webhooks/#variables

A variable is found under its own name in lower case (`$ALERT_TRANSITION` under `alert_transition`), or under what
the default payload calls it.
"""

from datetime import datetime
from typing import Final

from memory.model.alert import AlertStatus
from memory.model.value import JsonValue
from tools.webhooks.reading import Part, moment, pairs
from tools.webhooks.report import LONGEST_NAME, LONGEST_SUMMARY, Report, labels, links
from tools.webhooks.severity import severity, status

SOURCE: Final = "datadog"
_TRANSITIONS: Final = ("alert_transition", "transition", "overall_state", "alert_status", "status", "state")
_TYPES: Final = {"error": "high", "warning": "warning", "success": "info", "info": "info"}
_STATES: Final = {"warn": "warning", "no data": "warning", "alert": "high"}


def parsed(body: JsonValue) -> tuple[Report, ...]:
    """Return the alert; raises `PayloadInvalid`."""
    whole = Part(body)
    title = whole.first("alert_title", "event_title", "title", "name", longest=LONGEST_NAME)
    state = _state(whole, title)
    tags = pairs(whole.at("tags") or whole.at("event_tags") or whole.at("alert_scope"))
    said = status(state)
    at = moment(whole.at("last_updated")) or moment(whole.at("date")) or moment(whole.at("timestamp"))
    monitor = whole.maybe("alert_id") or whole.maybe("monitor_id") or whole.maybe("alert_cycle_key")
    scope = whole.maybe("alert_scope") or whole.maybe("hostname") or whole.maybe("scopes")
    return (
        Report(
            source=SOURCE,
            key=(whole.maybe("aggreg_key") or monitor or _plain(title), scope),
            name=_plain(title),
            status=said,
            severity=_severity(whole, state),
            summary=whole.maybe("text_only_msg", longest=LONGEST_SUMMARY)
            or whole.maybe("event_msg", longest=LONGEST_SUMMARY)
            or whole.maybe("body", longest=LONGEST_SUMMARY)
            or whole.maybe("message", longest=LONGEST_SUMMARY),
            description=whole.maybe("alert_query") or whole.maybe("query") or whole.maybe("description"),
            started_at=_started(whole, said, at),
            ended_at=at if said is AlertStatus.RESOLVED else None,
            at=at,
            labels=labels(
                {
                    **tags,
                    "monitor": monitor,
                    "host": whole.maybe("hostname"),
                    "metric": whole.maybe("alert_metric"),
                    "event_type": whole.maybe("event_type"),
                    "org": whole.maybe("org", "name") or whole.maybe("org_name"),
                }
            ),
            links=links(
                source=whole.at("link") or whole.at("url") or whole.at("event_url"), picture=whole.at("snapshot")
            ),
        ),
    )


def _state(whole: Part, title: str) -> str:
    """Return the state that is said, in a field or, as in the default payload, at the head of the title."""
    said = next((found for name in _TRANSITIONS if (found := whole.maybe(name))), "")
    head = title[1 : title.find("]")] if title.startswith("[") and "]" in title else ""
    return said or head.rpartition(" on ")[0] or head or "Triggered"


def _severity(whole: Part, state: str) -> int | None:
    priority = whole.maybe("priority") or whole.maybe("alert_priority")
    if priority.isdecimal() and 1 <= int(priority) <= 5:  # noqa: PLR2004 -- Datadog's own scale, which is ours
        return int(priority)
    said = _STATES.get(state.casefold(), "")
    return severity(priority, whole.maybe("severity"), said, _TYPES.get(whole.maybe("alert_type").casefold(), ""))


def _started(whole: Part, said: AlertStatus, at: datetime | None) -> datetime | None:
    begun = moment(whole.at("alert_first_triggered")) or moment(whole.at("started_at"))
    return begun or (at if said is AlertStatus.FIRING else None)


def _plain(title: str) -> str:
    """Return a title without the state Datadog puts before it: the name is the same when it is over."""
    if title.startswith("[") and "]" in title:
        head, _, rest = title[1:].partition("]")
        known = (
            "triggered",
            "re-triggered",
            "recovered",
            "warn",
            "no data",
            "alert",
            "p1",
            "p2",
            "p3",
            "p4",
            "p5",
        )
        if head.casefold().startswith(known) and rest.strip():
            return _plain(rest.strip())
    return title
