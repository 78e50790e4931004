"""Routes for approvals that people sign themselves, the credentials they sign with, and reviews of break-glass."""

from base64 import b64decode
from binascii import Error as NotBase64
from enum import Enum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from bot.surfaces.approving import ApprovalDesk, Say
from bot.surfaces.desk import Desk
from bot.surfaces.rest.keyed import Approver, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Form, RunView
from memory.errors import InvalidInput
from memory.model.approval import Assurance, Challenge, Review, Verdict
from memory.model.credential import Credential
from memory.model.people import Surface
from memory.model.value import Identifier, Value

Base64 = Annotated[str, Field(max_length=400, description="base64 (RFC 4648, with padding)")]
Waiting = Annotated[bool, Query(description="Only those that nobody has closed")]


class Wish(Form):
    """What you are about to sign."""

    verdict: Verdict = Verdict.APPROVE
    reason: str = Field(default="", max_length=1000)
    assurance: Assurance = Field(default=Assurance.KEY, description="`key` or `passkey`")
    break_glass: bool = Field(default=False, description="Go ahead without the approvals that are missing")


class Signed(Form):
    """A DSSE envelope as text, around exactly the statement that was given."""

    envelope: str = Field(max_length=32_768)


class NewKey(Form):
    """An Ed25519 key, and a signature with it over your enrolment that shows it is yours."""

    public: Base64
    signature: Base64
    label: str = Field(default="", max_length=100, examples=["laptop"])


class Finding(Form):
    """What a review found."""

    justified: bool
    remark: str = Field(min_length=1, max_length=1000)


class Credentials(Value):
    """Keys and passkeys, those that were revoked too; and who asks, as an enrolment of theirs names them."""

    items: tuple[Credential, ...]
    tenant: Identifier
    holder: Identifier


class Reviews(Value):
    """Uses of break-glass, the oldest first."""

    items: tuple[Review, ...]


class Approving:
    """Brings signed approvals, credentials and reviews to where they are kept."""

    def __init__(self, approvals: ApprovalDesk, desk: Desk) -> None:
        self._approvals = approvals
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        kept = described(400, 404, 409, 413)
        plans: list[str | Enum] = ["plans"]
        router.post("/runs/{run}/statements", tags=plans, summary="What to sign", responses=kept)(self.offer)
        router.post("/runs/{run}/approvals", tags=plans, summary="Approve, signed", responses=kept)(self.cast)
        tags: list[str | Enum] = ["approvals"]
        for path, summary, route in (
            ("/credentials", "Enrol a key", self.enrol),
            ("/credentials/{credential}/confirm", "Agree to what was asked of it", self.confirm),
            ("/credentials/{credential}/revoke", "End it", self.revoke),
            ("/reviews/{review}/close", "Close a review", self.close),
        ):
            router.post(path, summary=summary, responses=kept, tags=tags)(route)
        router.get("/credentials", summary="Keys and passkeys", responses=described(), tags=tags)(self.credentials)
        router.get("/reviews", summary="Uses of break-glass", responses=described(), tags=tags)(self.reviews)

    async def offer(
        self, run: Identifier, wish: Wish, approver: Approver, _key: IdempotencyKey = None
    ) -> Challenge:
        """Return exactly what to sign: an in-toto statement. Sign its DSSE encoding as it is, within minutes."""
        say = Say(surface=Surface.REST, **wish.model_dump())
        return await self._approvals.offer(approver, run, say)

    async def cast(
        self, run: Identifier, signed: Signed, approver: Approver, _key: IdempotencyKey = None
    ) -> RunView:
        """Take a signed statement. It counts once, for the plan that it names, under the policy that it names."""
        decided = await self._approvals.cast(approver, run, signed.envelope.encode())
        return RunView(run=decided, card=self._desk.card(decided, approver))

    async def credentials(self, observer: Observer) -> Credentials:
        """Return your keys and passkeys; an administrator or auditor is shown everybody's."""
        found = await self._approvals.credentials(observer)
        return Credentials(items=found, tenant=observer.tenant, holder=observer.id)

    async def enrol(self, given: NewKey, approver: Approver, _key: IdempotencyKey = None) -> Credential:
        """Enrol a key of yours. It counts once an administrator other than you has agreed."""
        public, signature = _bytes(given.public), _bytes(given.signature)
        return await self._approvals.enrol_key(approver, public, signature, given.label)

    async def confirm(self, credential: Identifier, approver: Approver, _key: IdempotencyKey = None) -> Credential:
        """Agree, as the second person, that a credential counts, or that it ends."""
        return await self._approvals.confirm(approver, credential)

    async def revoke(self, credential: Identifier, approver: Approver, _key: IdempotencyKey = None) -> Credential:
        """End a credential. It counts no more from now on; a second person agrees to that for good."""
        return await self._approvals.revoke(approver, credential)

    async def reviews(self, observer: Observer, *, waiting: Waiting = True) -> Reviews:
        """Return the uses of break-glass that somebody else has to look at."""
        return Reviews(items=await self._approvals.reviews(observer, waiting=waiting))

    async def close(
        self, review: Identifier, finding: Finding, approver: Approver, _key: IdempotencyKey = None
    ) -> Review:
        """Close a review of somebody else's use of break-glass."""
        return await self._approvals.close_review(
            approver, review, justified=finding.justified, remark=finding.remark
        )


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        raise InvalidInput("expected base64, found something else") from None
