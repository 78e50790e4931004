"""The REST surface as calls: values in, values out, and a `QuarterdeckError` for every problem.

Fields that a newer server adds are ignored, so that an older command line goes on working.
"""

import hashlib
import os
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from bot.surfaces.cli.problems import checked, pieces, read_as
from bot.surfaces.cli.shapes import (
    Credentials,
    EntryBeside,
    ErasureReport,
    HoldList,
    Letters,
    LetterShown,
    Log,
    NodesShown,
    PlaceShown,
    Plans,
    PlanView,
    PolicyHistory,
    PolicyProposals,
    QueueShown,
    ReadyReport,
    Replayed,
    Reviews,
    Saved,
    SettledPolicy,
    StandingApprovals,
    Stopped,
    Usage,
)
from bot.surfaces.controls import SwitchState
from bot.trace import Trace
from memory.errors import ConnectorUnreachable, InvalidInput
from memory.ids import Ids
from memory.model.approval import Challenge, Review, Verdict
from memory.model.credential import Credential
from memory.model.dead_letter import DeadLetter
from memory.model.evidence import Evidence
from memory.model.limits import Stop
from memory.model.policies import PolicyProposal, PromotedPolicy
from memory.model.record import Hold, Recorded
from memory.model.run import RunStatus
from memory.model.standing import StandingApproval
from memory.model.talk import Reply

if TYPE_CHECKING:
    from bot.surfaces.desk import Explanation
    from bot.surfaces.procedures import RunbookSimulation, RunbookView
    from bot.surfaces.signed_log import Receipted, Receipts

