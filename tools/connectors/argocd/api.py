"""Argo CD's REST API, as much of it as going back needs: https://argo-cd.readthedocs.io/ (developer guide)."""

from typing import cast
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from memory.errors import Conflict, ConnectorRejected, InvalidInput, PermissionMissing
from memory.model.catalogue import Catalogue
from memory.model.value import JsonValue, Moment
from tools.cluster.marks import Mark, marked
from tools.cluster.places import Place, placed
from tools.http import Deadline, HttpClient, read_as

Json = dict[str, JsonValue]
FORBIDDEN, NOT_FOUND, CONFLICT = 403, 404, 409


class Said(BaseModel):
    """A part of what Argo CD said."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Past(Said):
    """One deployment of an application's history."""

    id: int = 0
    revision: str = ""
    deployed_at: Moment | None = None

    def label(self) -> str:
        """Return its id and the beginning of its revision."""
        short = self.revision[:12] if self.revision.isalnum() else "its revision"
        return f"deployment {self.id} ({short})"


class Sync(Said):
    """Whether what runs is what the source says."""

    status: str = "Unknown"
    revision: str = ""


class Health(Said):
    """Whether what runs is well."""

    status: str = "Unknown"


class Result(Said):
    """What an operation synced to."""

    revision: str = ""


class Operation(Said):
    """The last operation, or the one under way."""

    phase: str = ""
    sync_result: Result | None = None


class Status(Said):
    """How an application stands."""

    sync: Sync = Sync()
    health: Health = Health()
    history: tuple[Past, ...] | None = None
    operation_state: Operation | None = None


class Application(Said):
    """An application, with its whole object beside, to be put back changed."""

    status: Status = Status()
    whole: Json = {}

    def history(self) -> tuple[Past, ...]:
        """Return its deployments, newest first."""
        return tuple(sorted(self.status.history or (), key=lambda past: past.id, reverse=True))

    def automated(self) -> bool:
        """Return whether it follows its source by itself."""
        policy = cast("Json", cast("Json", self.whole.get("spec") or {}).get("syncPolicy") or {})
        return policy.get("automated") is not None

    def ordered(self) -> str:
        """Return the revision of an operation that was ordered and has not begun, empty where none was."""
        operation = cast("Json", self.whole.get("operation") or {})
        return str(cast("Json", operation.get("sync") or {}).get("revision") or "")

    def busy(self) -> bool:
        """Return whether an operation is under way."""
        state = self.status.operation_state
        return bool(self.whole.get("operation")) or (
            state is not None and state.phase in {"Running", "Terminating"}
        )


class Argo:
    """One Argo CD, and which application a service is. Credentials are the client's."""

    def __init__(self, http: HttpClient, url: str, places: tuple[Place, ...], catalogue: Catalogue) -> None:
        self._http = http
        self._places = places
        self.url = url.rstrip("/")
        self.catalogue = catalogue

    def name(self, service: str, environment: str) -> str:
        """Return what the application of a service is called; raises `InvalidInput`."""
        try:
            return placed(self._places, service, environment).application
        except ValueError:
            raise InvalidInput(
                f"expected names that Kubernetes could have for {service} in {environment}"
            ) from None

    async def application(self, name: str, deadline: Deadline) -> Application:
        """Return an application; raises `InvalidInput` where there is none, or none this token may see."""
        try:
            said = await self._http.get(_path(name), deadline=deadline)
        except ConnectorRejected as error:
            if error.status in {NOT_FOUND, FORBIDDEN}:  # Argo CD says 403 for both, so as not to tell names
                raise InvalidInput(
                    f"expected an Argo CD application {name} that its token may see, found none",
                    hint="Give the token's role `applications, get`; kubernetes_places says what it is called.",
                ) from error
            raise
        found = read_as(said, Application.model_validate, "Argo CD", "argocd")
        return found.model_copy(update={"whole": said})

    async def require(
        self, name: str, application: Application, actions: tuple[str, ...], deadline: Deadline
    ) -> None:
        """Raise `PermissionMissing` naming the first right on the application that the token does not have."""
        spec = cast("Json", application.whole.get("spec") or {})
        place = f"{spec.get('project') or 'default'}/{name}"
        for action in actions:
            path = f"/api/v1/account/can-i/applications/{action}/{quote(place, safe='/')}"
            said = await self._http.get(path, deadline=deadline)
            if not isinstance(said, dict) or said.get("value") != "yes":
                raise PermissionMissing(
                    f"expected Argo CD's token to be allowed to {action} applications of {place}, found it is not",
                    hint=f"Nothing was started. Add the policy: p, ROLE, applications, {action}, {place}, allow",
                    status=FORBIDDEN,
                )

    async def set_automated(
        self, name: str, application: Application, automated: JsonValue, mark: Mark, deadline: Deadline
    ) -> None:
        """Set or end auto-sync and record who did, in one write; raises `Conflict` where it changed meanwhile.

        `automated` is Argo CD's policy, None for no auto-sync.
        """
        whole = cast("Json", {**application.whole})
        spec = cast("Json", {**cast("Json", whole.get("spec") or {})})
        policy = {**cast("Json", spec.get("syncPolicy") or {}), "automated": automated}
        spec["syncPolicy"] = {key: value for key, value in policy.items() if value is not None}
        whole["spec"] = spec
        whole["metadata"] = {**cast("Json", whole.get("metadata") or {})}
        marked(whole, mark)
        try:
            await self._http.put(_path(name), json=whole, deadline=deadline)
        except ConnectorRejected as error:
            if error.status == CONFLICT:
                raise Conflict(
                    f"expected the application {name} as it was read, found it changed since"
                ) from error
            raise

    async def roll_back(self, name: str, deployment: int, deadline: Deadline) -> None:
        """Begin to go back to a deployment of the history. Sent once: whether it took effect is looked at."""
        body: Json = {"name": name, "id": deployment, "prune": False, "dryRun": False}
        await self._http.post(f"{_path(name)}/rollback", json=body, deadline=deadline)


def _path(name: str) -> str:
    return f"/api/v1/applications/{quote(name, safe='')}"
