"""What the API answers: who asks, whether they may, and what there is."""

import base64
import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.fakes.kubernetes.controllers import tick
from tests.fakes.kubernetes.objects import CLUSTER_WIDE, KINDS, Item, Objects, Refused, fits, now
from tests.fakes.kubernetes.request import Request, verb_of
from tests.fakes.kubernetes.rights import ADMINISTRATORS, User, Wish, allowed

TICK_S = 0.02


@dataclass
class FakeKubernetes:
    """A control plane. `before` and `after` see each request, and may refuse it or swallow its answer."""

    url: str = ""
    objects: Objects = field(default_factory=Objects)
    users: dict[str, User] = field(default_factory=dict)
    admin_token: str = field(default_factory=lambda: secrets.token_hex(8))
    modern: bool = True  # 1.28 or later: says who somebody is, evicts under policy/v1
    apps: bool = True  # whether apps/v1 is served
    held: bool = False  # controllers stand still
    logs: dict[str, str] = field(default_factory=dict)  # of pods, by the beginning of their names
    asked: list[Request] = field(default_factory=list)
    before: Callable[[Request], None] = lambda _: None
    after: Callable[[Request], bool] = lambda _: True
    ending: bool = False

    def __post_init__(self) -> None:
        self.users[self.admin_token] = User("admin", (ADMINISTRATORS,))

    def answer(self, request: Request) -> Item | str:
        user = self.users.get(request.token)
        if user is None:
            raise Refused(401, "Unauthorized", "Unauthorized")
        with self.objects.changed:
            self.asked.append(request)
            self.before(request)
            return self._discovered(request) or self._reviewed(request, user) or self._permitted(request, user)

    def _discovered(self, request: Request) -> Item | None:
        if request.path == "/version":
            return {"major": "1", "minor": "28" if self.modern else "20", "gitVersion": "v1.28.3"}
        if request.path == "/apis/apps/v1":
            if not self.apps:
                raise Refused(404, "NotFound", "the server could not find the requested resource")
            return {"kind": "APIResourceList", "groupVersion": "apps/v1", "resources": []}
        if request.path == "/api/v1":
            version = "v1" if self.modern else "v1beta1"
            eviction = {"name": "pods/eviction", "group": "policy", "version": version, "kind": "Eviction"}
            return {"kind": "APIResourceList", "groupVersion": "v1", "resources": [eviction]}
        return None

    def _reviewed(self, request: Request, user: User) -> Item | None:
        if request.resource == "selfsubjectaccessreviews":
            asked = request.body["spec"]["resourceAttributes"]
            kind = "/".join(filter(None, [asked["resource"], asked.get("subresource", "")]))
            wish = Wish(asked["verb"], asked.get("group", ""), kind, asked.get("namespace", ""))
            return {**request.body, "status": {"allowed": allowed(self.objects, user, wish)}}
        if request.resource == "selfsubjectreviews" and self.modern:
            return {"status": {"userInfo": {"username": user.name, "groups": list(user.groups)}}}
        return None

    def _permitted(self, request: Request, user: User) -> Item | str:
        kind = "/".join(filter(None, [request.resource, request.subresource]))
        wish = Wish(verb_of(request), request.group, kind, request.namespace)
        if not allowed(self.objects, user, wish):
            raise Refused(403, "Forbidden", f'User "{user.name}" cannot {wish.verb} resource "{kind}"')
        if request.resource not in KINDS:  # said to those alone who would have the right: so do real ones
            raise Refused(404, "NotFound", "the server could not find the requested resource")
        if request.method == "GET":
            return self._log(request) if request.subresource == "log" else self._read(request)
        return self._write(request)

    def _read(self, request: Request) -> Item:
        if request.name:
            return self.objects.get((request.resource, request.namespace, request.name))
        chosen = self.chosen(request)
        start, version = 0, self.objects.version
        if request.params.get("continue"):
            start, version = json.loads(base64.b64decode(request.params["continue"]))
            if version < self.objects.forgotten:
                raise Refused(410, "Expired", "The provided continue parameter is too old")
        limit = int(request.params.get("limit", "0")) or len(chosen)
        meta: Item = {"resourceVersion": str(version)}
        if start + limit < len(chosen):
            meta["continue"] = base64.b64encode(json.dumps([start + limit, version]).encode()).decode()
        return {"kind": "List", "metadata": meta, "items": chosen[start : start + limit]}

    def chosen(self, request: Request) -> list[Item]:
        labels, fields = request.params.get("labelSelector", ""), request.params.get("fieldSelector", "")
        return [i for i in self.objects.every(request.resource, request.namespace) if fits(i, labels, fields)]

    def _log(self, request: Request) -> str:
        self.objects.get(("pods", request.namespace, request.name))
        found = (text for beginning, text in self.logs.items() if request.name.startswith(beginning))
        return next(found, "")

    def _write(self, request: Request) -> Item:
        dry = request.params.get("dryRun") == "All"
        key = (request.resource, request.namespace, request.name)
        if request.subresource == "eviction":
            return self._evict(request, dry=dry)
        if request.subresource == "token":
            return self._token(request)
        if request.method == "POST":
            namespace = "" if request.resource in CLUSTER_WIDE else request.namespace
            return self.objects.add(request.resource, namespace, request.body, dry=dry)
        if request.method == "PUT":
            return self.objects.replace(key, request.body, dry=dry)
        self.objects.remove(key)
        return {"kind": "Status", "status": "Success"}

    def _evict(self, request: Request, *, dry: bool) -> Item:
        key = ("pods", request.namespace, request.name)
        pod = self.objects.get(key)
        options = request.body.get("deleteOptions") or {}
        wanted = (options.get("preconditions") or {}).get("uid", pod["metadata"]["uid"])
        if wanted != pod["metadata"]["uid"]:
            raise Refused(409, "Conflict", "Precondition failed: UID in precondition differs")
        self._require_budget(request.namespace, pod)
        if not dry and "All" not in options.get("dryRun", []):
            self.objects.write(key, {**pod, "metadata": {**pod["metadata"], "deletionTimestamp": now()}})
        return {"kind": "Status", "status": "Success"}

    def _require_budget(self, namespace: str, pod: Item) -> None:
        for budget in self.objects.every("poddisruptionbudgets", namespace):
            chosen = ",".join(f"{k}={v}" for k, v in budget["spec"]["selector"]["matchLabels"].items())
            if not fits(pod, chosen, ""):
                continue
            others = [each for each in self.objects.every("pods", namespace) if fits(each, chosen, "")]
            healthy = [each for each in others if "deletionTimestamp" not in each["metadata"]]
            if len(healthy) - 1 < budget["spec"]["minAvailable"]:
                said = "Cannot evict pod as it would violate the pod's disruption budget."
                raise Refused(429, "TooManyRequests", said)

    def _token(self, request: Request) -> Item:
        self.objects.get(("serviceaccounts", request.namespace, request.name))
        token = secrets.token_hex(16)
        name = f"system:serviceaccount:{request.namespace}:{request.name}"
        self.users[token] = User(name, ("system:serviceaccounts", f"system:serviceaccounts:{request.namespace}"))
        return {"kind": "TokenRequest", "status": {"token": token}}

    def events(self, request: Request) -> Iterator[Item]:
        """Yield what a watch is told, until the fake ends or forgets what came after the watch's version."""
        version = int(request.params.get("resourceVersion") or self.objects.version)
        labels, fields = request.params.get("labelSelector", ""), request.params.get("fieldSelector", "")
        while not self.ending:
            with self.objects.changed:
                if version < self.objects.forgotten:
                    yield {"type": "ERROR", "object": Refused(410, "Expired", "too old resource version").status}
                    return
                news = [event for event in self.objects.events if event.version > version]
                if not news:
                    self.objects.changed.wait(0.2)
                    continue
                version = news[-1].version
            for event in news:
                resource, namespace, _ = event.key
                here = resource == request.resource and request.namespace in {"", namespace}
                if here and fits(event.item, labels, fields):
                    yield {"type": event.kind, "object": event.item}

    def move(self) -> None:
        """Let controllers move until the fake ends."""
        while not self.ending:
            with self.objects.changed:
                if not self.held:
                    tick(self.objects)
            time.sleep(TICK_S)
