"""Where the suite stands: a control plane, and in it a room of its own with Quarterdeck's least-privilege account.

The account comes from the manifest that is shipped, so that every test also shows that its rights are enough.
"""

import asyncio
import copy
import json
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import httpx
import pytest
import yaml

from memory.model.catalogue import Catalogue, Service
from memory.model.plan import Call
from memory.model.run import Outcome, Preview
from tests.fakes.kubernetes import FakeKubernetes
from tests.house.places import ROOT
from tools.cluster.access import Access
from tools.cluster.account import Account
from tools.cluster.api import Api
from tools.cluster.places import Place
from tools.connectors.kubernetes import Cluster, Fleet, Terms, hands
from tools.contract import Actor, CallContext, Reader
from tools.registry import Registry

Item = dict[str, Any]

IMAGE = "registry.example:5000/shop/checkout"
SETTLES_S = 30.0
_RBAC = "/apis/rbac.authorization.k8s.io/v1"


class Admin:
    """Somebody with every right, who prepares what the tests find."""

    def __init__(self, kubeconfig: Item) -> None:
        cluster, user = kubeconfig["clusters"][0]["cluster"], kubeconfig["users"][0]["user"]
        self.cluster: Item = cluster
        self.token: str = user["token"]
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        headers = {"Authorization": f"Bearer {user['token']}"}
        self._http = httpx.AsyncClient(
            base_url=cluster["server"], verify=context, headers=headers, trust_env=False
        )

    async def get(self, path: str) -> Item:
        return await self._sent("GET", path)

    async def add(self, path: str, item: Item) -> Item:
        return await self._sent("POST", path, item)

    async def change(self, path: str, change: Callable[[Item], None]) -> Item:
        """Change an object whatever others do to it."""
        while True:
            item = await self.get(path)
            change(item)
            answer = await self._http.put(path, json=item)
            if answer.status_code != 409:
                return self._said(answer)

    async def remove(self, path: str) -> None:
        await self._sent("DELETE", path)

    async def close(self) -> None:
        await self._http.aclose()

    async def _sent(self, method: str, path: str, body: Item | None = None) -> Item:
        return self._said(await self._http.request(method, path, json=body))

    def _said(self, answer: httpx.Response) -> Item:
        assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.text}"
        found = answer.json()
        assert isinstance(found, dict)
        return found


@dataclass
class Room:
    """A namespace with a Deployment `checkout` in it, and the hands of Quarterdeck's account on it."""

    admin: Admin
    namespace: str
    kubeconfig: Path
    registry: Registry
    fleet: Fleet
    api: Api
    fake: FakeKubernetes | None
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def checkout(self) -> dict[str, Any]:
        return {"service": "checkout", "environment": self.namespace}

    @property
    def path(self) -> str:
        return f"/apis/apps/v1/namespaces/{self.namespace}/deployments/checkout"

    async def read(self, tool: str, **arguments: Any) -> Outcome:
        hand = self.registry.tool(tool)
        assert isinstance(hand, Reader)
        return await hand.read(self.registry.arguments(tool, arguments), context("look:0"))

    async def preview(self, tool: str, **arguments: Any) -> Preview:
        return await self.actor(tool).preview(self.registry.arguments(tool, arguments), context("preview:0"))

    async def act(self, key: str, call: Call, deadline_s: float = 10.0) -> Outcome:
        arguments = self.registry.arguments(call.tool, call.arguments)
        return await self.actor(call.tool).act(arguments, context(key, deadline_s))

    async def look(self, key: str, tool: str) -> Outcome | None:
        return await self.actor(tool).look(context(key))

    def actor(self, tool: str) -> Actor:
        hand = self.registry.tool(tool)
        assert isinstance(hand, Actor)
        return hand

    async def image(self) -> str:
        deployment = await self.admin.get(self.path)
        return str(deployment["spec"]["template"]["spec"]["containers"][0]["image"])

    async def rolled_out(self) -> None:
        await self.until(self._complete, "the rollout's end")

    async def deploy(self, version: str) -> None:
        """Bring a version out as somebody else would, and wait until it runs."""

        def change(item: Item) -> None:
            item["spec"]["template"]["spec"]["containers"][0]["image"] = f"{IMAGE}:{version}"

        await self.admin.change(self.path, change)
        await self.rolled_out()

    async def until(self, holds: Callable[[], Awaitable[bool]], what: str) -> None:
        end = time.monotonic() + SETTLES_S
        while not await holds():
            if time.monotonic() > end:
                pytest.fail(f"{what} did not come within {SETTLES_S:g} s: {await self.admin.get(self.path)}")
            await asyncio.sleep(0.05)

    async def _complete(self) -> bool:
        return (await self.read("rollout.status", **self.checkout)).value == 1.0


