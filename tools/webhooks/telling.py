"""What a report comes to, as a plain JSON object, for whoever tries a payload out. Pure."""

from datetime import datetime

from memory.model.catalogue import Catalogue
from memory.model.value import JsonValue
from tools.webhooks.placing import Placing, named
from tools.webhooks.report import Report

NOBODY = "tenant"  # whose alert it would be, where it is nobody's


def told(report: Report, catalogue: Catalogue, now: datetime) -> dict[str, JsonValue]:
    """Return the alert of a report. A service or place that the catalogue does not know is as the source calls it.

    `dedup_key` is what the source calls the alert by, `fingerprint` what it is the same by here.
    """
    alert = Placing(catalogue).alert(report, NOBODY, now)
    service, environment = named(report)
    shown = alert.model_dump(mode="json", exclude={"tenant", "id"})
    return {
        "kind": report.kind.value,
        **shown,
        "service": alert.service or service,
        "environment": alert.environment or environment,
        "known_service": alert.service is not None,
        "severity_said": report.severity is not None,
        "started_said": report.started_at is not None,
        "dedup_key": "/".join(filter(None, report.key)),
        "happening": report.happening.value if report.happening else None,
    }
