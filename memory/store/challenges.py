"""What people were shown to sign. Each is answered at most once, whoever answers at the same moment."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update

from memory.errors import ApprovalExpired, Conflict, GrantRefused, StatementInvalid, StatementSpent
from memory.model.approval import Challenge
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.tables import challenges
from memory.store.work import Work

_UNKNOWN = "expected a statement that was shown here, found one that never was"


class Challenges:
    """Every tenant's challenges. One that is unknown, late or spent is a no."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def offer(self, challenge: Challenge) -> None:
        """Keep what was shown; raises `Conflict` when its nonce was used before."""
        row = {
            "tenant": challenge.tenant,
            "nonce": challenge.nonce,
            "subject": challenge.subject,
            "expires_at": challenge.expires_at,
            "document": challenge.model_dump_json(),
        }
        async with self._work.writing() as connection:
            added = await connection.execute(insert(connection, challenges).values(**row).on_conflict_do_nothing())
            if not added.rowcount:
                raise Conflict(f"expected a fresh nonce, found {challenge.nonce} used before")

    async def get(self, tenant: str, nonce: str) -> Challenge:
        """Return what was shown under this nonce; raises `StatementInvalid` or `StatementSpent`."""
        query = select(challenges).where(challenges.c.tenant == tenant, challenges.c.nonce == nonce)
        async with self._work.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise StatementInvalid(_UNKNOWN)
        if row.spent_at is not None:
            raise _spent(nonce, row.spent_at)
        challenge = Challenge.model_validate_json(row.document)
        belonging(tenant, challenge.tenant)
        return challenge

    async def spend(self, challenge: Challenge, now: datetime) -> None:
        """Use a challenge up, once and in time.

        Raises `StatementSpent`, `ApprovalExpired` or `StatementInvalid`; it is then as it was.
        """
        this = (challenges.c.tenant == challenge.tenant, challenges.c.nonce == challenge.nonce)
        open_ = (challenges.c.spent_at.is_(None), challenges.c.expires_at > now)
        async with self._work.writing() as connection:
            if (await connection.execute(update(challenges).where(*this, *open_).values(spent_at=now))).rowcount:
                return
            row = (await connection.execute(select(challenges.c.spent_at).where(*this))).one_or_none()
        if row is None:
            raise StatementInvalid(_UNKNOWN)
        if row.spent_at is not None:
            raise _spent(challenge.nonce, row.spent_at)
        raise ApprovalExpired(f"expected an answer before {challenge.expires_at:%H:%M:%S UTC}, found it too late")

    async def consume(self, tenant: str, run: str, nonces: Collection[str], grant: str) -> None:
        """Bind the approvals of these nonces to what a grant of this run is minted for.

        Raises `GrantRefused` unless each was given to exactly this run and is bound to no other.
        """
        if not nonces:
            return
        bind = (
            update(challenges)
            .where(challenges.c.tenant == tenant, challenges.c.nonce.in_(nonces), challenges.c.subject == run)
            .where(challenges.c.spent_at.is_not(None))
            .where(or_(challenges.c.used_by.is_(None), challenges.c.used_for == run))
            .values(used_by=func.coalesce(challenges.c.used_by, grant), used_for=run)
        )
        async with self._work.writing() as connection:
            bound = (await connection.execute(bind)).rowcount
            if bound != len(set(nonces)):
                raise GrantRefused(
                    f"expected {len(set(nonces))} approvals given to run {run} alone, found {bound}"
                )

    async def prune(self, before: datetime) -> int:
        """Remove what nobody answered in time, of every tenant; return how much. What was spent is kept."""
        late = delete(challenges).where(challenges.c.expires_at < before, challenges.c.spent_at.is_(None))
        async with self._work.writing() as connection:
            return (await connection.execute(late)).rowcount


def _spent(nonce: str, at: datetime) -> StatementSpent:
    return StatementSpent(f"expected an unspent statement, found {nonce} spent at {at:%Y-%m-%d %H:%M:%S} UTC")