def context(key: str, deadline_s: float = 10.0) -> CallContext:
    return CallContext(
        tenant="acme", principal="ana", correlation="cor_1", key=key, now=datetime.now(UTC), deadline_s=deadline_s
    )


def fresh_key() -> str:
    return f"run_{token_hex(6)}:0"


def deployment(version: str, replicas: int = 2, **spec: Any) -> Item:
    labels = {"app": "checkout"}
    container = {"name": "checkout", "image": f"{IMAGE}:{version}", "env": [{"name": "MODE", "value": "live"}]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    wanted = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "checkout"}, "spec": wanted}


async def furnished(
    admin: Admin, folder: Path, fake: FakeKubernetes | None, *, without: Iterable[str] = (), own: bool = True
) -> Room:
    """Return a room in a namespace of its own; `without` names resources the account gets no rights on."""
    namespace = f"qd-{token_hex(4)}"
    await admin.add("/api/v1/namespaces", {"apiVersion": "v1", "metadata": {"name": namespace}})
    await _given_access(admin, namespace, set(without))
    kubeconfig = await _kubeconfig(admin, namespace, folder)
    api = Api(Access(kubeconfig))
    services = (
        Service(name="checkout", environments=(namespace,)),
        Service(name="shop", depends_on=("checkout",)),
    )
    catalogue = Catalogue(services=services)
    places = (Place(environment="production", namespace=namespace, deployment="absent"),)
    fleet = Fleet({"": Cluster("", api, Account(api, own=own))}, places, catalogue)
    registry = Registry(hands(fleet, Terms(rollout_s=4.0)))
    await admin.add(f"/apis/apps/v1/namespaces/{namespace}/deployments", deployment("1.4.1"))
    room = Room(admin, namespace, kubeconfig, registry, fleet, api, fake)
    if not set(without) & {"deployments", "replicasets"}:
        await room.rolled_out()
    return room


async def _given_access(admin: Admin, namespace: str, without: set[str]) -> None:
    manifest = yaml.safe_load((ROOT / "deploy" / "kubernetes" / "access.yaml").read_text())
    for item in copy.deepcopy(manifest["items"]):
        kind, meta = item["kind"], item["metadata"]
        if "namespace" in meta:
            meta["namespace"] = namespace
        else:
            meta["name"] = f"{meta['name']}-{namespace}"
        for subject in item.get("subjects") or []:
            subject["namespace"] = namespace
        if item.get("roleRef", {}).get("kind") == "ClusterRole":
            item["roleRef"]["name"] += f"-{namespace}"
        for rule in item.get("rules") or []:
            rule["resources"] = [each for each in rule["resources"] if each not in without]
        item["rules"] = [rule for rule in item["rules"] if rule["resources"]] if item.get("rules") else None
        where = f"/namespaces/{namespace}" if "namespace" in meta else ""
        area = "/api/v1" if kind == "ServiceAccount" else _RBAC
        await admin.add(f"{area}{where}/{kind.lower()}s", {name: value for name, value in item.items() if value})


async def _kubeconfig(admin: Admin, namespace: str, folder: Path) -> Path:
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/quarterdeck/token"
    token = (await admin.add(path, asked))["status"]["token"]
    return written(folder / f"{namespace}.json", admin.cluster, token)


def written(path: Path, cluster: Item, token: str) -> Path:
    """Write a kubeconfig with one context; JSON is YAML."""
    said = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": "quarterdeck", "user": {"token": token}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "quarterdeck"}}],
        "current-context": "test",
    }
    path.write_text(json.dumps(said))
    return path
