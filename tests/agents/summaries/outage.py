"""One outage as people write it down, with a wrong idea, a try that fails and a rollback."""

from datetime import UTC, datetime
from typing import Any

from agents.summaries import Story, understand
from agents.summaries.given import Given, given

NOW = datetime(2026, 11, 21, 16, tzinfo=UTC)

ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("14:02", "deploy", "ci", "checkout v2.8.1 deployed to production (connection pool from 50 to 10)"),
    ("14:05", "alert", "alertmanager", "HighErrorRate: checkout 5xx at 18% (threshold 2%)"),
    ("14:07", "message", "maria", "I'm looking into it. Payments are failing for 1,200 customers in the EU."),
    ("14:09", "status", "maria", "Declared SEV2: checkout failing"),
    ("14:10", "role", "maria", "Maria is incident commander, Jonas is scribe"),
    ("14:12", "hypothesis", "jonas", "Maybe the payment provider is down?"),
    ("14:15", "observation", "jonas", "Payment provider status page is green, so it is not the provider"),
    ("14:18", "action", "jonas", "Restarted checkout pods"),
    ("14:21", "metric", "prometheus", "checkout 5xx still at 17%"),
    ("14:24", "message", "maria", "Why did the canary not catch this?"),
    ("14:26", "decision", "maria", "Decided to roll back checkout to v2.8.0"),
    ("14:29", "action", "jonas", "Rolled back checkout to v2.8.0"),
    ("14:30", "update", "priya", "Status page: we are investigating errors in checkout. Next update at 15:00"),
    ("14:33", "metric", "prometheus", "checkout 5xx dropped to 0.3%"),
    ("14:40", "note", "maria", "Root cause was the connection pool, cut from 50 to 10 in v2.8.1"),
    ("14:45", "status", "maria", "Incident resolved"),
    ("14:50", "note", "maria", "Follow-up: Jonas to add a load test. We had no alert on pool saturation."),
)


def rows(listed: tuple[tuple[str, str, str, str], ...] = ROWS) -> dict[str, Any]:
    """Return the entries as the file holds them."""
    names = ("time", "kind", "author", "text")
    return {"input_timeline": [dict(zip(names, row, strict=True)) for row in listed]}


def told(*listed: tuple[str, str, str, str]) -> Given:
    """Return these entries as what was given."""
    return given(rows(listed or ROWS), NOW)


def story(*listed: tuple[str, str, str, str]) -> Story:
    """Return these entries, understood."""
    return understand(told(*listed).account)
