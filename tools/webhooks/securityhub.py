"""Findings of AWS Security Hub as EventBridge delivers them: each is an alert, over once it passed or is put away.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
"""

from datetime import datetime
from typing import Final

from memory.model.alert import AlertStatus
from memory.model.value import JsonValue
from tools.webhooks.reading import Part, sequence
from tools.webhooks.report import LONGEST_NAME, LONGEST_SUMMARY, Report, labels, links
from tools.webhooks.severity import severity

KINDS: Final = frozenset({"Security Hub Findings - Imported", "Security Hub Findings - Custom Action"})
_SOURCE: Final = "aws"
_OVER: Final = (
    ("ARCHIVED", ("RecordState",)),
    ("RESOLVED", ("Workflow", "Status")),
    ("SUPPRESSED", ("Workflow", "Status")),
    ("PASSED", ("Compliance", "Status")),
)


def findings(detail: Part, told_at: datetime, place: dict[str, JsonValue]) -> tuple[Report, ...]:
    """Return one alert for each finding; `place` are the labels of all. Raises `PayloadInvalid`."""
    return tuple(_finding(each, told_at, place) for each in detail.parts("findings"))


def _finding(finding: Part, told_at: datetime, place: dict[str, JsonValue]) -> Report:
    over = any(finding.maybe(*path).upper() == word for word, path in _OVER)
    at = finding.maybe_moment("UpdatedAt") or told_at
    resources = [Part(each) for each in sequence(finding.at("Resources")) if isinstance(each, dict)]
    first = resources[0] if resources else Part({})
    title = finding.text("Title", longest=LONGEST_SUMMARY)
    return Report(
        source=_SOURCE,
        key=("security hub", finding.text("Id", longest=500)),
        name=title[:LONGEST_NAME],
        status=AlertStatus.RESOLVED if over else AlertStatus.FIRING,
        severity=severity(finding.maybe("Severity", "Label")),
        summary=title,
        description=finding.maybe("Description"),
        started_at=finding.maybe_moment("FirstObservedAt") or finding.maybe_moment("CreatedAt") or at,
        ended_at=at if over else None,
        at=at,
        labels=labels(
            {
                "resource": first.at("Id"),
                "resource_type": first.at("Type"),
                "product": finding.at("ProductName"),
                "control": finding.at("Compliance", "SecurityControlId"),
                **place,
            }
        ),
        links=links(source=finding.at("SourceUrl"), runbook=finding.at("Remediation", "Recommendation", "Url")),
    )
