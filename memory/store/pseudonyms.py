"""The names under which people stand in the log. Which person it is, a salted row beside the log tells.

Once that row is gone nobody can tell any more, and the log is as valid as before.
"""

import hashlib
from collections.abc import Collection

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.model.record import SYSTEM
from memory.store.engines import insert
from memory.store.salts import Salts
from memory.store.tables import pseudonyms
from memory.store.work import Work

_KNOWN = select(pseudonyms.c.principal, pseudonyms.c.pseudonym).where(
    pseudonyms.c.tenant == bindparam("of"), pseudonyms.c.principal.in_(bindparam("people", expanding=True))
)


def pseudonym(principal: str, salt: bytes) -> str:
    """Return the name a person has in the log: `p_` and 40 hexadecimal digits of SHA-256(salt ‖ principal)."""
    return f"p_{hashlib.sha256(salt + principal.encode()).hexdigest()[:40]}"


async def pseudonyms_for(
    connection: AsyncConnection, tenant: str, principals: Collection[str], salts: Salts
) -> dict[str, str]:
    """Return the pseudonym of each principal, given to those who had none. Quarterdeck itself needs none."""
    people = set(principals) - {SYSTEM}
    known = await _known(connection, tenant, people) if people else {}
    missing = sorted(people - known.keys())
    if missing:
        rows = []
        for principal in missing:
            salt = salts()
            rows.append(
                {"tenant": tenant, "principal": principal, "salt": salt, "pseudonym": pseudonym(principal, salt)}
            )
        await connection.execute(insert(connection, pseudonyms).values(rows).on_conflict_do_nothing())
        known = await _known(connection, tenant, people)
    return known | {SYSTEM: SYSTEM}


async def _known(connection: AsyncConnection, tenant: str, people: Collection[str]) -> dict[str, str]:
    found = await connection.execute(_KNOWN, {"of": tenant, "people": list(people)})
    return {row.principal: row.pseudonym for row in found}


class Pseudonyms:
    """Every tenant's people, as the log names them."""

    def __init__(self, work: Work, salts: Salts) -> None:
        self._work = work
        self._salts = salts

    async def of(self, tenant: str, principal: str) -> str:
        """Return the person's pseudonym, given now to somebody who had none."""
        async with self._work.writing() as connection:
            return (await pseudonyms_for(connection, tenant, {principal}, self._salts))[principal]

    async def find(self, tenant: str, principal: str) -> str | None:
        """Return the person's pseudonym, None where the log does not know them."""
        if principal == SYSTEM:
            return SYSTEM
        async with self._work.reading() as connection:
            return (await _known(connection, tenant, {principal})).get(principal)

    async def people(self, tenant: str, names: Collection[str]) -> dict[str, str]:
        """Return who stands behind these pseudonyms; those who were erased are left out."""
        query = select(pseudonyms.c.pseudonym, pseudonyms.c.principal).where(
            pseudonyms.c.tenant == tenant, pseudonyms.c.pseudonym.in_(names)
        )
        async with self._work.reading() as connection:
            return {row.pseudonym: row.principal for row in await connection.execute(query)}

    async def opening(self, tenant: str, principal: str) -> tuple[str, bytes] | None:
        """Return the pseudonym and the salt that prove whose it is, None where the log knows no such person."""
        query = select(pseudonyms.c.pseudonym, pseudonyms.c.salt).where(
            pseudonyms.c.tenant == tenant, pseudonyms.c.principal == principal
        )
        async with self._work.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else (row.pseudonym, row.salt)

    async def forget(self, tenant: str, principal: str) -> bool:
        """Erase who stands behind a pseudonym for good, and return whether there was one."""
        statement = delete(pseudonyms).where(pseudonyms.c.tenant == tenant, pseudonyms.c.principal == principal)
        async with self._work.writing() as connection:
            return bool((await connection.execute(statement)).rowcount)
