"""Sentry's webhooks: issues, issue alerts and metric alerts, and those of the plugin before them. Pure.

https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
"""

import re
from typing import Final

from memory.model.alert import AlertStatus
from memory.model.value import JsonValue
from tools.webhooks.reading import Part, moment, pairs
from tools.webhooks.report import LONGEST_NAME, LONGEST_SUMMARY, Report, labels, links
from tools.webhooks.severity import severity

SOURCE: Final = "sentry"
_ACTIONS: Final = {
    "critical": "firing",
    "warning": "firing",
    "open": "firing",
    "triggered": "firing",
    "resolved": "resolved",
    "closed": "resolved",
}
_PROJECT: Final = re.compile(r"/api/0/projects/[^/]+/([^/]+)/")
_ISSUES: Final = {"resolved": "resolved", "ignored": "resolved", "archived": "resolved"}


def parsed(body: JsonValue) -> tuple[Report, ...]:
    """Return the alert, or nothing for comments and installations; raises `PayloadInvalid`."""
    whole = Part(body)
    if not whole.has("data"):
        return (_of_the_plugin(whole),)
    data = whole.part("data")
    if data.has("metric_alert"):
        return (_metric(data.part("metric_alert"), data, whole),)
    if data.has("issue"):
        return (_issue(data.part("issue"), whole.text("action")),)
    if data.has("event"):
        return (_event(data.part("event"), data),)
    if data.has("error"):
        return (_event(data.part("error"), data),)
    return ()


def _issue(issue: Part, action: str) -> Report:
    over = _ISSUES.get(action.casefold()) or _ISSUES.get(issue.maybe("status").casefold(), "firing")
    project, about = issue.maybe_part("project"), issue.maybe_part("metadata")
    seen = issue.maybe_moment("lastSeen")
    return Report(
        source=SOURCE,
        key=("issue", issue.text("id")),
        name=issue.text("title", longest=LONGEST_NAME),
        status=AlertStatus(over),
        severity=severity(issue.maybe("priority"), issue.maybe("level")),
        summary=about.maybe("value", longest=LONGEST_SUMMARY) or issue.maybe("culprit", longest=LONGEST_SUMMARY),
        description=issue.maybe("culprit"),
        started_at=issue.maybe_moment("firstSeen"),
        at=seen,
        ended_at=seen if over == AlertStatus.RESOLVED else None,
        labels=labels(
            {
                "project": project.maybe("slug") or project.maybe("name"),
                "level": issue.maybe("level"),
                "platform": issue.maybe("platform"),
                "type": about.maybe("type"),
                "short_id": issue.maybe("shortId"),
                "count": issue.maybe("count"),
                "users": issue.maybe("userCount"),
            }
        ),
        links=links(source=issue.at("web_url") or issue.at("permalink")),
    )


def _event(event: Part, data: Part) -> Report:
    """Return what an issue alert was triggered by. That it is over is told of the issue."""
    tags = pairs(event.at("tags"))
    issue = event.maybe("issue_id") or event.maybe("groupID")
    return Report(
        source=SOURCE,
        key=("issue", issue) if issue else ("event", event.text("event_id")),
        name=event.first("title", "message", longest=LONGEST_NAME),
        severity=severity(event.maybe("level")),
        summary=event.maybe("message", longest=LONGEST_SUMMARY)
        or event.maybe("metadata", "value", longest=LONGEST_SUMMARY)
        or event.maybe("culprit", longest=LONGEST_SUMMARY),
        description=event.maybe("culprit"),
        started_at=moment(event.at("datetime")) or moment(event.at("timestamp")),
        labels=labels(
            {
                **tags,
                "environment": event.maybe("environment") or str(tags.get("environment", "")),
                "project": event.maybe("project_slug") or _slug(event) or event.maybe("project"),
                "release": event.maybe("release"),
                "rule": data.maybe("triggered_rule"),
            }
        ),
        links=links(source=event.at("web_url"), issue=event.at("issue_url")),
    )


def _slug(event: Part) -> str:
    """Return the name of an event's project: the event says its number, and its address the name."""
    match = _PROJECT.search(event.maybe("url")) or _PROJECT.search(event.maybe("issue_url"))
    return match[1] if match else ""


def _metric(alert: Part, data: Part, whole: Part) -> Report:
    rule = alert.maybe_part("alert_rule")
    over = AlertStatus(whole.word(_ACTIONS, "action"))
    project = next((str(each) for each in (alert.at("projects") or ()) if each), "")  # type: ignore[union-attr]  # a list, where there is one
    return Report(
        source=SOURCE,
        key=("metric", rule.maybe("id") or alert.text("id"), alert.maybe("identifier") or alert.maybe("id")),
        name=rule.maybe("name", longest=LONGEST_NAME) or alert.text("title", longest=LONGEST_NAME),
        status=over,
        severity=severity(whole.text("action")),
        summary=data.maybe("description_title", longest=LONGEST_SUMMARY),
        description=data.maybe("description_text"),
        started_at=alert.maybe_moment("date_started"),
        ended_at=alert.maybe_moment("date_closed") if over is AlertStatus.RESOLVED else None,
        labels=labels(
            {"project": project, "environment": rule.maybe("environment"), "query": rule.maybe("query")}
        ),
        links=links(source=data.at("web_url")),
    )


def _of_the_plugin(whole: Part) -> Report:
    event = whole.maybe_part("event")
    tags = pairs(event.at("tags"))
    return Report(
        source=SOURCE,
        key=("issue", whole.first("id", "issue_id")),
        name=event.maybe("title", longest=LONGEST_NAME) or whole.first("message", "culprit", longest=LONGEST_NAME),
        severity=severity(whole.maybe("level"), event.maybe("level")),
        summary=whole.maybe("message", longest=LONGEST_SUMMARY),
        description=whole.maybe("culprit"),
        started_at=moment(event.at("timestamp")) or moment(event.at("received")),
        labels=labels(
            {
                **tags,
                "project": whole.maybe("project_slug") or whole.maybe("project"),
                "environment": event.maybe("environment") or str(tags.get("environment", "")),
                "logger": whole.maybe("logger"),
                "level": whole.maybe("level"),
            }
        ),
        links=links(source=whole.at("url")),
    )
