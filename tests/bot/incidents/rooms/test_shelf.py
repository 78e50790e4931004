"""Where to begin: the likely runbook, what was seen before, and what is left where memory is away or slow."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.incidents.rooms import shelf as shelves
from bot.incidents.rooms.on_call import OnCallOfSchedules
from bot.incidents.rooms.shelf import RunbookShelf
from bot.recall import Recalling, Remembered, RunbookMatch
from memory.errors import StoreUnavailable, UnknownService
from memory.model.alert import Alert
from memory.model.memory import Memory, MemoryKind
from memory.model.people import Principal
from runbooks.catalogue import catalogue, packaged
from tests.bot.incidents.core.houses import alert
from tests.bot.incidents.rooms.conftest import TERMS
from tests.bot.incidents.rooms.test_looking import failing
from tests.fakes.people import TENANT
from tests.fakes.time import MIDNIGHT
from tools.capabilities import EVERY

SHELF = catalogue(packaged(), EVERY, today=MIDNIGHT.date())


@dataclass
class Mind:
    """Remembers one incident and one runbook, after a while, or not at all."""

    takes_s: float = 0.0
    away: bool = False
    asked: list[str] = field(default_factory=list)

    async def likely_runbook(
        self,
        tenant: str,
        title: str,
        *,
        alerts: Sequence[Alert] = (),
        services: Sequence[str] = (),
        limit: int = 3,
    ) -> tuple[RunbookMatch, ...]:
        del tenant, alerts, services, limit
        self.asked.append(title)
        await asyncio.sleep(self.takes_s)
        if self.away:
            raise StoreUnavailable("expected the memory, found it away")
        why = ("it names HighErrorRate",)
        return (RunbookMatch(runbook="high-error-rate@1.0", title="Errors", score=0.9, why=why, runnable=True),)

    async def similar(
        self,
        tenant: str,
        text: str,
        *,
        services: Sequence[str] = (),
        environment: str | None = None,
        kinds: Sequence[MemoryKind] = (),
        without: str = "",
        limit: int = 3,
    ) -> tuple[Remembered, ...]:
        del tenant, text, services, environment, kinds, limit
        assert without == "incident:inc_1"
        before = Remembered(
            memory="mem_1",
            kind=MemoryKind.INCIDENT,
            subject="incident:inc_0",
            title="Checkout was failing",
            at=MIDNIGHT,
            score=0.8,
            fixed_by="rolling back 1.3.9",
            warning="The cause was another one then.",
        )
        return (before,)

    async def remember(self, memory: Memory) -> bool:
        raise AssertionError(memory)

    async def forget(self, tenant: str, subject: str, actor: str) -> int:
        raise AssertionError((tenant, subject, actor))


def test_a_mind_is_what_the_house_remembers_with() -> None:
    mind: Recalling = Mind()
    assert mind


async def test_the_likely_runbook_and_what_was_seen_before_are_told() -> None:
    notice = await RunbookShelf(SHELF, TERMS, Mind()).likely(failing("checkout"), ())
    assert notice is not None
    assert notice.text == (
        "This runbook may help: Errors (it names HighErrorRate).\n"
        "- Seen before: Checkout was failing, mended by rolling back 1.3.9. The cause was another one then."
    )
    assert [link.href for link in notice.links] == ["https://qd.test/console/runbooks/high-error-rate@1.0"]


@pytest.mark.parametrize("mind", [None, Mind(away=True)], ids=["no memory", "memory away"])
async def test_without_memory_there_is_the_runbook_written_for_the_alert(mind: Mind | None) -> None:
    known = next(each for each in SHELF.newest() if each.head.alerts)
    notice = await RunbookShelf(SHELF, TERMS, mind).likely(failing("checkout"), (alert(known.head.alerts[0]),))
    assert notice is not None
    assert notice.text == f"This runbook is written for the alert: {known.head.title}."


async def test_nothing_near_is_nothing_said() -> None:
    assert await RunbookShelf(SHELF, TERMS).likely(failing("checkout"), (alert("NobodyKnowsThis"),)) is None


async def test_a_memory_that_is_still_being_read_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "PATIENCE_S", 0.01)
    slow = RunbookShelf(SHELF, TERMS, Mind(takes_s=5))
    known = next(each for each in SHELF.newest() if each.head.alerts)
    notice = await slow.likely(failing("checkout"), (alert(known.head.alerts[0]),))
    assert notice is not None
    with pytest.raises(TimeoutError):
        await slow.likely(failing("checkout"), ())


@dataclass(frozen=True)
class Somebody:
    principal: str | None


@dataclass(frozen=True)
class View:
    people: tuple[Somebody, ...]


class Rota:
    async def on_call(
        self, principal: Principal, service: str | None, team: str | None, at: object
    ) -> tuple[View, ...]:
        assert (principal.tenant, team) == (TENANT, None)
        assert at == MIDNIGHT
        if service == "unheard-of":
            raise UnknownService("expected a service of the catalogue, found unheard-of")
        return (View((Somebody("bob"), Somebody(None))), View((Somebody("cara"), Somebody("bob"))))


async def test_everybody_on_call_is_named_once_and_a_service_without_a_schedule_has_nobody() -> None:
    asked = OnCallOfSchedules(Rota())
    assert await asked.people(TENANT, ("unheard-of", "checkout", "payments"), MIDNIGHT) == ("bob", "cara")
