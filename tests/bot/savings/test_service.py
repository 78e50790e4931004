"""Savings of a house: found, ranked, played through, taken up and measured against what would have been."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.savings.room import SavingsRoom
from bot.savings.service import Savings
from bot.savings.workloads import Workloads
from memory.errors import InvalidInput, NotFound, PolicyDenied
from memory.model.run import RunStatus
from memory.model.saving import SavingKind
from memory.store import Store
from tests.bot.savings.conftest import ALICE, CATALOGUE, OFFICE, PRICES, TODAY, VIEWER
from tests.bot.savings.fakes import FakeEstate
from tests.fakes.time import FakeClock
from tests.memory.samples import run


async def test_everything_there_is_to_save_is_found_and_priced(savings: Savings) -> None:
    found = await savings.find("acme")
    kinds = {(each.kind, each.target) for each in found.savings}
    assert (SavingKind.IDLE, "reports in staging") in kinds
    assert (SavingKind.SCHEDULE, "checkout in staging") in kinds
    assert (SavingKind.ORPHAN, "pvc-9") in kinds
    assert (SavingKind.EGRESS, "traffic through NAT gateways") in kinds
    assert (SavingKind.COMMIT, "compute at aws") in kinds
    assert not any(kind is SavingKind.IDLE and "production" in target for kind, target in kinds)
    assert found.missing == ()
    each_day = Decimal(203)
    assert found.month.amount == pytest.approx(each_day * 31, rel=Decimal("0.05"))


async def test_the_cluster_is_a_part_of_the_compute_that_a_commitment_would_cover(savings: Savings) -> None:
    plan, _ = await savings.plan("acme", None)
    by_kind = {each.saving.kind: each for each in plan.chosen}
    commitment = by_kind[SavingKind.COMMIT]
    assert commitment.monthly.expected < commitment.saving.monthly.expected
    inside = sum(
        (each.monthly.expected for each in plan.chosen if each.saving.pool[:2] == ("compute", "aws")), Decimal(0)
    )
    assert inside <= commitment.saving.cost


async def test_a_target_is_reached_with_a_ranked_plan_or_what_is_short_is_said(savings: Savings) -> None:
    plan, _ = await savings.plan("acme", Decimal(6200))
    assert plan.after.expected <= 6200
    assert plan.short == 0
    assert all(each.saving.risks for each in plan.chosen)
    far, _ = await savings.plan("acme", Decimal(100))
    assert far.short == far.after.expected - 100 > 0


async def test_what_is_away_is_said_and_saves_nothing(savings: Savings, estate: FakeEstate) -> None:
    estate.away = True
    found = await savings.find("acme")
    assert {each.kind for each in found.savings} == {SavingKind.EGRESS, SavingKind.COMMIT}
    assert len(found.missing) == 4  # three workloads and the volumes
    assert all("found none" in each for each in found.missing)


async def test_without_a_cluster_and_bills_that_is_said(store: Store, clock: FakeClock) -> None:
    bare = Savings(store, Workloads(CATALOGUE, (), 28, None, None), None, PRICES, OFFICE, clock)
    found = await bare.find("acme")
    assert found.savings == ()
    assert len(found.missing) == 2


async def test_systems_are_asked_anew_after_ten_minutes_and_not_before(
    savings: Savings, estate: FakeEstate, clock: FakeClock
) -> None:
    await savings.find("acme")
    asked = estate.asked
    await savings.plan("acme", Decimal(10))
    assert estate.asked == asked
    clock.move(601)
    await savings.find("acme")
    assert estate.asked == 2 * asked


async def test_what_if_changes_nothing_and_counts_only_what_is_chosen(savings: Savings, store: Store) -> None:
    found = await savings.find("acme")
    idle = next(each for each in found.savings if each.kind is SavingKind.IDLE)
    plan, _ = await savings.what_if("acme", [idle.id])
    assert plan.after.expected == found.month.amount - idle.monthly.expected
    assert await store.adoptions.of("acme") == ()
    with pytest.raises(NotFound):
        await savings.what_if("acme", ["sav_nothing"])


async def test_a_saving_taken_up_by_hand_is_measured_against_what_would_have_been(
    savings: Savings, estate: FakeEstate, clock: FakeClock
) -> None:
    found = await savings.find("acme")
    idle = next(each for each in found.savings if each.kind is SavingKind.IDLE)
    done = TODAY - timedelta(20)
    estate.runs["reports", "staging"].scaled[done + timedelta(1)] = 0
    await savings.adopt("acme", idle.id, "alice", at=datetime(done.year, done.month, done.day, 12, tzinfo=UTC))
    (measured,) = await savings.measured("acme")
    assert measured.saved is not None
    a_day = 2 * 24 * (Decimal("0.04") + 2 * Decimal("0.005"))
    assert measured.days == 19
    assert measured.was == 0
    assert measured.saved.expected == pytest.approx(a_day * 19, rel=Decimal("0.01"))
    assert (await savings.brought("acme", clock.at - timedelta(5), clock.at))[0].days == 5


async def test_a_plan_that_did_not_succeed_saved_nothing(savings: Savings, store: Store) -> None:
    found = await savings.find("acme")
    idle = next(each for each in found.savings if each.kind is SavingKind.IDLE)
    await store.runs.add(run(status=RunStatus.FAILED))
    await savings.adopt("acme", idle.id, "alice", run="run_1")
    (measured,) = await savings.measured("acme")
    assert measured.saved is None
    assert "failed" in measured.note


async def test_only_who_may_change_things_notes_a_saving_and_never_one_of_tomorrow(
    savings: Savings, clock: FakeClock
) -> None:
    room = SavingsRoom(savings, clock)
    view = await room.savings(VIEWER, None)
    chosen = view.plan.chosen[0].saving.id
    with pytest.raises(PolicyDenied):
        await room.adopt(VIEWER, chosen, None)
    with pytest.raises(InvalidInput):
        await room.adopt(ALICE, chosen, clock.at + timedelta(days=1))
    noted = await room.adopt(ALICE, chosen, None)
    assert (noted.by, noted.saving.id) == ("alice", chosen)


async def test_a_view_says_in_words_what_would_propose_it(savings: Savings, clock: FakeClock) -> None:
    room = SavingsRoom(savings, clock)
    assert (await room.savings(VIEWER, None)).command == "take up the savings"
    assert (await room.savings(VIEWER, Decimal(6200))).says.startswith("A month costs 6,")
