"""Grafana's webhooks: of unified alerting (since 8), and of the alerting of dashboards before it. Pure.

https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
https://grafana.com/docs/grafana/v7.5/alerting/old-alerting/notifications/#webhook
"""

from typing import Final

from memory.model.alert import AlertStatus
from memory.model.value import JsonValue
from tools.webhooks.prometheus import grouped
from tools.webhooks.reading import Part, sequence
from tools.webhooks.report import LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_SUMMARY, Report, labels, links
from tools.webhooks.severity import marked, severity

SOURCE: Final = "grafana"
_STATES: Final = {
    "alerting": "firing",
    "no_data": "firing",
    "pending": "firing",
    "unknown": "firing",
    "ok": "resolved",
    "paused": "resolved",
}
_MOST_MATCHES: Final = 5
_OF_QUERIES: Final = {"DatasourceNoData": "the query found nothing", "DatasourceError": "the query failed"}


def parsed(body: JsonValue) -> tuple[Report, ...]:
    """Return the alerts; raises `PayloadInvalid`."""
    whole = Part(body)
    if whole.has("alerts") or not (whole.has("ruleId") or whole.has("ruleName") or whole.has("evalMatches")):
        return tuple(_of_a_rule(each) for each in grouped(whole, SOURCE))
    return (_of_a_dashboard(whole),)


def _of_a_rule(report: Report) -> Report:
    """Return an alert that says its rule: of a query that fails or finds nothing, Grafana names only that."""
    rule = report.labels.get("rulename", "")
    if report.name not in _OF_QUERIES or not rule:
        return report
    said = report.summary or f"{rule}: {report.notes.get('Error') or _OF_QUERIES[report.name]}"
    return report.model_copy(update={"summary": said[:LONGEST_SUMMARY]})


def _of_a_dashboard(whole: Part) -> Report:
    """Return an alert of old: it says neither when it began nor which series of the rule it is for."""
    name = whole.first("ruleName", "title", longest=LONGEST_NAME)
    tags = whole.maybe_part("tags")
    matched = [each for each in sequence(whole.at("evalMatches")) if isinstance(each, dict)]
    own = labels(tags.value) or labels(Part(matched[0]).maybe_part("tags").value if matched else {})
    rule = whole.maybe("ruleId") or name
    seen = (f"{Part(each).maybe('metric')} = {Part(each).maybe('value')}" for each in matched[:_MOST_MATCHES])
    return Report(
        source=SOURCE,
        key=(whole.maybe("orgId"), whole.maybe("dashboardId"), whole.maybe("panelId"), rule),
        name=name,
        status=AlertStatus(whole.word(_STATES, "state")),
        severity=severity(own.get("severity", ""), own.get("priority", "")) or marked(name),
        summary=whole.maybe("message", longest=LONGEST_SUMMARY) or whole.maybe("title", longest=LONGEST_SUMMARY),
        description="; ".join(seen)[:LONGEST_DESCRIPTION],
        labels=own,
        links=links(source=whole.at("ruleUrl"), picture=whole.at("imageUrl")),
    )
