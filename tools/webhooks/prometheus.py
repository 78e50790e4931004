"""Alertmanager's webhook (versions 3 and 4), and alerts as Prometheus itself sends them. Pure.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
https://prometheus.io/docs/alerting/latest/clients/
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from memory.errors import PayloadInvalid
from memory.model.alert import AlertStatus, Link
from memory.model.value import JsonValue
from tools.webhooks.reading import Part
from tools.webhooks.report import LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_SUMMARY, Report, labels, links
from tools.webhooks.severity import severity

SOURCE: Final = "alertmanager"
MOST: Final = 20_000  # alerts of one payload
_STATUSES: Final = {"firing": "firing", "resolved": "resolved"}
_RUNBOOKS: Final = ("runbook_url", "runbook", "runbookURL", "runbook_link")
_SEVERITIES: Final = ("severity", "sev", "priority", "level", "urgency", "criticality", "alert_severity")
_DASHBOARDS: Final = ("dashboard_url", "dashboard", "dashboardURL", "grafana_url")


def parsed(body: JsonValue) -> tuple[Report, ...]:
    """Return the alerts of a webhook, or of Prometheus' own list; raises `PayloadInvalid`."""
    if isinstance(body, list):
        return tuple(pushed(Part(each, f"{number}")) for number, each in enumerate(bounded(body)))
    whole = Part(body)
    if not whole.has("alerts") and whole.has("labels"):
        return (pushed(whole),)
    return grouped(whole, SOURCE)


def grouped(whole: Part, source: str) -> tuple[Report, ...]:
    """Return the alerts of a group; what all of them have in common counts where one does not say it itself."""
    alerts = whole.parts("alerts")
    bounded(alerts)
    external = links(source=whole.at("externalURL"))
    common = {name: whole.maybe_part(name).value for name in ("commonLabels", "commonAnnotations")}
    return tuple(told(each, whole, source, external, common) for each in alerts)


def bounded(alerts: list[JsonValue] | list[Part]) -> list[JsonValue]:
    """Return the alerts; raises `PayloadInvalid` where there are too many for one payload."""
    if len(alerts) > MOST:
        raise PayloadInvalid(f"expected at most {MOST} alerts at once, found {len(alerts)}", field="alerts")
    return list(alerts)  # type: ignore[arg-type]  # read as they came


def told(
    alert: Part, whole: Part, source: str, further: tuple[Link, ...], common: Mapping[str, Mapping[str, JsonValue]]
) -> Report:
    """Return one alert of a webhook; all fields that its documentation always has are needed.

    Old senders gave the status of the whole group only.
    """
    owner = whole if whole.has("status") and not alert.has("status") else alert
    status = AlertStatus(owner.word(_STATUSES, "status"))
    report = _report(alert, source, status, further, started=alert.moment("startsAt"), common=common)
    values = alert.maybe("valueString", longest=LONGEST_SUMMARY)
    return report if report.description else report.model_copy(update={"description": values})


def pushed(alert: Part) -> Report:
    """Return an alert as Prometheus pushes it: without a status, over where its end has come before its next turn.

    Prometheus says until when an alert holds unless it is told of again, so that only an end that is not after the
    beginning is one that has come.
    """
    started, ended = alert.maybe_moment("startsAt"), alert.maybe_moment("endsAt")
    said = alert.maybe("status").casefold()
    over = said == AlertStatus.RESOLVED or (started is not None and ended is not None and ended <= started)
    return _report(alert, SOURCE, AlertStatus.RESOLVED if over else AlertStatus.FIRING, (), started)


def _report(
    alert: Part,
    source: str,
    status: AlertStatus,
    further: tuple[Link, ...],
    started: datetime | None,
    common: Mapping[str, Mapping[str, JsonValue]] = MappingProxyType({}),
) -> Report:
    label, note = alert.part("labels"), alert.maybe_part("annotations")
    shared = labels(common.get("commonLabels", {}))
    note = Part({**common.get("commonAnnotations", {}), **note.value})
    name = label.text("alertname", longest=LONGEST_NAME)
    own = labels({key: each for key, each in label.value.items() if key != "alertname"})
    identity = alert.maybe("fingerprint", longest=200)
    return Report(
        source=source,
        key=(identity, name) if identity else (name, *(f"{key}={own[key]}" for key in sorted(own))),
        name=name,
        status=status,
        severity=severity(
            *(said.get(each, "") for said in ({**shared, **own}, labels(note.value)) for each in _SEVERITIES)
        ),
        summary=note.maybe("summary", longest=LONGEST_SUMMARY) or note.maybe("message", longest=LONGEST_SUMMARY),
        description=note.maybe("description", longest=LONGEST_DESCRIPTION),
        started_at=started,
        ended_at=alert.maybe_moment("endsAt") if status is AlertStatus.RESOLVED else None,
        labels=labels({"alertname": name, **own, **{key: each for key, each in shared.items() if key not in own}}),
        notes=labels(note.value),
        links=(
            *links(
                runbook=next((note.at(each) for each in _RUNBOOKS if note.at(each)), None),
                dashboard=alert.at("dashboardURL")
                or next((note.at(each) for each in _DASHBOARDS if note.at(each)), None),
                panel=alert.at("panelURL"),
                picture=alert.at("imageURL"),
                silence=alert.at("silenceURL"),
                graph=alert.at("generatorURL"),
            ),
            *further,
        ),
    )
