"""What moves by itself: Deployments become revisions, revisions become pods, pods run or crash."""

import copy
import hashlib
import json
from typing import Any

from tests.fakes.kubernetes.objects import Item, Objects, now

REVISION = "deployment.kubernetes.io/revision"
EARLIER = "deployment.kubernetes.io/revision-history"
HASH = "pod-template-hash"


def tick(objects: Objects) -> None:
    """Bring everything one step on."""
    for deployment in objects.every("deployments"):
        _deployment(objects, copy.deepcopy(deployment))
    for replica_set in objects.every("replicasets"):
        _replica_set(objects, replica_set)
    for pod in objects.every("pods"):
        _pod(objects, copy.deepcopy(pod))


def _deployment(objects: Objects, item: Item) -> None:
    meta, spec = item["metadata"], item["spec"]
    namespace = meta["namespace"]
    owned = [each for each in objects.every("replicasets", namespace) if _owner(each) == meta["uid"]]
    newest = max((_number(each) for each in owned), default=0)
    wanted = next((each for each in owned if bare(each["spec"]["template"]) == bare(spec["template"])), None)
    if not spec.get("paused"):
        if wanted is None:
            wanted = objects.add("replicasets", namespace, _new(item, newest + 1))
            owned.append(wanted)
        elif _number(wanted) < newest:
            wanted = _renumbered(objects, wanted, newest + 1)
            owned = [wanted, *(each for each in owned if each["metadata"]["uid"] != wanted["metadata"]["uid"])]
        meta.setdefault("annotations", {})[REVISION] = str(_number(wanted))
        _scale(objects, owned, wanted, spec["replicas"])
        _clean(objects, owned, wanted, spec["revisionHistoryLimit"])
    item["status"] = _status(objects, item, owned, wanted)
    objects.write(("deployments", namespace, meta["name"]), item)


def _new(deployment: Item, revision: int) -> Item:
    template = copy.deepcopy(deployment["spec"]["template"])
    digest = hashlib.sha256(json.dumps(bare(template), sort_keys=True).encode()).hexdigest()[:9]
    template.setdefault("metadata", {}).setdefault("labels", {})[HASH] = digest
    meta = deployment["metadata"]
    owner = {"kind": "Deployment", "name": meta["name"], "uid": meta["uid"], "controller": True}
    return {
        "apiVersion": "apps/v1",
        "metadata": {
            "name": f"{meta['name']}-{digest}",
            "labels": dict(template["metadata"]["labels"]),
            "annotations": {**meta.get("annotations", {}), REVISION: str(revision)},
            "ownerReferences": [owner],
        },
        "spec": {"replicas": 0, "template": template},
    }


def _renumbered(objects: Objects, replica_set: Item, revision: int) -> Item:
    item = copy.deepcopy(replica_set)
    notes = item["metadata"]["annotations"]
    notes[EARLIER] = ",".join(filter(None, [notes.get(EARLIER, ""), notes[REVISION]]))
    notes[REVISION] = str(revision)
    _write(objects, item)
    return item


def _scale(objects: Objects, owned: list[Item], wanted: Item, replicas: int) -> None:
    ready = sum(_is_ready(pod) for pod in _pods(objects, wanted))
    for each in owned:
        item = copy.deepcopy(each)
        mine = item["metadata"]["uid"] == wanted["metadata"]["uid"]
        keeps = max(0, min(item["spec"]["replicas"], replicas - ready))
        item["spec"]["replicas"] = replicas if mine else keeps
        _write(objects, item)


def _clean(objects: Objects, owned: list[Item], wanted: Item, limit: int) -> None:
    idle = [each for each in owned if each["metadata"]["uid"] != wanted["metadata"]["uid"]]
    idle = [each for each in idle if not _pods(objects, each) and not each["spec"]["replicas"]]
    for each in sorted(idle, key=_number)[: max(0, len(idle) - limit)]:
        objects.remove(("replicasets", each["metadata"]["namespace"], each["metadata"]["name"]))


def _status(objects: Objects, item: Item, owned: list[Item], wanted: Item | None) -> Item:
    pods = [pod for each in owned for pod in _pods(objects, each)]
    updated = _pods(objects, wanted) if wanted else []
    ready = sum(map(_is_ready, pods))
    counts = {
        "replicas": len(pods),
        "updatedReplicas": len(updated),
        "readyReplicas": ready,
        "availableReplicas": ready,
    }
    available = "True" if ready >= item["spec"]["replicas"] else "False"
    conditions = [{"type": "Available", "status": available, "reason": "MinimumReplicas", "message": ""}]
    told = {name: count for name, count in counts.items() if count}
    return {"observedGeneration": item["metadata"]["generation"], **told, "conditions": conditions}


def _replica_set(objects: Objects, item: Item) -> None:
    meta, spec = item["metadata"], item["spec"]
    pods = [pod for pod in _pods(objects, item) if "deletionTimestamp" not in pod["metadata"]]
    for pod in pods[spec["replicas"] :]:
        objects.remove(("pods", meta["namespace"], pod["metadata"]["name"]))
    for _ in range(spec["replicas"] - len(pods)):
        template = copy.deepcopy(spec["template"])
        owner = {"kind": "ReplicaSet", "name": meta["name"], "uid": meta["uid"], "controller": True}
        name = f"{meta['name']}-{objects.version:05d}"
        pod = {
            "metadata": {"name": name, "labels": template["metadata"]["labels"], "ownerReferences": [owner]},
            "spec": template["spec"],
        }
        objects.add("pods", meta["namespace"], pod)


def _pod(objects: Objects, item: Item) -> None:
    meta = item["metadata"]
    key = ("pods", meta["namespace"], meta["name"])
    if "deletionTimestamp" in meta:
        objects.remove(key)
    elif not item["spec"].get("nodeName"):
        usable = [node for node in objects.every("nodes") if not node.get("spec", {}).get("unschedulable")]
        if usable:
            item["spec"]["nodeName"] = usable[0]["metadata"]["name"]
            objects.write(key, item)
    elif item["status"]["phase"] == "Pending":
        item["status"] = _running(item)
        objects.write(key, item)


def _running(pod: Item) -> Item:
    containers = pod["spec"]["containers"]
    good = not any("bad" in each["image"].rpartition(":")[2] for each in containers)
    state: dict[str, Any] = (
        {"running": {"startedAt": now()}} if good else {"waiting": {"reason": "CrashLoopBackOff"}}
    )
    return {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "True" if good else "False"}],
        "containerStatuses": [
            {
                "name": each["name"],
                "image": each["image"],
                "ready": good,
                "restartCount": 0 if good else 3,
                "state": state,
            }
            for each in containers
        ],
    }


def bare(template: Item) -> Item:
    plain = copy.deepcopy(template)
    plain.setdefault("metadata", {}).setdefault("labels", {}).pop(HASH, None)
    return plain


def _pods(objects: Objects, replica_set: Item) -> list[Item]:
    meta = replica_set["metadata"]
    return [pod for pod in objects.every("pods", meta["namespace"]) if _owner(pod) == meta["uid"]]


def _owner(item: Item) -> str:
    owners = item["metadata"].get("ownerReferences") or []
    return next((str(each["uid"]) for each in owners if each.get("controller")), "")


def _number(replica_set: Item) -> int:
    return int(replica_set["metadata"]["annotations"][REVISION])


def _is_ready(pod: Item) -> bool:
    conditions = pod.get("status", {}).get("conditions") or []
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _write(objects: Objects, item: Item) -> None:
    objects.write(("replicasets", item["metadata"]["namespace"], item["metadata"]["name"]), item)
