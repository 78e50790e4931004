"""What is remembered, as a sample, and the calls for it that tests/memory/test_tenants.py tries."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import numpy as np

from memory.model.memory import Memory, MemoryKind
from memory.recall.vectors import Vectors
from memory.store import Unit
from tests.fakes.time import MIDNIGHT

Call = Callable[[Unit, str], Awaitable[object]]

LATER = MIDNIGHT + timedelta(days=1000)
VECTORS = Vectors("m" * 64, np.full((1, 4), 0.5, dtype=np.float32))


def memory(tenant: str = "acme", **changes: object) -> Memory:
    """Return one memory."""
    filled: dict[str, object] = {
        "id": "mem_1",
        "tenant": tenant,
        "kind": MemoryKind.INCIDENT,
        "subject": "incident:inc_1",
        "title": "Checkout fails",
        "text": "## What happened\n\nThe pool of connections was empty.",
        "services": ("checkout",),
        "cause": "The pool was too small.",
        "fix": "The pool was made larger.",
        "at": MIDNIGHT,
        "until": MIDNIGHT + timedelta(days=400),
        "person": "alice",
        "correlation": "cor_1",
    }
    return Memory.model_validate(filled | changes)


FINDS_NOTHING: dict[str, tuple[Call, object]] = {
    "memories.changes": (lambda unit, tenant: unit.memories.changes(tenant, 0), ()),
    "memories.get": (lambda unit, tenant: unit.memories.get(tenant, ["mem_1"]), {}),
    "memories.of": (lambda unit, tenant: unit.memories.of(tenant, MemoryKind.INCIDENT), ()),
    "memories.about": (lambda unit, tenant: unit.memories.about(tenant, "incident:inc_1"), ()),
    "memories.counts": (lambda unit, tenant: unit.memories.counts(tenant), {}),
    "memories.embed": (lambda unit, tenant: unit.memories.embed(tenant, [("mem_1", 1, VECTORS)]), None),
    "memories.forget_subject": (lambda unit, tenant: unit.memories.forget_subject(tenant, "incident:inc_1"), ()),
    "memories.forget_person": (lambda unit, tenant: unit.memories.forget_person(tenant, "alice"), ()),
    "memories.forget_turns": (lambda unit, tenant: unit.memories.forget_turns(tenant, ["cor_1"]), ()),
    "memories.forget_expired": (lambda unit, tenant: unit.memories.forget_expired(tenant, LATER), ()),
}
WRITES_ITS_OWN: dict[str, Call] = {
    "memories.put": lambda unit, tenant: unit.memories.put(memory(tenant, title="Theirs")),
}


async def fill(unit: Unit, tenant: str = "acme") -> None:
    """Remember one thing."""
    await unit.memories.put(memory(tenant))
