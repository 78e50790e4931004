"""Memories forgotten for good, on request or by age, each with an entry that says so; what a hold covers stays."""

from bot.audit.eraser import Eraser
from bot.audit.protection import Protection, protection
from memory.errors import UnderHold
from memory.model.memory import Memory
from memory.store import Unit


async def forget_subject(eraser: Eraser, tenant: str, actor: str, subject: str) -> int:
    """Forget what is remembered of a subject, and return how many that was.

    Raises `UnderHold`, forgetting nothing.
    """
    async with eraser.store.transaction() as unit:
        shield = await protection(unit, tenant)
        people = await _people(unit, tenant, shield)
        for memory in await unit.memories.about(tenant, subject):
            _refuse_held(memory, shield, people)
        return await eraser.forget(
            unit, tenant, actor, "request", lambda: unit.memories.forget_subject(tenant, subject)
        )


async def forget_expired(eraser: Eraser, tenant: str, actor: str) -> int:
    """Forget what was to be kept until now at most, but for what is held or of an open turn; return how many."""
    now = eraser.clock.now()
    async with eraser.store.transaction() as unit:
        shield = await protection(unit, tenant)
        if shield.tenant is not None:
            return 0
        people = await _people(unit, tenant, shield)
        turns = {*shield.turns, *shield.open}
        return await eraser.forget(
            unit,
            tenant,
            actor,
            "retention",
            lambda: unit.memories.forget_expired(tenant, now, but_turns=turns, but_people=people),
        )


async def _people(unit: Unit, tenant: str, shield: Protection) -> frozenset[str]:
    """Return the people whose records are held, by name."""
    return (
        frozenset((await unit.pseudonyms.people(tenant, list(shield.people))).values())
        if shield.people
        else frozenset()
    )


def _refuse_held(memory: Memory, shield: Protection, people: frozenset[str]) -> None:
    held = shield.tenant or shield.turns.get(memory.correlation or "")
    if held is not None or people & {memory.person, *memory.people}:
        raise UnderHold(
            f"expected that what is remembered of {memory.subject} may be erased, found it under a legal hold",
            hint="Nothing was erased. `quarterdeck log hold list` says which hold; lift it, or wait.",
        )
