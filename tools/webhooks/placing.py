"""Which service and environment of the catalogue an alert is about, by rules that are written down. Pure.

(1) The labels and notes that name a service are asked in the order of `SERVICE_LABELS`; the first whose value is
    the name or an alias of a service counts, whatever its case, with `_`, blanks and `-` taken for the same.
(2) Else a service whose name stands as words of its own in the alert's name, where exactly one does.
(3) The environment likewise, by `ENVIRONMENT_LABELS`; short forms such as `prod` count. Else the only one that the
    service has.

docs/alerts.md lists the labels.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Final

from memory.ids import derived
from memory.model.alert import Alert
from memory.model.catalogue import Catalogue
from tools.webhooks.report import Report

USUAL_SEVERITY: Final = 3
SERVICE_LABELS: Final = (
    *("service", "service_name", "service.name", "servicename", "app", "application", "app_name"),
    *("app_kubernetes_io_name", "app.kubernetes.io/name", "label_app", "k8s_app", "component"),
    *(
        "ServiceName",
        "FunctionName",
        "ApplicationName",
        "kube_service",
        "kube_deployment",
        "deployment",
        "workload",
    ),
    *("DBInstanceIdentifier", "QueueName", "LoadBalancer", "TargetGroup", "ApiName", "ClusterName"),
    *("container", "job", "module_id", "project", "project-name", "pipeline", "pipeline_name", "repository"),
    *("resource_name", "host", "hostname", "AutoScalingGroupName", "subject", "team"),
)
ENVIRONMENT_LABELS: Final = (
    *("environment", "env", "deployment_environment", "deployment.environment", "deployment.environment.name"),
    *("stage", "kube_env", "namespace", "kube_namespace", "k8s_namespace", "cluster", "kube_cluster_name"),
)
_SHORT: Final = {
    "prod": "production",
    "prd": "production",
    "live": "production",
    "stg": "staging",
    "stage": "staging",
}
_SHORT_TOO: Final = {
    "dev": "development",
    "test": "testing",
    "tst": "testing",
    "qa": "testing",
    "uat": "acceptance",
}
_WORD: Final = re.compile(r"[a-z0-9]+")


def plain(name: str) -> str:
    """Return a name as names are compared: lower case, its words joined by a dash."""
    return "-".join(_WORD.findall(name.lower()))


class Placing:
    """Knows the names of one catalogue. Make it once; it is asked for every alert."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def alert(self, report: Report, tenant: str, received: datetime) -> Alert:
        """Return the alert that a report tells of. Its id is the same whenever the same one is told of."""
        fingerprint = report.fingerprint()
        service, environment = self.place(report)
        return Alert(
            id=derived("alr", tenant, fingerprint),
            tenant=tenant,
            source=report.source,
            fingerprint=fingerprint,
            name=report.name,
            status=report.status,
            severity=report.severity or USUAL_SEVERITY,
            service=service,
            environment=environment,
            summary=report.summary,
            description=report.description,
            started_at=report.started_at or report.at or received,
            ended_at=report.ended_at,
            received_at=received,
            labels=report.labels,
            links=report.links,
        )

    def place(self, report: Report) -> tuple[str | None, str | None]:
        """Return the service and the environment, each None where nothing names one of the catalogue."""
        service = next(
            (found for value in _said(report, SERVICE_LABELS) if (found := self._service(value))), None
        ) or self._in_name(report.name)
        environment = next(
            (found for value in _said(report, ENVIRONMENT_LABELS) if (found := self._environment(value))), None
        )
        return service, environment or self._only(service)

    def _service(self, value: str) -> str | None:
        last = value.rpartition("/")[2]
        return self._services.get(plain(value)) or self._services.get(plain(last))

    def _in_name(self, name: str) -> str | None:
        """Return the service that is named in words of their own, None where several are."""
        said = f"-{plain(re.sub(r'(?<=[a-z0-9])(?=[A-Z])', ' ', name))}-"
        found = {service for known, service in self._services.items() if f"-{known}-" in said}
        return found.pop() if len(found) == 1 else None

    def _environment(self, value: str) -> str | None:
        said = plain(value)
        return self._environments.get(said) or self._environments.get({**_SHORT, **_SHORT_TOO}.get(said, ""))

    def _only(self, service: str | None) -> str | None:
        known = self._catalogue.find(service) if service else None
        return known.environments[0] if known and len(known.environments) == 1 else None

    @cached_property
    def _services(self) -> Mapping[str, str]:
        named = {plain(alias): each.name for each in self._catalogue.services for alias in each.aliases}
        return {**named, **{plain(each.name): each.name for each in self._catalogue.services}}

    @cached_property
    def _environments(self) -> Mapping[str, str]:
        return {plain(each): each for each in self._catalogue.environments()}


def named(report: Report) -> tuple[str | None, str | None]:
    """Return what the report itself calls its service and environment, whether a catalogue knows them or not."""
    service = next(iter(_said(report, SERVICE_LABELS)), None)
    return service, next(iter(_said(report, ENVIRONMENT_LABELS[:6])), None)


def _said(report: Report, names: Iterable[str]) -> Iterable[str]:
    own = {**report.notes, **report.labels}
    folded = {name.casefold(): value for name, value in own.items()}
    return (own.get(name) or folded[name.casefold()] for name in names if name in own or name.casefold() in folded)
