"""One-time codes: what each is good for, under the hash of the code, taken at most once and in time."""

import hashlib
from datetime import datetime

from sqlalchemy import delete

from memory.errors import Conflict
from memory.store.engines import insert
from memory.store.identity_tables import codes
from memory.store.work import Work


def code_hash(purpose: str, code: str) -> str:
    """Return what is kept of a code: the SHA-256 of it and of what it is for, in hexadecimal."""
    return hashlib.sha256(f"{purpose}\n{code}".encode()).hexdigest()


class Codes:
    """Every tenant's codes. A code of one purpose is none of another."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def issue(self, tenant: str, purpose: str, code: str, document: str, expires_at: datetime) -> None:
        """Keep what a code is good for; raises `Conflict` when it was given before."""
        row = {
            "tenant": tenant,
            "code_hash": code_hash(purpose, code),
            "purpose": purpose,
            "expires_at": expires_at,
            "document": document,
        }
        async with self._work.writing() as connection:
            added = await connection.execute(insert(connection, codes).values(**row).on_conflict_do_nothing())
            if not added.rowcount:
                raise Conflict("expected a fresh code, found one that was given before")

    async def take(self, tenant: str, purpose: str, code: str, now: datetime) -> str | None:
        """Use a code up and return what it is good for; None when it is unknown, late or used."""
        this = (codes.c.tenant == tenant, codes.c.code_hash == code_hash(purpose, code), codes.c.expires_at > now)
        async with self._work.writing() as connection:
            taken = await connection.execute(delete(codes).where(*this).returning(codes.c.document))
            document: str | None = taken.scalar_one_or_none()
        return document

    async def prune(self, before: datetime) -> int:
        """Remove what nobody used in time, of every tenant; return how much."""
        async with self._work.writing() as connection:
            return (await connection.execute(delete(codes).where(codes.c.expires_at < before))).rowcount
