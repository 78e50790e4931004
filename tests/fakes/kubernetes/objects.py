"""The objects of the fake: versions, generations, what was changed when, and what was forgotten of that."""

import copy
import itertools
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Item = dict[str, Any]
Key = tuple[str, str, str]  # resource, namespace, name

KINDS = {
    "namespaces": "Namespace",
    "nodes": "Node",
    "pods": "Pod",
    "secrets": "Secret",
    "configmaps": "ConfigMap",
    "events": "Event",
    "serviceaccounts": "ServiceAccount",
    "deployments": "Deployment",
    "replicasets": "ReplicaSet",
    "poddisruptionbudgets": "PodDisruptionBudget",
    "roles": "Role",
    "rolebindings": "RoleBinding",
    "clusterroles": "ClusterRole",
    "clusterrolebindings": "ClusterRoleBinding",
}
CLUSTER_WIDE = {"namespaces", "nodes", "clusterroles", "clusterrolebindings"}


class Refused(Exception):
    """A `Status` other than success."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status: Item = {
            "kind": "Status",
            "apiVersion": "v1",
            "status": "Failure",
            "code": code,
            "reason": reason,
            "message": message,
        }


@dataclass
class Event:
    version: int
    kind: str
    key: Key
    item: Item


@dataclass
class Objects:
    """Everything there is, under one lock; `changed` wakes whoever watches."""

    items: dict[Key, Item] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    forgotten: int = 0  # versions up to here cannot be watched from
    changed: threading.Condition = field(default_factory=lambda: threading.Condition(threading.RLock()))
    _versions: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    version: int = 0

    def get(self, key: Key) -> Item:
        if key not in self.items:
            resource, _, name = key
            raise Refused(404, "NotFound", f'{resource} "{name}" not found')
        return self.items[key]

    def every(self, resource: str, namespace: str = "") -> list[Item]:
        found = (key for key in sorted(self.items) if key[0] == resource and namespace in {"", key[1]})
        return [self.items[key] for key in found]

    def add(self, resource: str, namespace: str, item: Item, *, dry: bool = False) -> Item:
        item = copy.deepcopy(item)
        meta = item.setdefault("metadata", {})
        if "generateName" in meta and "name" not in meta:
            meta["name"] = f"{meta['generateName']}{self.version:05d}"
        key = (resource, namespace, meta["name"])
        if key in self.items:
            raise Refused(409, "AlreadyExists", f'{resource} "{meta["name"]}" already exists')
        if namespace:
            self.get(("namespaces", "", namespace))
            meta["namespace"] = namespace
        meta |= {"uid": f"uid-{self.version}-{meta['name']}", "creationTimestamp": now(), "generation": 1}
        item.setdefault("kind", KINDS[resource])
        _default(resource, item)
        return item if dry else self._put("ADDED", key, item)

    def replace(self, key: Key, item: Item, *, dry: bool = False) -> Item:
        before, item = self.get(key), copy.deepcopy(item)
        wanted = item["metadata"].get("resourceVersion")
        if wanted and wanted != before["metadata"]["resourceVersion"]:
            raise Refused(409, "Conflict", "the object has been modified; please apply your changes to the latest")
        if item.get("spec", {}).get("replicas", 0) < 0:
            raise Refused(422, "Invalid", "spec.replicas: must be greater than or equal to 0")
        kept = ("uid", "creationTimestamp", "generation", "resourceVersion", "namespace")
        item["metadata"] |= {name: before["metadata"][name] for name in kept if name in before["metadata"]}
        if "status" in before:
            item["status"] = copy.deepcopy(before["status"])
        if item == before:
            return copy.deepcopy(before)
        if item.get("spec") != before.get("spec"):
            item["metadata"]["generation"] += 1
        return item if dry else self._put("MODIFIED", key, item)

    def write(self, key: Key, item: Item) -> None:
        """Put what a controller made of an object, if it differs."""
        if self.items.get(key) != item:
            self._put("MODIFIED", key, item)

    def remove(self, key: Key) -> None:
        item = copy.deepcopy(self.get(key))
        del self.items[key]
        self._tell("DELETED", key, item)

    def forget(self) -> None:
        """Forget every change so far, as etcd's compaction does."""
        with self.changed:
            self.forgotten, self.events = self.version, []
            self.changed.notify_all()

    def _put(self, kind: str, key: Key, item: Item) -> Item:
        self.items[key] = item
        self._tell(kind, key, item)
        return copy.deepcopy(item)

    def _tell(self, kind: str, key: Key, item: Item) -> None:
        with self.changed:
            self.version = next(self._versions)
            item["metadata"]["resourceVersion"] = str(self.version)
            self.events.append(Event(self.version, kind, key, copy.deepcopy(item)))
            self.changed.notify_all()


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def fits(item: Item, labels: str, fields: str) -> bool:
    """Return whether an object is selected by a label selector and a field selector."""
    return _labelled(item["metadata"].get("labels") or {}, labels) and all(
        str(_field(item, path)) == value
        for path, _, value in (part.partition("=") for part in filter(None, fields.split(",")))
    )


def _labelled(labels: dict[str, str], selector: str) -> bool:
    for part in re.findall(r"[^,(]+(?:\([^)]*\))?", selector):
        several = re.fullmatch(r"(\S+) (in|notin) \(([^)]*)\)", part.strip())
        if several:
            if (labels.get(several[1]) in several[3].split(",")) != (several[2] == "in"):
                return False
        elif "=" in part:
            name, _, value = part.partition("=")
            if labels.get(name) != value.lstrip("="):
                return False
        elif part.startswith("!") == (part.removeprefix("!") in labels):
            return False
    return True


def _field(item: Item, path: str) -> Any:
    found: Any = item
    for name in path.split("."):
        found = (found or {}).get(name)
    return found


def _default(resource: str, item: Item) -> None:
    if resource == "deployments":
        defaults = {"replicas": 1, "revisionHistoryLimit": 10, "strategy": {"type": "RollingUpdate"}}
        item["spec"] = defaults | item["spec"]
    if resource == "pods":
        item.setdefault("status", {"phase": "Pending"})
