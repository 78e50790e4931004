"""Which service and environment of the catalogue an alert is about, by rules that are written down. Pure.

(1) The labels and notes that name a service are asked in the order of `SERVICE_LABELS`; the first whose value is
    the name or an alias of a service counts, whatever its case, with `_`, blanks and `-` taken for the same. A
    name also counts without what a platform puts around it: `app/NAME/ID`, `NAME-6f7c9d5b8-x2x4q`.
(2) Else a service whose name stands as words of its own in the alert's name, where exactly one does.
(3) Else one that a namespace, a folder or a team is called like.
(4) The environment likewise, by `ENVIRONMENT_LABELS`; short forms such as `prod` count, and words of a namespace,
    a cluster or the alert's name. Else the only one that the service has.

docs/alerts.md lists the labels.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Final

from memory.ids import derived
from memory.model.alert import Alert
from memory.model.catalogue import Catalogue
from tools.webhooks.report import Report

USUAL_SEVERITY: Final = 3
SERVICE_LABELS: Final = (
    *("service", "service_name", "service.name", "servicename", "svc", "app", "application", "app_name"),
    *("app_kubernetes_io_name", "app.kubernetes.io/name", "label_app", "k8s_app", "component"),
    *("exported_service", "destination_service_name", "destination_workload", "ServiceName", "FunctionName"),
    *("ApplicationName", "kube_service", "kube_deployment", "k8s_deployment_name", "k8s.deployment.name"),
    *("deployment", "statefulset", "daemonset", "kube_stateful_set", "kube_daemon_set", "workload", "cronjob"),
    *("DBInstanceIdentifier", "dbinstance_identifier", "DBClusterIdentifier", "CacheClusterId", "TableName"),
    *("QueueName", "TopicName", "StreamName", "Consumer Group", "LoadBalancer", "TargetGroup", "ApiName"),
    *(
        "DomainName",
        "BucketName",
        "StateMachineArn",
        "EnvironmentName",
        "SourceIdentifier",
        "Source ID",
        "ClusterName",
    ),
    *("Cluster Name", "container", "container_name", "exported_job", "job", "job_name", "pod", "pod_name"),
    *("module_id", "project", "project-name", "pipeline", "pipeline_name", "repository", "resource_name"),
    *("host", "hostname", "AutoScalingGroupName", "subject"),
)
OWNERS: Final = (
    "namespace",
    "kube_namespace",
    "k8s_namespace_name",
    "exported_namespace",
    "grafana_folder",
    "team",
)
ENVIRONMENT_LABELS: Final = (
    *("environment", "env", "deployment_environment", "deployment.environment", "deployment.environment.name"),
    *("stage", "kube_env", "namespace", "kube_namespace", "k8s_namespace", "k8s_namespace_name", "cluster"),
    *("kube_cluster_name", "k8s_cluster_name", "ClusterName"),
)
_SHORT: Final = {
    "prod": "production",
    "prd": "production",
    "live": "production",
    "stg": "staging",
    "stage": "staging",
}
_IN_NAMES: Final = {"prod": "production", "prd": "production", "stg": "staging"}  # others are words as well
_SHORT_TOO: Final = {
    "dev": "development",
    "test": "testing",
    "tst": "testing",
    "qa": "testing",
    "uat": "acceptance",
}
_WORD: Final = re.compile(r"[a-z0-9]+")
_INSTRUMENT: Final = re.compile(  # what measures, or carries, is not what is measured
    r"(.*-)?(kube-state-metrics|node-exporter|blackbox-exporter|istio-proxy|linkerd-proxy)"
    r"|node|blackbox|cadvisor|kubelet|federate|federation|pushgateway|envoy|pod|main"
)
_PLATFORMS: Final = (  # how a platform writes a name into another
    re.compile(r"(?:app|net|gwy|targetgroup)/(?P<name>[^/]+)/[^/]+"),
    re.compile(r"arn:.*[:/](?P<name>[^:/]+)"),
    re.compile(r"(?P<name>[\w-]+)\.[\w-]+\.svc(?:\.[\w.-]+)?"),
    re.compile(r"[\w.-]+/(?P<name>[\w.-]+)"),
    re.compile(r"(?P<name>.+)[-_]exporter"),
)
_PODS: Final = re.compile(
    r"(?P<name>.+?)(?:-[0-9a-f]{8,10}-[a-z0-9]{5}|-\d{8,10}-[a-z0-9]{5}|-\d+|-[bcdfghjklmnpqrstvwxz2456789]{5})"
)


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
        service = (
            next((found for value in _said(report, SERVICE_LABELS) if (found := self._service(value))), None)
            or self._in_name(report.name)
            or next((found for value in _said(report, OWNERS) if (found := self._service(value))), None)
        )
        said = (*_said(report, ENVIRONMENT_LABELS), spaced(report.name))
        environment = next((found for value in said if (found := self._environment(value))), None)
        return service, environment or self._only(service)

    def _service(self, value: str) -> str | None:
        forms = (value, value.rpartition("/")[2], short(value))
        return next((found for form in forms if (found := self._services.get(plain(form)))), None)

    def _in_name(self, name: str) -> str | None:
        """Return the service that is named in words of their own, None where several are."""
        said = f"-{plain(spaced(name))}-"
        found = {service for known, service in self._services.items() if f"-{known}-" in said}
        return found.pop() if len(found) == 1 else None

    def _environment(self, value: str) -> str | None:
        """Return the environment that a value is, or that one of its words is where no other one is."""
        said = plain(value)
        whole = self._environments.get(said) or self._environments.get({**_SHORT, **_SHORT_TOO}.get(said, ""))
        told = (_IN_NAMES.get(word, word) for word in said.split("-"))
        words = {found for word in told if (found := self._environments.get(word))}
        return whole or (words.pop() if len(words) == 1 else None)

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


def short(value: str) -> str:
    """Return a name without what a platform puts around it: `app/shop/50dc6c` and `acme/shop` are `shop`."""
    return next((match["name"] for each in _PLATFORMS if (match := each.fullmatch(value))), value)


def _measures(value: str) -> bool:
    """Return whether a value names what measures, or numbers what is measured."""
    return value.isdecimal() or _INSTRUMENT.fullmatch(plain(value)) is not None


def spaced(name: str) -> str:
    """Return a name whose words are told apart by capitals with blanks between them."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)


def named(report: Report) -> tuple[str | None, str | None]:
    """Return what the report itself calls its service and environment, whether a catalogue knows them or not."""
    names = (value for value in _said(report, (*SERVICE_LABELS, "team")) if not _measures(value))
    environment = next(iter(_said(report, ENVIRONMENT_LABELS[:6])), None)
    said = "-".join(plain(each) for each in (*_said(report, ENVIRONMENT_LABELS), spaced(report.name)))
    words = (word for word in said.split("-") if word in _IN_NAMES or word in _IN_NAMES.values())
    return next((short(value) for value in names), None), environment or next(words, None)


def _said(report: Report, names: Iterable[str]) -> Iterator[str]:
    """Yield the values of these labels and notes, in this order; of a pod what it is one of."""
    own = {**report.notes, **report.labels}
    folded = {name.casefold(): value for name, value in own.items()}
    for name in names:
        if found := own.get(name) or folded.get(name.casefold()):
            pod = _PODS.fullmatch(found) if name in {"pod", "pod_name"} else None
            yield pod["name"] if pod else found
