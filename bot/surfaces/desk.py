"""What every surface speaks to: a desk that answers and decides, and a doorkeeper who says who is there.

Surfaces code against these protocols and never against each other. Everything a desk is asked carries the person
who asks; it answers only what that person's tenant and roles allow, and raises a `QuarterdeckError` otherwise.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from pydantic import Field

from bot.trace import Trace
from memory.errors import QuarterdeckError
from memory.model.approval import Verdict
from memory.model.bodies import EntryKind, Ruling
from memory.model.evidence import Evidence
from memory.model.intent import Alternative, Intent
from memory.model.people import Principal, Surface
from memory.model.record import Event, Gap, Recorded
from memory.model.run import Run, RunStatus
from memory.model.talk import Card, Chart, Exchange, Message, Reply, Thread
from memory.model.value import Identifier, Moment, Value
from memory.page import Page


class Scope(StrEnum):
    """What a key or a session may be used for. It narrows the person's roles and never widens them."""

    OBSERVE = "observe"  # look at plans, evidence, the log
    PROPOSE = "propose"  # ask: words may become a plan
    APPROVE = "approve"  # decide on plans
    ADMIN = "admin"  # all of these


class Steer(StrEnum):
    """What a person does to a run that is under way."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


EVERY_SCOPE = frozenset(Scope)


def allows(scopes: frozenset[str], needed: Scope) -> bool:
    """Return whether these scopes cover the one that is needed."""
    return needed in scopes or Scope.ADMIN in scopes


class ModelUse(Value):
    """One call of a language model in a turn, as the log tells of it at `index`.

    `prompt` and `output` are as they were kept, secrets and personal data hidden; None where they were erased, or
    are somebody else's conversation and the reader is no auditor. `cost` None: not known.
    """

    index: int
    number: int
    purpose: str
    model: str
    version: str = ""
    provider: str = ""
    template: str = ""  # which of our prompts, and its version
    template_digest: str = ""
    prompt: str | None = None
    output: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: Decimal | None = None
    currency: str = "USD"
    cached: bool = False
    arm: str = ""
    code: str = ""


class Explanation(Value):
    """Why an answer or a decision is what it is. `subject` is what was asked about: a run, message or correlation.

    `decision` is `allow`, `needs_approval`, `deny`, or empty where nothing was to be decided. `models` are the
    language models that were asked, `recalled` is how many things were remembered.
    """

    subject: Identifier
    question: str
    understanding: Intent | None = None
    decision: str = ""
    reason: str = ""
    policies: tuple[str, ...] = ()
    policy_hash: str = ""
    considered: tuple[Alternative, ...] = ()
    not_done: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    entries: tuple[Recorded, ...] = ()
    models: tuple[ModelUse, ...] = ()
    recalled: int = 0


class LogQuery(Value):
    """Which entries of the log are asked for; what is not said asks for any. `principal` is a person's id.

    `since` and `until`, which is excluded, are about when an entry was logged.
    """

    kinds: tuple[EntryKind, ...] = ()
    principal: Identifier | None = None
    tool: Identifier | None = None
    decision: Ruling | None = None
    since: Moment | None = None
    until: Moment | None = None
    correlation: Identifier | None = None
    incident: Identifier | None = None


class LogPage(Value):
    """Some entries of the log. `people` tells who stands behind the pseudonyms that the reader may know."""

    items: tuple[Recorded, ...]
    next_cursor: str | None = None
    people: dict[str, str] = Field(default_factory=dict)


class Part(Value):
    """One part of the house: whether it works and, where it does not, what is wrong.

    A part that is not `vital` may be down while questions are still answered, with a word about what is missing.
    """

    name: str
    ok: bool
    detail: str = ""
    vital: bool = True


class Readiness(Value):
    """Whether questions can be answered now, part by part."""

    parts: tuple[Part, ...]

    def ready(self) -> bool:
        """Return whether every vital part works. No part at all is not ready."""
        return bool(self.parts) and all(part.ok for part in self.parts if part.vital)


class Desk(Protocol):
    """Answers people. Pages are newest first, except a transcript's, which read downwards."""

    async def say(self, message: Message, principal: Principal) -> Reply:
        """Take one turn. A message whose id was seen before gets the reply it got before."""

    async def stop(self, principal: Principal, thread: str) -> None:
        """Stop what this person asked in a thread and still waits for, wherever it is answered.

        Its reply comes at once and holds what stood by then. Nothing is proposed of it.
        """

    async def decide(
        self,
        principal: Principal,
        run: str,
        plan_digest: str,
        verdict: Verdict,
        reason: str,
        surface: Surface,
        *,
        event: bytes = b"",
        break_glass: bool = False,
    ) -> Run:
        """Record a person's click, a yes or no to exactly this plan; raises `ApprovalRefused` or `NotFound`.

        `event` is what the surface saw and verified, without what is secret. With `break_glass` the yes stands for
        all who are missing.
        """

    async def cancel(self, principal: Principal, run: str, reason: str) -> Run:
        """Withdraw a plan that still waits; raises `Conflict` when it no longer does."""

    async def steer(self, principal: Principal, run: str, how: Steer, reason: str, *, leave: bool = False) -> Run:
        """Pause, resume or cancel a run that is under way, at its next safe point.

        With `leave` a cancelled run keeps what it did. Raises `NotFound`, `PolicyDenied` or `Conflict`.
        """

    async def run(self, principal: Principal, run: str) -> Run:
        """Return a plan as it stands; raises `NotFound`."""

    async def runs(
        self, principal: Principal, statuses: tuple[RunStatus, ...], cursor: str | None, limit: int
    ) -> Page[Run]:
        """Return the plans that stand so, all of them where no status is given."""

    def card(self, run: Run, viewer: Principal) -> Card:
        """Return the plan as this person sees it, with the buttons they may press."""

    async def explain(self, principal: Principal, subject: str) -> Explanation:
        """Say why, of a run, a message or a correlation id; raises `NotFound`."""

    async def trace(self, principal: Principal, subject: str) -> Trace:
        """Return what led to what, of a turn, a plan, a message or an entry; raises `NotFound`."""

    async def threads(self, principal: Principal, cursor: str | None, limit: int) -> Page[Thread]:
        """Return the conversations this person took part in."""

    async def transcript(
        self, principal: Principal, thread: str, cursor: str | None, limit: int
    ) -> Page[Exchange]:
        """Return the last exchanges of a thread, the latest at the end; the cursor leads to earlier ones."""

    async def evidence(self, principal: Principal, evidence_id: str) -> Evidence:
        """Return one fact that was cited; raises `NotFound`."""

    async def chart(self, principal: Principal, chart_id: str) -> Chart:
        """Return one chart of a reply; raises `NotFound`."""

    async def log(self, principal: Principal, asked: LogQuery, cursor: str | None, limit: int) -> LogPage:
        """Return entries of the log."""

    def events(
        self, principal: Principal, thread: str | None
    ) -> AbstractAsyncContextManager[AsyncIterator[Event | Gap]]:
        """Listen to what happens in one thread, or in all of them. What happened before is not told."""

    def permitted(self, principal: Principal) -> frozenset[str]:
        """Return the names of the tools this person may use for something, once enough people agree."""

    async def ready(self) -> Readiness:
        """Say of each part whether it works."""


class Doorkeeper(Protocol):
    """Says who is there. Whatever is unknown, ended or malformed is `AuthenticationFailed`."""

    async def by_api_key(self, secret: str) -> tuple[Principal, frozenset[str]]:
        """Return whose key this is and its scopes."""

    async def person(self, tenant: str, principal: str) -> Principal:
        """Return the person as they are now, so that a role that was taken away is gone at once."""

    async def signed_in(self, principal: Principal, how: str) -> None:
        """Record that this person signed in to the console, by `key`, by `link` or by `oidc`."""

    async def refused(self, error: QuarterdeckError, person: Principal | None = None) -> None:
        """Record that somebody was turned away, by name where they are known. An error is recorded once."""
