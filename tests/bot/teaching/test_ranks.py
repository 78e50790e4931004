"""Which runbook and which model come first: learned from real turns, tried on newer ones, used, and taken back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from agents.model.fleet import Fleet, Model, Need, Provider, Rules
from agents.model.preference import Preferences
from agents.procedures import Procedures, Wanted
from bot.surfaces.lessons import LessonView
from bot.teaching.ranks import Ranks
from bot.teaching.room import LessonRoom
from memory.errors import Conflict
from memory.model.bodies import EntryKind
from memory.model.teaching import Subject
from memory.store import Store
from runbooks.catalogue import catalogue, packaged
from tests.bot.teaching.lesson_house import room, said
from tests.fakes.embedding import WordEmbedder
from tests.fakes.people import ALICE
from tests.fakes.procedures import SERVICES
from tests.fakes.time import FakeClock
from tests.memory.opening import opened
from tools.capabilities import EVERY

SHOW = "show the runbook to scale or restart a service"
RUN = "run the runbook to scale or restart a service"
SHELF = catalogue(packaged(), EVERY)


@cache
def known() -> Procedures:
    return Procedures(SHELF, SERVICES, WordEmbedder())


@pytest.fixture
def procedures() -> Procedures:
    known().weights = {}
    return known()


@dataclass
class Models:
    """Two models, of which the dearer reads better."""

    rules: Rules = field(default_factory=Rules)
    preferences: Preferences = field(default_factory=Preferences)

    @property
    def fleet(self) -> Fleet:
        here = Provider(name="here", base_url="http://127.0.0.1:1/v1")
        prices = {"cheap": Decimal(1), "dear": Decimal(9)}
        models = (Model(name=n, provider="here", input_price=p, output_price=p) for n, p in prices.items())
        return Fleet(providers=(here,), models=tuple(models), rules=self.rules)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(f"sqlite:///{tmp_path / 'q.db'}") as opened_:
        yield opened_


async def took(store: Store, desk: LessonRoom, number: int, name: str) -> None:
    """Have somebody shown a runbook that their words left open, and content with it."""
    answer = await said(store, number, text=SHOW, tool="runbook.show", arguments={"runbook": name})
    await desk.thumb(ALICE, answer, up=True)


async def gathered(desk: LessonRoom, subject: Subject) -> dict[str, LessonView]:
    return {each.tool: each for each in (await desk.gather(ALICE)).lessons if each.subject is subject}


async def test_a_runbook_that_people_take_comes_first_once_it_was_reviewed_and_no_longer_when_taken_back(
    store: Store, procedures: Procedures
) -> None:
    desk = room(store, Ranks(procedures, None, "acme", FakeClock()))
    for number in range(1, 10):
        answer = await said(
            store, number, text=SHOW, tool="runbook.show", arguments={"runbook": "restart-service@1"}
        )
        await desk.thumb(ALICE, answer, up=True)
    assert procedures.hear(SHOW).near[0] == "scale-service"  # type: ignore[union-attr]  # it speaks of runbooks
    found = await gathered(desk, Subject.RUNBOOK)
    better = found["restart-service"]
    assert (better.right, better.tried, better.weight > 0) == (6, 6, True)
    seen = await desk.replay(ALICE, [better.id])
    part = seen.replay.runbooks
    assert (seen.against, part.cases, part.right_before, part.right_after) == ("", 3, 0, 3)
    assert procedures.weights == {}, "a replay puts nothing in use"
    await desk.accept(ALICE, [better.id], seen.digest)
    assert procedures.hear(SHOW).found == "restart-service@1"  # type: ignore[union-attr]  # as above
    asked = procedures.hear(RUN)
    assert asked is not None
    assert (asked.wanted, asked.found, asked.near[0]) == (Wanted.RUN, "", "restart-service"), (
        "no weight runs anything"
    )
    await desk.withdraw(ALICE, better.id)
    assert procedures.weights == {}
    kept = (await store.ledger.page("acme", kind=EntryKind.TEACHING)).items
    assert sorted(str(each.entry.body["change"]) for each in kept) == ["accepted", "withdrawn"]


async def test_a_runbook_that_is_named_is_meant_whatever_was_learned(procedures: Procedures) -> None:
    procedures.weights = {"scale-service": 0.1, "restart-service": -0.1}
    asked = procedures.hear("run the runbook restart-service")
    assert asked is not None
    assert asked.found == "restart-service@1"
    assert procedures.fitting("run the runbook restart-service") == []


async def read(store: Store, desk: LessonRoom, models: int = 60) -> None:
    """Have turns read by both models in turn: the dear one always right, the cheap one half of the time."""
    for number in range(models):
        dear = number % 2 == 1
        answer = await said(store, number, brain="dear" if dear else "cheap")
        await desk.thumb(ALICE, answer, up=dear or number % 4 == 0)


async def test_a_model_that_reads_better_is_asked_first_once_it_was_reviewed(store: Store) -> None:
    models = Models()
    desk = room(store, Ranks(None, models, "acme", FakeClock()))
    await read(store, desk)
    better = (await gathered(desk, Subject.MODEL))["dear"]
    seen = await desk.replay(ALICE, [better.id])
    assert seen.replay.models is not None
    assert (seen.against, seen.replay.models.before.model, seen.replay.models.after.model) == ("", "cheap", "dear")
    assert models.preferences.of("acme", Need.CLASSIFY) == {}
    await desk.accept(ALICE, [better.id], seen.digest)
    assert models.preferences.of("acme", Need.CLASSIFY) == {"dear": better.weight}
    assert models.preferences.of("acme", Need.INVESTIGATE) == models.preferences.of("evil", Need.CLASSIFY) == {}
    await desk.withdraw(ALICE, better.id)
    assert models.preferences.of("acme", Need.CLASSIFY) == {}


async def test_a_tenants_own_order_of_models_is_not_overruled_by_what_was_learned(store: Store) -> None:
    desk = room(store, Ranks(None, Models(Rules(order=("cheap", "dear"))), "acme", FakeClock()))
    await read(store, desk)
    better = (await gathered(desk, Subject.MODEL))["dear"]
    seen = await desk.replay(ALICE, [better.id])
    assert "same model" in seen.against
    with pytest.raises(Conflict, match="same model"):
        await desk.accept(ALICE, [better.id], seen.digest)


async def test_a_newer_weight_takes_the_place_of_the_one_in_use(store: Store, procedures: Procedures) -> None:
    desk = room(store, Ranks(procedures, None, "acme", FakeClock()))
    for number in range(1, 31):
        await took(store, desk, number, "restart-service@1" if number > 2 else "scale-service@1")
        if number == 9:
            first = (await gathered(desk, Subject.RUNBOOK))["restart-service"]
            await desk.accept(ALICE, [first.id], (await desk.replay(ALICE, [first.id])).digest)
    (second,) = [
        each for name, each in (await gathered(desk, Subject.RUNBOOK)).items() if name == "restart-service"
    ]
    with pytest.raises(Conflict, match="nothing would be understood better"):  # it stands first already
        await desk.accept(ALICE, [second.id], (await desk.replay(ALICE, [second.id])).digest)
    assert procedures.weights == {"restart-service": first.weight}
