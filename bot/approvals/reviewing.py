"""Looking at uses of break-glass afterwards: by somebody who may approve, and never by whoever used it."""

from bot.audit.access import audits, reader
from memory.clock import Clock
from memory.errors import BreakGlassRefused, InvalidInput, PolicyDenied, QuarterdeckError
from memory.ids import Ids
from memory.model.approval import Review
from memory.model.bodies import Denied, Reviewed
from memory.model.people import Principal, PrincipalKind, Role
from memory.model.record import Attachment, Record
from memory.store import Store

REVIEWERS = frozenset({Role.APPROVER, Role.ADMIN, Role.AUDITOR})


class Reviewing:
    """The queue of reviews. A review is closed once, and the ledger tells by whom."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def queue(self, principal: Principal, *, waiting: bool) -> tuple[Review, ...]:
        """Return the reviews that wait, or all, to those who may review or audit; to others their own uses."""
        found = await self._store.reviews.of(reader(principal), waiting=waiting)
        may = audits(principal) or bool(REVIEWERS & set(principal.roles))
        return found if may else tuple(each for each in found if each.used_by == principal.id)

    async def close(self, principal: Principal, review: str, *, justified: bool, remark: str) -> Review:
        """Close a review, once; raises `NotFound`, `PolicyDenied`, `BreakGlassRefused` or `Conflict`."""
        found = await self._store.reviews.get(reader(principal), review)
        try:
            _require_reviewer(found, principal)
        except (PolicyDenied, BreakGlassRefused) as error:
            await self._refuse(found, principal, error)
            raise
        if not remark.strip():
            raise InvalidInput(
                "expected a word on what was found, found none", hint="Say why it was right, or not."
            )
        run = await self._store.runs.get(found.tenant, found.run)
        now = self._clock.now()
        closed = found.model_copy(
            update={"closed_at": now, "closed_by": principal.id, "justified": justified, "remark": remark}
        )
        async with self._store.transaction() as unit:
            await unit.reviews.close(closed)
            body = Reviewed(review=review, run=closed.run, justified=justified)
            kept = Attachment(field="remark", kind="reason", content=remark.encode())
            await unit.ledger.append(self._record(principal, run.correlation, body, kept))
        return closed

    async def _refuse(self, review: Review, by: Principal, error: QuarterdeckError) -> None:
        body = Denied(denial=self._ids.new("denial"), code=error.code, run=review.run)
        run = await self._store.runs.get(review.tenant, review.run)
        await self._store.ledger.append(self._record(by, run.correlation, body))
        error.recorded = True

    def _record(
        self, by: Principal, correlation: str, body: Reviewed | Denied, *attachments: Attachment
    ) -> Record:
        return Record(
            tenant=by.tenant,
            at=self._clock.now(),
            actor=by.id,
            correlation=correlation,
            body=body,
            attachments=attachments,
        )


def _require_reviewer(review: Review, by: Principal) -> None:
    if by.kind is not PrincipalKind.PERSON or not REVIEWERS & set(by.roles):
        raise PolicyDenied(f"expected somebody who may approve or audit, found {by.id}, who may not")
    if by.id == review.used_by:
        raise BreakGlassRefused(f"expected somebody other than {by.id}, who used break-glass, to review it")
