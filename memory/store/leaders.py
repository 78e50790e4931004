"""Who leads in what: one node at a time, for a time, under a token that grows with every new leader.

A leader may be frozen and not know that its time is over. So what it writes names its term, inside the same
transaction, and is refused where another leads by then.
"""

from sqlalchemy import case, or_, select, update

from memory.errors import LeadershipLost
from memory.model.node import Term
from memory.store.database_clock import now_ms
from memory.store.engines import insert
from memory.store.tables import leaders
from memory.store.work import Work


class Leaders:
    """Every tenant's leaders."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def lead(self, tenant: str, office: str, holder: str, lasts_s: float) -> Term | None:
        """Lead from now for so long, or go on leading; None where somebody else does."""
        async with self._work.writing() as connection:
            now = now_ms(connection)
            until = now + int(lasts_s * 1000)
            row = {"tenant": tenant, "office": office, "holder": holder, "token": 1, "until_ms": until}
            statement = insert(connection, leaders).values(**row)
            same = (leaders.c.holder == holder) & (leaders.c.until_ms >= now)
            led = await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["tenant", "office"],
                    set_={
                        "holder": holder,
                        "token": case((same, leaders.c.token), else_=leaders.c.token + 1),
                        "until_ms": until,
                    },
                    where=or_(leaders.c.holder == holder, leaders.c.until_ms < now),
                ).returning(leaders.c.token)
            )
            token = led.scalar_one_or_none()
        return None if token is None else Term(tenant=tenant, office=office, holder=holder, token=token)

    async def require(self, term: Term) -> None:
        """Go on only while this term lasts, and let nobody else begin one before the transaction ends.

        Raises `LeadershipLost`: what a leader does not know is that it is none any more.
        """
        async with self._work.writing() as connection:
            standing = (
                select(leaders.c.token, leaders.c.until_ms >= now_ms(connection))
                .where(leaders.c.tenant == term.tenant, leaders.c.office == term.office)
                .with_for_update()
            )
            token, lasts = (await connection.execute(standing)).one_or_none() or (None, False)
            if token != term.token or not lasts:
                raise LeadershipLost(
                    f"expected to lead in {term.office} as number {term.token}, found {token or 'none'}"
                )

    async def resign(self, term: Term) -> None:
        """End a term now, so that nobody has to wait for its end."""
        async with self._work.writing() as connection:
            await connection.execute(
                update(leaders)
                .where(leaders.c.tenant == term.tenant, leaders.c.office == term.office)
                .where(leaders.c.token == term.token)
                .values(until_ms=0)
            )

    async def present(self, tenant: str) -> tuple[Term, ...]:
        """Return the terms that last, by what is led."""
        async with self._work.reading() as connection:
            query = select(leaders).where(leaders.c.tenant == tenant, leaders.c.until_ms >= now_ms(connection))
            found = await connection.execute(query.order_by(leaders.c.office))
            return tuple(
                Term(tenant=row.tenant, office=row.office, holder=row.holder, token=row.token) for row in found
            )
