"""Routes by which a policy comes into force: proposed by one administrator, agreed to by another."""

from enum import Enum

from fastapi import APIRouter
from pydantic import Field

from bot.surfaces.approving import Say
from bot.surfaces.policies import PolicyDesk
from bot.surfaces.rest.keyed import Administrator, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Form
from memory.model.approval import Assurance, Challenge, Verdict
from memory.model.people import Surface
from memory.model.policies import PolicyProposal, PromotedPolicy
from memory.model.value import Digest, Identifier, Value
from tools.policy.source import Library, Source


class ProposeRequest(Form):
    """Policies with the golden decisions they must give, and why they are to change."""

    policies: tuple[Source, ...] = Field(min_length=1)
    decisions: tuple[Source, ...] = ()
    reason: str = Field(min_length=1, max_length=2000)


class AgreeRequest(Form):
    """The policy that is agreed to, by its whole hash."""

    policy_hash: Digest


class RefuseRequest(Form):
    """Why not."""

    reason: str = Field(min_length=1, max_length=1000)


class SayRequest(Form):
    """What you are about to sign."""

    verdict: Verdict = Verdict.APPROVE
    reason: str = Field(default="", max_length=1000)
    assurance: Assurance = Field(default=Assurance.KEY, description="`key` or `passkey`")


class SignedSay(Form):
    """A DSSE envelope as text, around exactly the statement that was given."""

    envelope: str = Field(max_length=32_768)


class Settled(Value):
    """What came of a say to a proposal: the policy that is in force now, or nothing where it was a no."""

    promoted: PromotedPolicy | None = None


class PolicyProposals(Value):
    """The proposals that are open, the newest first."""

    items: tuple[PolicyProposal, ...]


class RollbackRequest(Form):
    """An earlier policy, by its hash or the beginning of it, and why."""

    policy_hash: str = Field(min_length=8, max_length=64, pattern="^[0-9a-f]+$")
    reason: str = Field(min_length=1, max_length=2000)


class PolicyHistory(Value):
    """The policies that were in force, the newest first."""

    items: tuple[PromotedPolicy, ...]


class Promoting:
    """Brings requests to the policy desk."""

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        told = described(400, 404, 409)
        tags: list[str | Enum] = ["controls"]
        router.get("/policy/history", tags=tags, summary="Policies in force", responses=told)(self.history)
        router.post("/policy/proposals", tags=tags, summary="Propose a policy", responses=told)(self.propose)
        router.get("/policy/proposals/{proposal}", tags=tags, summary="A proposal", responses=told)(self.show)
        router.post("/policy/proposals/{proposal}/agree", tags=tags, summary="Agree", responses=told)(self.agree)
        router.get("/policy/proposals", tags=tags, summary="Open proposals", responses=told)(self.open)
        said = described(400, 404, 409, 413)
        for path, summary, route in (
            ("refuse", "Say no", self.refuse),
            ("statements", "What to sign of a policy", self.offer),
            ("approvals", "Agree, signed", self.cast),
        ):
            address = f"/policy/proposals/{{proposal}}/{path}"
            router.post(address, tags=tags, summary=summary, responses=said)(route)
        router.post("/policy/rollback", tags=tags, summary="Back to an earlier one", responses=told)(self.rollback)

    async def history(self, observer: Observer) -> PolicyHistory:
        """Return the policies that were in force, the newest first. For auditors and administrators."""
        return PolicyHistory(items=await self._desk.history(observer))

    async def propose(
        self, request: ProposeRequest, admin: Administrator, _key: IdempotencyKey = None
    ) -> PolicyProposal:
        """Check a policy and decide past requests again under it. It is not in force before another one agrees."""
        library = Library(policies=request.policies, decisions=request.decisions)
        return await self._desk.propose(admin, library, request.reason)

    async def show(self, proposal: Identifier, observer: Observer) -> PolicyProposal:
        """Return a proposal that is open, with what it would change. For auditors and administrators."""
        return await self._desk.proposal(observer, proposal)

    async def agree(
        self, proposal: Identifier, request: AgreeRequest, admin: Administrator, _key: IdempotencyKey = None
    ) -> PromotedPolicy:
        """Put a proposal in force on every node, as another administrator than the one who proposed it."""
        return await self._desk.agree(admin, proposal, request.policy_hash)

    async def open(self, observer: Observer) -> PolicyProposals:
        """Return the proposals nobody has decided on. For auditors and administrators."""
        return PolicyProposals(items=await self._desk.proposals(observer))

    async def refuse(
        self, proposal: Identifier, request: RefuseRequest, admin: Administrator, _key: IdempotencyKey = None
    ) -> Settled:
        """Say no to a proposal, which closes it; whoever proposed it takes it back so."""
        await self._desk.refuse(admin, proposal, request.reason)
        return Settled()

    async def offer(
        self, proposal: Identifier, wish: SayRequest, admin: Administrator, _key: IdempotencyKey = None
    ) -> Challenge:
        """Return exactly what to sign: an in-toto statement about the policy and the one that it replaces."""
        return await self._desk.offer(admin, proposal, Say(surface=Surface.REST, **wish.model_dump()))

    async def cast(
        self, proposal: Identifier, signed: SignedSay, admin: Administrator, _key: IdempotencyKey = None
    ) -> Settled:
        """Take a signed statement. It counts once, for the policy that it names, against the one that it names."""
        return Settled(promoted=await self._desk.cast(admin, proposal, signed.envelope.encode()))

    async def rollback(
        self, request: RollbackRequest, admin: Administrator, _key: IdempotencyKey = None
    ) -> PromotedPolicy:
        """Put an earlier policy in force again, on every node."""
        return await self._desk.rollback(admin, request.policy_hash, request.reason)
