"""The first look: what is seen, on whose behalf, and what of it stands in the timeline."""

from dataclasses import dataclass, field

import pytest

from agents.ports import Turn
from bot.incidents.rooms.looking import FirstLook
from bot.surfaces.incidents import Act
from memory.model.catalogue import Catalogue, Service
from memory.model.incident import Happening, Incident, TimelineEntry
from memory.model.plan import Call
from memory.model.run import Outcome
from memory.model.value import Identifier
from tests.bot.incidents.rooms.conftest import TERMS
from tests.fakes.observer import NOW, FakeObserver, bad_release
from tests.fakes.people import ALICE, TENANT
from tests.fakes.proposer import FakeProposer
from tests.fakes.time import FakeClock
from tools.capabilities import EVERY

CATALOGUE = Catalogue(
    services=(
        Service(name="storefront", depends_on=("checkout",)),
        Service(name="checkout", depends_on=("payments",)),
        Service(name="payments"),
    )
)


@dataclass
class Watched(FakeObserver):
    """Remembers on whose behalf was looked."""

    readers: set[str] = field(default_factory=set)

    async def observe(self, call: Call, turn: Turn) -> Outcome:
        self.readers.add(turn.principal.id)
        return await super().observe(call, turn)


@dataclass
class Book:
    """Keeps what is recorded, once by its key."""

    kept: dict[str, tuple[Happening, str, tuple[str, ...]]] = field(default_factory=dict)

    async def record(
        self,
        act: Act,
        kind: Happening,
        text: str,
        *,
        incident: str | None = None,
        evidence: tuple[Identifier, ...] = (),
        trusted: bool = False,
    ) -> TimelineEntry:
        assert trusted
        assert act.key is not None
        self.kept.setdefault(act.key, (kind, text, evidence))
        return TimelineEntry(
            id=act.key,
            tenant=act.tenant,
            incident=incident,
            at=NOW,
            recorded_at=NOW,
            kind=kind,
            text=text,
            source=act.source,
        )


def failing(*services: str) -> Incident:
    return Incident(
        id="inc_1",
        tenant=TENANT,
        number=1,
        title="Checkout is failing",
        severity=2,
        services=services,
        declared_by="alice",
        started_at=NOW,
        detected_at=NOW,
    )


@pytest.fixture
def world() -> Watched:
    seen = Watched()
    bad_release(seen)
    return seen


def look(world: Watched, book: Book) -> FirstLook:
    capabilities = {each.name: each for each in EVERY}
    return FirstLook(world, FakeProposer(), CATALOGUE, capabilities, book, terms=TERMS, clock=FakeClock(NOW))


async def test_a_bad_release_is_seen_on_the_persons_behalf_and_its_rollback_is_offered(world: Watched) -> None:
    notice = await look(world, Book()).look(failing("checkout"), ALICE)
    assert notice is not None
    assert notice.title == "First look at checkout"
    assert "release 1.4.2" in notice.text
    assert notice.buttons[0].value == "roll back checkout in production to 1.4.1"
    assert all(source.link.startswith("https://qd.test/console/incidents/1/sources/") for source in notice.sources)
    assert world.readers == {"alice"}


async def test_what_was_seen_and_what_is_thought_stand_in_the_timeline_once_with_their_evidence(
    world: Watched,
) -> None:
    book = Book()
    for _ in range(2):
        await look(world, book).look(failing("checkout"), ALICE)
    assert len({text for _, text, _ in book.kept.values()}) == len(book.kept)
    assert {kind for kind, _, _ in book.kept.values()} >= {Happening.OBSERVATION, Happening.HYPOTHESIS}
    assert any(text.startswith("checkout's error rate is") for _, text, _ in book.kept.values())
    assert not [text for _, text, _ in book.kept.values() if "[" in text]
    assert all(evidence for _, _, evidence in book.kept.values())


async def test_the_service_that_the_others_lean_on_is_looked_at(world: Watched) -> None:
    notice = await look(world, Book()).look(failing("storefront", "checkout", "unheard-of"), ALICE)
    assert notice is not None
    assert notice.title == "First look at checkout"


async def test_an_incident_of_no_known_service_is_not_looked_at(world: Watched) -> None:
    assert await look(world, Book()).look(failing("unheard-of"), ALICE) is None
    assert not world.calls
