"""The REST surface as calls: values in, values out, and a `QuarterdeckError` for every problem.

Fields that a newer server adds are ignored, so that an older command line goes on working.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from bot.surfaces.cli.shapes import Log, Plans, PlanView, ReadyReport
from memory.errors import ConnectorRejected, ConnectorUnreachable, QuarterdeckError, every_error
from memory.ids import Ids
from memory.model.approval import Verdict
from memory.model.evidence import Evidence
from memory.model.run import RunStatus
from memory.model.talk import Reply

if TYPE_CHECKING:
    from bot.surfaces.desk import Explanation

ANSWER_WITHIN_S = 60.0
CONNECT_WITHIN_S = 5.0

_ERRORS: Mapping[str, type[QuarterdeckError]] = MappingProxyType({error.code: error for error in every_error()})

M = TypeVar("M", bound=BaseModel)


class Client:
    """Speaks to one Quarterdeck as one person."""

    def __init__(self, http: httpx.AsyncClient, ids: Ids) -> None:
        self._http = http
        self._ids = ids

    async def ask(self, text: str, thread: str | None) -> Reply:
        """Say something; a new conversation begins without a thread."""
        body = {"text": text, "id": self._ids.new("cli")} | ({"thread": thread} if thread else {})
        return await self._post("/v1/messages", body, Reply)

    async def status(self) -> Reply:
        """Ask how things are."""
        return await self._get("/v1/status", Reply)

    async def plan(self, run: str) -> PlanView:
        """Return a plan as it stands; raises `NotFound`."""
        return await self._get(f"/v1/runs/{_named(run)}", PlanView)

    async def plans(self, statuses: tuple[RunStatus, ...], limit: int, cursor: str | None) -> Plans:
        """Return plans, newest first."""
        query = {"status": [each.value for each in statuses], "limit": limit, "cursor": cursor}
        return await self._get("/v1/runs", Plans, query)

    async def decide(self, run: str, plan_digest: str, verdict: Verdict, reason: str) -> PlanView:
        """Say yes or no to exactly the plan with this digest; raises `ApprovalRefused`."""
        body = {"plan_digest": plan_digest, "verdict": verdict.value, "reason": reason}
        return await self._post(f"/v1/runs/{_named(run)}/decisions", body, PlanView)

    async def withdraw(self, run: str, reason: str) -> PlanView:
        """Take a plan back that still waits; raises `Conflict`."""
        return await self._post(f"/v1/runs/{_named(run)}/cancel", {"reason": reason}, PlanView)

    async def explain(self, subject: str) -> "Explanation":
        """Return why, of a run, a message or a correlation id; raises `NotFound`."""
        from bot.surfaces.desk import Explanation

        return await self._get(f"/v1/explanations/{_named(subject)}", Explanation)

    async def log(self, correlation: str | None, kind: str | None, limit: int, cursor: str | None) -> Log:
        """Return entries of the log, newest first."""
        query = {"correlation": correlation, "kind": kind, "limit": limit, "cursor": cursor}
        return await self._get("/v1/log", Log, query)

    async def evidence(self, evidence: str) -> Evidence:
        """Return one fact that was cited; raises `NotFound`."""
        return await self._get(f"/v1/evidence/{_named(evidence)}", Evidence)

    async def ready(self) -> ReadyReport:
        """Return whether questions can be answered, part by part; not being ready is an answer too."""
        response = await self._send("GET", "/readyz")
        return _read(response, ReadyReport)

    async def _get(self, path: str, kind: type[M], query: Mapping[str, Any] = MappingProxyType({})) -> M:
        given = {name: value for name, value in query.items() if value is not None}
        return _read(_checked(await self._send("GET", path, params=given)), kind)

    async def _post(self, path: str, body: Mapping[str, object], kind: type[M]) -> M:
        headers = {"Idempotency-Key": self._ids.new("cli")}
        return _read(_checked(await self._send("POST", path, json=body, headers=headers)), kind)

    async def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            return await self._http.request(method, path, **request)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise ConnectorUnreachable(
                f"expected Quarterdeck at {self._http.base_url}, found {type(error).__name__}",
                hint="Is it running? Start one with: quarterdeck serve",
            ) from error


def _named(id_: str) -> str:
    """Return an id as one segment of a path, whatever was typed."""
    return quote(id_, safe="")


def _checked(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    try:
        problem = response.json()
        code, detail, hint = problem["code"], problem["detail"], problem.get("hint", "")
    except (ValueError, TypeError, KeyError):
        raise ConnectorRejected(f"expected an answer of Quarterdeck, found HTTP {response.status_code}") from None
    error = _ERRORS.get(code, QuarterdeckError)(str(detail), hint=str(hint))
    error.code = str(code)
    raise error


def _read(response: httpx.Response, kind: type[M]) -> M:
    try:
        return kind.model_validate_json(response.content, extra="ignore")
    except ValidationError as error:
        raise ConnectorRejected(
            f"expected {kind.__name__} of Quarterdeck, found an answer of another form",
            hint="Is the server another version, or something else altogether?",
        ) from error
