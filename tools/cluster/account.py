"""Who Quarterdeck is in a cluster, and what it may do there, asked before anything starts.

Its account is its own: a cluster's administrator, or a person, is refused unless that is allowed for development.
"""

import asyncio
from collections.abc import Iterable
from typing import cast

from memory.errors import ConnectorRejected, InvalidSettings, PermissionMissing, VersionUnsupported
from memory.model.value import Value
from tools.cluster.api import Api, Json
from tools.cluster.refusals import FORBIDDEN, NOT_FOUND
from tools.http import Deadline
from tools.wording import named

_ADMINISTRATORS = "system:masters"
_SERVICE_ACCOUNT = "system:serviceaccount:"
_OWN = "Give Quarterdeck a service account of its own: deploy/kubernetes/access.yaml."


class Need(Value):
    """A right, as RBAC names it. Without a namespace it is for the whole cluster."""

    verb: str
    resource: str
    group: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""

    def says(self) -> str:
        """Return it in words: `update deployments.apps in production`."""
        kind = f"{self.resource}.{self.group}" if self.group else self.resource
        of = f"/{self.subresource}" if self.subresource else ""
        return f"{self.verb} {kind}{of} {f'in {self.namespace}' if self.namespace else 'in the whole cluster'}"


class Account:
    """The account behind an API's credentials. Who it is is asked once; what it may do, each time."""

    def __init__(self, api: Api, *, own: bool = True) -> None:
        self._api = api
        self._own = own
        self._version: str | None = None

    async def ready(self, deadline: Deadline) -> str:
        """Return what the API server calls its version, once it serves what is needed and the account is ours.

        What it serves is asked for and not derived from its version, which not every build tells.
        Raises `VersionUnsupported`, `InvalidSettings` or `ConnectorError`.
        """
        if self._version is None:
            version = str((await self._api.get("/version", deadline)).get("gitVersion") or "")
            if await self._api.find("/apis/apps/v1", deadline) is None:
                raise VersionUnsupported(
                    f"expected a Kubernetes API server that serves apps/v1, found one without: "
                    f"{named(version, 'of no version')}",
                    hint="Kubernetes 1.20 is the oldest that is tested.",
                )
            if self._own:
                await self._require_own(deadline)
            self._version = named(version, "of its own build")
        return self._version

    async def require(self, needs: Iterable[Need], deadline: Deadline) -> None:
        """Raise `PermissionMissing`, naming the first right the account does not have; else return."""
        await self.ready(deadline)
        asked = list(needs)
        allowed = await asyncio.gather(*(self._may(need, deadline) for need in asked))
        missing = [need for need, may in zip(asked, allowed, strict=True) if not may]
        if missing:
            more = f" (nor to {'; '.join(need.says() for need in missing[1:])})" if missing[1:] else ""
            raise PermissionMissing(
                f"expected Quarterdeck's account to be allowed to {missing[0].says()}, found it is not{more}",
                hint="Nothing was started. deploy/kubernetes/access.yaml lists the rights it needs.",
                status=403,
            )

    async def _require_own(self, deadline: Deadline) -> None:
        who = await self._who(deadline)
        if who is not None:
            name, groups = who
            if _ADMINISTRATORS in groups:
                raise InvalidSettings(
                    f"expected an account of Quarterdeck's own, found {name}, an administrator", hint=_OWN
                )
            if not name.startswith(_SERVICE_ACCOUNT):
                raise InvalidSettings(f"expected a service account of Quarterdeck's own, found {name}", hint=_OWN)
        if await self._may(Need(verb="*", group="*", resource="*"), deadline):
            raise InvalidSettings(
                "expected an account of Quarterdeck's own with no more rights than it needs, found one that may "
                "do anything in the cluster",
                hint=_OWN,
            )

    async def _who(self, deadline: Deadline) -> tuple[str, frozenset[str]] | None:
        """Return name and groups, None where the API server is too old to say (before 1.28)."""
        body: Json = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        try:
            said = await self._api.create("/apis/authentication.k8s.io/v1/selfsubjectreviews", body, deadline)
        except ConnectorRejected as error:
            if error.status in {NOT_FOUND, FORBIDDEN}:  # what is not served is forbidden to all but administrators
                return None
            raise
        user = cast("Json", cast("Json", said.get("status") or {}).get("userInfo") or {})
        groups = user.get("groups")
        known = frozenset(str(group) for group in groups) if isinstance(groups, list) else frozenset()
        return str(user.get("username") or "nobody"), known

    async def _may(self, need: Need, deadline: Deadline) -> bool:
        attributes = {name: value for name, value in need.model_dump().items() if value}
        body: Json = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": cast("Json", attributes)},
        }
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        said = await self._api.create(path, body, deadline)
        return cast("Json", said.get("status") or {}).get("allowed") is True
