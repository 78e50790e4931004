"""Policies that were promoted, in order: the newest is in force on every node. None is ever changed or removed."""

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.errors import Conflict, NotFound
from memory.model.policies import PolicyProposal, PromotedPolicy
from memory.store.belonging import belonging
from memory.store.engines import lock_ledger
from memory.store.tables import policies, policy_proposals
from memory.store.work import Work


class Policies:
    """Every tenant's promoted policies, and what was proposed."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def alone(self, tenant: str) -> None:
        """Keep others from promoting in this tenant until the transaction ends."""
        async with self._work.writing() as connection:
            await lock_ledger(connection, tenant)

    async def number(self, tenant: str) -> int:
        """Return the number of the policy in force, 0 where none was: cheap enough to ask each second."""
        async with self._work.reading() as connection:
            return await _number(connection, tenant)

    async def newest(self, tenant: str) -> PromotedPolicy | None:
        """Return the policy that was promoted last, None where none was."""
        found = await self.history(tenant, most=1)
        return found[0] if found else None

    async def history(self, tenant: str, *, most: int = 50) -> tuple[PromotedPolicy, ...]:
        """Return the policies that were in force, the newest first."""
        query = select(policies.c.document).where(policies.c.tenant == tenant)
        query = query.order_by(policies.c.number.desc()).limit(most)
        async with self._work.reading() as connection:
            documents = (await connection.execute(query)).scalars().all()
        found = tuple(PromotedPolicy.model_validate_json(document) for document in documents)
        belonging(tenant, *(each.tenant for each in found))
        return found

    async def find(self, tenant: str, policy_hash: str) -> PromotedPolicy:
        """Return the newest promotion of the policy whose hash begins so; raises `NotFound` or `Conflict`."""
        begins = policies.c.policy_hash.startswith(policy_hash, autoescape=True)
        query = select(policies.c.document).where(policies.c.tenant == tenant, begins)
        async with self._work.reading() as connection:
            documents = (await connection.execute(query.order_by(policies.c.number.desc()))).scalars().all()
        found = [PromotedPolicy.model_validate_json(document) for document in documents]
        belonging(tenant, *(each.tenant for each in found))
        if not found:
            raise NotFound(f"expected the hash of a policy that was in force, found {policy_hash[:12]!r}")
        if len({each.policy_hash for each in found}) > 1:
            raise Conflict(f"expected the beginning of one policy's hash, found that of several: {policy_hash}")
        return found[0]

    async def promote(self, policy: PromotedPolicy) -> None:
        """Put a policy in force; raises `Conflict` when another was promoted meanwhile."""
        row = {
            "tenant": policy.tenant,
            "number": policy.number,
            "policy_hash": policy.policy_hash,
            "document": policy.model_dump_json(),
        }
        async with self._work.writing() as connection:
            await lock_ledger(connection, policy.tenant)
            newest = await _number(connection, policy.tenant)
            if policy.number != newest + 1:
                raise Conflict(f"expected to follow policy {newest}, found number {policy.number}")
            await connection.execute(insert(policies).values(**row))

    async def propose(self, proposal: PolicyProposal) -> None:
        """Keep a new proposal."""
        row = {"tenant": proposal.tenant, "id": proposal.id, "document": proposal.model_dump_json()}
        async with self._work.writing() as connection:
            await connection.execute(insert(policy_proposals).values(**row, open=1))

    async def proposal(self, tenant: str, proposal_id: str) -> PolicyProposal:
        """Return a proposal nobody has decided on; raises `NotFound`."""
        query = select(policy_proposals.c.document).where(*_open(tenant, proposal_id))
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        if document is None:
            raise NotFound(f"expected the id of a proposal that is open, found {proposal_id!r}")
        proposal = PolicyProposal.model_validate_json(document)
        belonging(tenant, proposal.tenant)
        return proposal

    async def proposals(self, tenant: str) -> tuple[PolicyProposal, ...]:
        """Return the proposals nobody has decided on, the newest first."""
        query = select(policy_proposals.c.document).where(
            policy_proposals.c.tenant == tenant, policy_proposals.c.open == 1
        )
        async with self._work.reading() as connection:
            documents = (await connection.execute(query)).scalars().all()
        found = [PolicyProposal.model_validate_json(document) for document in documents]
        belonging(tenant, *(each.tenant for each in found))
        return tuple(sorted(found, key=lambda each: each.at, reverse=True))

    async def settle(self, tenant: str, proposal_id: str) -> None:
        """Close a proposal, once; raises `Conflict` when it is closed."""
        closing = update(policy_proposals).where(*_open(tenant, proposal_id)).values(open=0)
        async with self._work.writing() as connection:
            if not (await connection.execute(closing)).rowcount:
                raise Conflict(f"expected a proposal that is open, found {proposal_id} closed")


async def _number(connection: AsyncConnection, tenant: str) -> int:
    query = select(func.max(policies.c.number)).where(policies.c.tenant == tenant)
    return (await connection.execute(query)).scalar_one() or 0


def _open(tenant: str, proposal_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        policy_proposals.c.tenant == tenant,
        policy_proposals.c.id == proposal_id,
        policy_proposals.c.open == 1,
    )
