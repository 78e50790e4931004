"""A house with an archive, on both databases: somebody asked, proposed, agreed, and it was carried out."""

from collections.abc import AsyncIterator

import pytest

from bot.audit.archive import RecordArchive
from bot.audit.packing import Witnessed
from memory.model.approval import Verdict
from memory.model.people import Role, Surface
from memory.model.run import Run
from memory.store import Store
from tests.bot.test_conversation import Room
from tests.fakes.people import ALICE, BOB, TENANT, person
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY

ADMIN = person("ada", Role.ADMIN)
AUDITOR = person("otto", Role.AUDITOR)
SECRET = "Anna Bergmann has the password hunter2-correct-horse"
WHY = "because Piotr Kowalski, born 1984-05-17, says so"


class Archived(Room):
    """The room with its archive. `forgotten`: the talks that were, `witnessed`: what witnesses cosigned."""

    def __init__(self, store: Store, days: dict[str, int]) -> None:
        super().__init__(store)
        self.forgotten: list[tuple[str, str, str]] = []
        self.witnessed: Witnessed | None = None
        self.records = RecordArchive(
            store,
            self.directory,
            clock=self.clock,
            ids=self.ids,
            forget=self._forget,
            published=self._published,
            days=days,
        )

    async def rolled_back(self, id_: str = "m1") -> Run:
        """Have a plan proposed, agreed to and carried out; return its run."""
        card = (await self.desk.say(self.message("roll back", id_=id_), ALICE)).card
        assert card is not None
        await self.desk.decide(BOB, card.run, card.plan_digest, Verdict.APPROVE, WHY, Surface.REST)
        return await self.runner.finished(TENANT, card.run)

    async def _forget(self, tenant: str, thread: str, person: str) -> None:
        self.forgotten.append((tenant, thread, person))

    async def _published(self, tenant: str) -> Witnessed | None:
        assert tenant == TENANT
        return self.witnessed


@pytest.fixture
async def room(address: str) -> AsyncIterator[Archived]:
    store = await Store.open(address, FakeClock(), LOG_KEY)
    made = Archived(store, {"message": 30, "evidence": 7})
    yield made
    await made.runner.close()
    await store.close()
