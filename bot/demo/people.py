"""Who works in the demo: one person on call, and one who may approve what the other asks for and audit."""

from bot.settings import Person
from memory.model.people import Role

ALICE = Person(id="alice", name="Alice", roles=(Role.VIEWER, Role.OPERATOR), teams=("team-checkout",))
BOB = Person(
    id="bob",
    name="Bob",
    roles=(Role.VIEWER, Role.OPERATOR, Role.APPROVER, Role.AUDITOR),
    teams=("team-payments",),
)
PEOPLE = (ALICE, BOB)
