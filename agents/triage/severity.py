"""How bad a group of alerts is, from what it touches; every step is named. Pure.

(1) It begins with the worst that an alert says of itself.
(2) A service that is most critical makes it one worse, one that is hardly critical one milder.
(3) Where users feel it (errors, latency, availability, at a service that nobody but users leans on, or one with
    users or revenue in the catalogue), it is one worse, yet this and (2) together at most one.
(4) Three services or more make it one worse.
(5) Outside production it is two milder.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from agents.triage.rules import TriageRules
from memory.model.alert import Alert
from memory.model.catalogue import Catalogue, Service
from memory.model.value import Value

WORST, MILDEST = 1, 5
MANY_SERVICES: Final = 3
_HARDLY: Final = 4  # of criticality, from here on
_FELT: Final = frozenset(
    {
        *("error", "errors", "5xx", "500", "latency", "slow", "availability", "unavailable", "down", "timeout"),
        *("timeouts", "failing", "failed", "outage", "probe", "slo", "burn", "checkout", "login", "users"),
    }
)


class Judged(Value):
    """How bad it is, from 1, the worst, to 5, and why, a step each."""

    severity: int
    reasons: tuple[str, ...]


def judged(alerts: Sequence[Alert], services: Iterable[str], catalogue: Catalogue, rules: TriageRules) -> Judged:
    """Return how bad these alerts, which touch these services, are together."""
    known = [found for name in sorted(set(services)) if (found := catalogue.find(name))]
    told = min((alert.severity for alert in alerts), default=MILDEST)
    severity, reasons = told, [f"told as {told}"]
    worse = _worse(alerts, known, catalogue)
    if worse and told < MILDEST:
        severity, reasons = severity - 1, [*reasons, worse]
    elif known and all(each.criticality >= _HARDLY for each in known):
        severity, reasons = severity + 1, [*reasons, "hardly critical services"]
    if len(known) >= MANY_SERVICES:
        severity, reasons = severity - 1, [*reasons, f"{len(known)} services"]
    if elsewhere := _elsewhere(alerts, rules):
        severity, reasons = max(severity, told) + 2, [*reasons, elsewhere]
    return Judged(severity=min(max(severity, WORST), MILDEST), reasons=tuple(reasons))


def _worse(alerts: Sequence[Alert], known: Sequence[Service], catalogue: Catalogue) -> str:
    most = next((each.name for each in known if each.criticality == WORST), "")
    if most:
        return f"{most} is most critical"
    faced = next((each.name for each in known if _faces_users(each, catalogue)), "")
    return f"users of {faced} feel it" if faced and any(map(_is_felt, alerts)) else ""


def _faces_users(service: Service, catalogue: Catalogue) -> bool:
    leading = bool(service.depends_on) and not catalogue.dependants(service.name)
    return bool(service.users) or bool(service.revenue_per_minute) or leading


def _is_felt(alert: Alert) -> bool:
    said = f"{alert.name} {alert.summary}".lower().replace("_", " ").split()
    return not _FELT.isdisjoint(word.strip(".,:;()[]") for word in said) or any(
        word in alert.name.lower() for word in ("error", "latency", "down", "avail")
    )


def _elsewhere(alerts: Sequence[Alert], rules: TriageRules) -> str:
    places = {alert.environment for alert in alerts}
    if None in places or any(place in rules.production for place in places):
        return ""
    return f"only in {', '.join(sorted(filter(None, places)))}"