ANSWER_WITHIN_S = 60.0
CONNECT_WITHIN_S = 5.0

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

    def new_thread(self) -> str:
        """Return the id of a conversation that nobody has begun yet."""
        return self._ids.new("thr")

    async def ask_growing(self, text: str, thread: str) -> AsyncGenerator[str | Reply]:
        """Say something, and yield all that stands of the answer whenever there is more, at last the reply."""
        body = {"text": text, "id": self._ids.new("cli"), "thread": thread}
        try:
            async with self._http.stream("POST", "/v1/messages/streamed", json=body) as response:
                if not response.is_success:
                    await response.aread()
                async for piece in pieces(checked(response)):
                    yield piece
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise self._unreachable(error) from error

    async def stop_answer(self, thread: str) -> None:
        """Stop what one asked in a thread."""
        await self._post(f"/v1/threads/{self.named(thread)}/stop", {}, Stopped)

    async def status(self) -> Reply:
        """Ask how things are."""
        return await self._get("/v1/status", Reply)

    async def plan(self, run: str) -> PlanView:
        """Return a plan as it stands; raises `NotFound`."""
        return await self._get(f"/v1/runs/{self.named(run)}", PlanView)

    async def plans(self, statuses: tuple[RunStatus, ...], limit: int, cursor: str | None) -> Plans:
        """Return plans, newest first."""
        query = {"status": [each.value for each in statuses], "limit": limit, "cursor": cursor}
        return await self._get("/v1/runs", Plans, query)

    async def decide(
        self, run: str, plan_digest: str, verdict: Verdict, reason: str, *, break_glass: bool = False
    ) -> PlanView:
        """Say yes or no to exactly the plan with this digest; raises `ApprovalRefused`."""
        body = {
            "plan_digest": plan_digest,
            "verdict": verdict.value,
            "reason": reason,
            "break_glass": break_glass,
        }
        return await self._post(f"/v1/runs/{self.named(run)}/decisions", body, PlanView)

    async def withdraw(self, run: str, reason: str) -> PlanView:
        """Take a plan back that still waits; raises `Conflict`."""
        return await self._post(f"/v1/runs/{self.named(run)}/cancel", {"reason": reason}, PlanView)

    async def explain(self, subject: str) -> "Explanation":
        """Return why, of a run, a message or a correlation id; raises `NotFound`."""
        from bot.surfaces.desk import Explanation

        return await self._get(f"/v1/explanations/{self.named(subject)}", Explanation)

    async def log(self, asked: Mapping[str, Any], limit: int, cursor: str | None) -> Log:
        """Return entries of the log, newest first."""
        return await self._get("/v1/log", Log, {**asked, "limit": limit, "cursor": cursor})

    async def trace(self, subject: str) -> Trace:
        """Return what led to what, of a turn, a plan, a message or an entry; raises `NotFound`."""
        return await self._get(f"/v1/log/trace/{self.named(subject)}", Trace)

    async def receipt(self, entry: str) -> "Receipted":
        """Return an entry of the log with its receipt; raises `NotFound`."""
        from bot.surfaces.signed_log import Receipted

        name = self.named(entry)
        recorded = await self._get(f"/v1/log/{name}", Recorded)
        response = checked(await self._send("GET", f"/v1/log/{name}/receipt"))
        file = f"{recorded.receipt.index}.tlog-proof"
        return Receipted(recorded=recorded, file=file, proof=response.text)

    async def receipts(self, run: str) -> "Receipts":
        """Return the receipts of what came of a plan; raises `NotFound`."""
        from bot.surfaces.signed_log import Receipts

        return await self._get(f"/v1/runs/{self.named(run)}/receipts", Receipts)

    async def offer(self, run: str, verdict: Verdict, reason: str, *, break_glass: bool) -> Challenge:
        """Return exactly what to sign for this say; raises `ApprovalRefused`."""
        body = {"verdict": verdict.value, "reason": reason, "assurance": "key", "break_glass": break_glass}
        return await self._post(f"/v1/runs/{self.named(run)}/statements", body, Challenge)

    async def cast(self, run: str, envelope: bytes) -> PlanView:
        """Send a signed statement; raises `ApprovalRefused`."""
        return await self._post(f"/v1/runs/{self.named(run)}/approvals", {"envelope": envelope.decode()}, PlanView)

    async def credentials(self) -> Credentials:
        """Return one's keys and passkeys; an administrator is shown everybody's."""
        return await self._get("/v1/credentials", Credentials)

    async def enrol(self, public: str, signature: str, label: str) -> Credential:
        """Enrol a key, both in base64."""
        body = {"public": public, "signature": signature, "label": label}
        return await self._post("/v1/credentials", body, Credential)

    async def settle_credential(self, credential: str, what: str) -> Credential:
        """Agree to what was asked of a credential (`confirm`), or ask to end it (`revoke`)."""
        return await self._post(f"/v1/credentials/{self.named(credential)}/{what}", {}, Credential)

    async def reviews(self, *, waiting: bool) -> Reviews:
        """Return uses of break-glass."""
        return await self._get("/v1/reviews", Reviews, {"waiting": waiting})

    async def close_review(self, review: str, *, justified: bool, remark: str) -> Review:
        """Close a review of somebody else's use of break-glass."""
        body = {"justified": justified, "remark": remark}
        return await self._post(f"/v1/reviews/{self.named(review)}/close", body, Review)

    async def evidence(self, evidence: str) -> Evidence:
        """Return one fact that was cited; raises `NotFound`."""
        return await self._get(f"/v1/evidence/{self.named(evidence)}", Evidence)

    async def save(self, path: str, query: Mapping[str, Any], target: Path) -> Saved:
        """Save what is at a path to a file that its owner alone may read: as a whole, or not at all."""
        partial = target.with_name(f".{target.name}.partial")
        digest, size = hashlib.sha256(), 0
        try:
            async with self._http.stream("GET", path, params=dict(query)) as response:
                if not response.is_success:
                    await response.aread()
                checked(response)
                with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                    async for chunk in response.aiter_bytes():
                        file.write(chunk)
                        digest.update(chunk)
                        size += len(chunk)
            partial.replace(target)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise self._unreachable(error) from error
        except OSError as error:
            raise InvalidInput(f"expected to write {target}, found: {error.strerror}") from error
        finally:
            partial.unlink(missing_ok=True)
        return Saved(path=str(target), size=size, digest=digest.hexdigest())

    async def beside(self, entry: str) -> EntryBeside:
        """Return an entry and the state of what is beside it; raises `NotFound`."""
        return await self._get(f"/v1/log/{self.named(entry)}/beside", EntryBeside)

    async def erase(self, correlations: list[str], person: str | None) -> ErasureReport:
        """Erase turns or a person for good; raises `UnderHold`."""
        body = {"correlations": correlations, "person": person}
        return await self._post("/v1/erasures", body, ErasureReport)

    async def retain(self, *, dry_run: bool) -> ErasureReport:
        """Erase what is older than its kind is kept."""
        return await self._post("/v1/retention", {"dry_run": dry_run}, ErasureReport)

    async def holds(self) -> HoldList:
        """Return every legal hold."""
        return await self._get("/v1/holds", HoldList)

    async def place_hold(self, scope: str, value: str, reason: str) -> Hold:
        """Place a legal hold."""
        return await self._post("/v1/holds", {"scope": scope, "value": value, "reason": reason}, Hold)

    async def lift_hold(self, hold: str) -> Hold:
        """Lift a legal hold; raises `NotFound` or `Conflict`."""
        return await self._post(f"/v1/holds/{self.named(hold)}/lift", {}, Hold)

    async def switch(self) -> SwitchState:
        """Return whether actions are stopped."""
        return await self._get("/v1/switch", SwitchState)

    async def stop(self, reason: str, tenant: str | None) -> Stop:
        """Stop everything above observe; raises `PolicyDenied` or `Conflict`."""
        return await self._post("/v1/switch/stop", {"reason": reason, "tenant": tenant}, Stop)

    async def resume(self, reason: str, tenant: str | None) -> Stop:
        """Let actions go on, and return the stop that is over; raises `PolicyDenied` or `Conflict`."""
        return await self._post("/v1/switch/resume", {"reason": reason, "tenant": tenant}, Stop)

    async def quota(self) -> Usage:
        """Return what is spent of each limit."""
        return await self._get("/v1/quota", Usage)

    async def standing(self) -> StandingApprovals:
        """Return the standing approvals, the newest first."""
        return await self._get("/v1/standing", StandingApprovals)

    async def stand(self, asked: Mapping[str, Any]) -> StandingApproval:
        """Approve the same as a plan again, for a while; raises `ApprovalRefused` or `PolicyDenied`."""
        return await self._post("/v1/standing", asked, StandingApproval)

    async def revoke_standing(self, standing: str) -> StandingApproval:
        """End a standing approval; raises `PolicyDenied`, `NotFound` or `Conflict`."""
        return await self._post(f"/v1/standing/{self.named(standing)}/revoke", {}, StandingApproval)

    async def letters(self, status: str | None, died_of: str | None, limit: int) -> Letters:
        """Return what could not be finished, the newest first."""
        return await self._get("/v1/dead-letters", Letters, {"status": status, "died_of": died_of, "limit": limit})

    async def letter(self, letter: str) -> LetterShown:
        """Return a dead letter with where it came from; raises `NotFound`."""
        return await self._get(f"/v1/dead-letters/{self.named(letter)}", LetterShown)

    async def replay_letter(self, letter: str, begins: str, reason: str) -> Replayed:
        """Ask for what is left of a dead letter as a new plan; raises `Conflict` or why it is refused."""
        body = {"begins": begins, "reason": reason}
        return await self._post(f"/v1/dead-letters/{self.named(letter)}/replay", body, Replayed)

    async def drop_letter(self, letter: str, reason: str) -> DeadLetter:
        """Let go of a dead letter; raises `PolicyDenied` or `Conflict`."""
        return await self._post(f"/v1/dead-letters/{self.named(letter)}/drop", {"reason": reason}, DeadLetter)

    async def queue(self) -> QueueShown:
        """Return what waits, by class."""
        return await self._get("/v1/queue", QueueShown)

    async def place(self, run: str) -> PlaceShown:
        """Return where a plan stands in the queue; raises `NotFound`."""
        return await self._get(f"/v1/runs/{self.named(run)}/queue", PlaceShown)

    async def nodes(self) -> NodesShown:
        """Return which nodes there are, and who leads."""
        return await self._get("/v1/nodes", NodesShown)

    async def propose_policy(self, library: Mapping[str, Any]) -> PolicyProposal:
        """Propose policies with their golden decisions; raises `PolicyInvalid` or `PolicyDenied`."""
        return await self._post("/v1/policy/proposals", library, PolicyProposal)

    async def policy_proposal(self, proposal: str) -> PolicyProposal:
        """Return a proposal that is open; raises `NotFound`."""
        return await self._get(f"/v1/policy/proposals/{self.named(proposal)}", PolicyProposal)

    async def agree_to_policy(self, proposal: str, policy_hash: str) -> PromotedPolicy:
        """Put a proposal in force; raises `SelfApproval`, `NotFound` or `Conflict`."""
        path = f"/v1/policy/proposals/{self.named(proposal)}/agree"
        return await self._post(path, {"policy_hash": policy_hash}, PromotedPolicy)

    async def refuse_policy(self, proposal: str, reason: str) -> None:
        """Say no to a proposal; raises `NotFound` or `PolicyDenied`."""
        await self._post(f"/v1/policy/proposals/{self.named(proposal)}/refuse", {"reason": reason}, SettledPolicy)

    async def offer_policy(self, proposal: str) -> Challenge:
        """Return exactly what to sign to agree to a proposal; raises `ApprovalRefused` or `Conflict`."""
        path = f"/v1/policy/proposals/{self.named(proposal)}/statements"
        return await self._post(path, {"assurance": "key"}, Challenge)

    async def cast_policy(self, proposal: str, envelope: bytes) -> SettledPolicy:
        """Send a signed statement about a policy; raises `ApprovalRefused` or `Conflict`."""
        path = f"/v1/policy/proposals/{self.named(proposal)}/approvals"
        return await self._post(path, {"envelope": envelope.decode()}, SettledPolicy)

    async def policy_proposals(self) -> PolicyProposals:
        """Return the proposals that are open, the newest first."""
        return await self._get("/v1/policy/proposals", PolicyProposals)

    async def roll_policy_back(self, policy_hash: str, reason: str) -> PromotedPolicy:
        """Put an earlier policy in force again; raises `NotFound`, `Conflict` or `PolicyInvalid`."""
        body = {"policy_hash": policy_hash, "reason": reason}
        return await self._post("/v1/policy/rollback", body, PromotedPolicy)

    async def policy_history(self) -> PolicyHistory:
        """Return the policies that were in force, the newest first."""
        return await self._get("/v1/policy/history", PolicyHistory)

    async def runbook(self, name: str) -> "RunbookView":
        """Return one runbook; raises `NotFound`."""
        from bot.surfaces.procedures import RunbookView

        return await self._get(f"/v1/runbooks/{self.named(name)}", RunbookView)

    async def simulate_runbook(self, name: str, inputs: Mapping[str, Any]) -> "RunbookSimulation":
        """Return what running a runbook would mean; raises `NotFound`, `InvalidInput` or `RunbookOnlySuggests`."""
        from bot.surfaces.procedures import RunbookSimulation

        return await self._post(
            f"/v1/runbooks/{self.named(name)}/simulations", {"inputs": inputs}, RunbookSimulation
        )

    async def run_runbook(self, name: str, inputs: Mapping[str, Any]) -> Reply:
        """Submit a runbook's plan; raises `NotFound` or `InvalidInput`."""
        body = {"inputs": inputs, "id": self._ids.new("cli")}
        return await self._post(f"/v1/runbooks/{self.named(name)}/runs", body, Reply)

    async def ready(self) -> ReadyReport:
        """Return whether questions can be answered, part by part; not being ready is an answer too."""
        response = await self._send("GET", "/readyz")
        return read_as(response, ReadyReport)

    async def get(self, path: str, kind: type[M], query: Mapping[str, Any] = MappingProxyType({})) -> M:
        """Return what is at a path."""
        return await self._get(path, kind, query)

    async def post(self, path: str, body: Mapping[str, object], kind: type[M]) -> M:
        """Send a request to a path and return its answer."""
        return await self._post(path, body, kind)

    def named(self, id_: str) -> str:
        """Return an id as one segment of a path, whatever was typed."""
        return quote(id_, safe="")

    async def _get(self, path: str, kind: type[M], query: Mapping[str, Any] = MappingProxyType({})) -> M:
        given = {name: value for name, value in query.items() if value is not None}
        return read_as(checked(await self._send("GET", path, params=given)), kind)

    async def _post(self, path: str, body: Mapping[str, object], kind: type[M]) -> M:
        headers = {"Idempotency-Key": self._ids.new("cli")}
        return read_as(checked(await self._send("POST", path, json=body, headers=headers)), kind)

    async def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            return await self._http.request(method, path, **request)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> ConnectorUnreachable:
        return ConnectorUnreachable(
            f"expected Quarterdeck at {self._http.base_url}, found {type(error).__name__}",
            hint="Is it running? Start one with: quarterdeck serve",
        )
