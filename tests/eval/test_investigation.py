"""The suites of investigation are sound, and the numbers that are promised hold."""

import random
from dataclasses import replace

import pytest

from agents.investigation import blame
from agents.investigation.deviation import deviation
from agents.investigation.ranking import Verdict, ranked
from agents.investigation.situation import Measure, Normal
from tests.eval.investigation import (
    CASES,
    CHANGE,
    DOWNSTREAM,
    METHODS,
    OURS,
    Asked,
    compared,
    hinges,
    largest_change,
    most_downstream,
    recorded,
    said_and_true,
    simulated,
)
from tests.eval.investigation_worlds import ENTRY, Fault, sample, systems, world

there = pytest.mark.skipif(not CASES.is_dir(), reason="the recorded cases are not beside the repository")
FEW = range(3000, 3002)


@pytest.fixture(scope="module")
def few() -> tuple[Asked, ...]:
    return tuple(simulated(FEW))


@there
def test_in_recorded_cases_the_cause_comes_first_far_more_often_than_by_plain_ways() -> None:
    found = compared(recorded())
    assert len(found[OURS].first["all"]) == 20
    assert sum(found[OURS].first["all"]) >= 12
    assert sum(found[OURS].three["all"]) >= 16
    assert all(sum(found[name].first["all"]) < sum(found[OURS].first["all"]) for name in (CHANGE, DOWNSTREAM))


def test_in_simulated_systems_the_cause_comes_first_more_often_than_by_plain_ways(few: tuple[Asked, ...]) -> None:
    found = compared([replace(each, groups=("all",)) for each in few if each.cause])
    shares = {name: sum(found[name].first["all"]) / len(found[name].first["all"]) for name in METHODS}
    assert shares[OURS] >= 0.85
    assert shares[OURS] > shares[DOWNSTREAM] > shares[CHANGE]


def test_where_nothing_is_wrong_hardly_ever_is_anything_accused(few: tuple[Asked, ...]) -> None:
    verdicts = [ranked(each.situation).verdict for each in few if not each.cause]
    assert len(verdicts) == 40
    assert sum(verdict is not Verdict.NOTHING for verdict in verdicts) <= 3


def test_confidence_rises_with_what_comes_true(few: tuple[Asked, ...]) -> None:
    bands = said_and_true((ranked(each.situation), each.cause) for each in few if each.cause)
    shares = [float(band["true"]["share"]) for band in bands if band["true"]["of"] >= 20]  # type: ignore[index]  # plain JSON
    assert shares == sorted(shares)


def test_a_world_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    one, same, other = (world(seed, "layers", Fault.ERRORS, window=5, normal=20) for seed in (5, 5, 6))
    assert one == same
    assert one.situation != other.situation


@pytest.mark.parametrize("topology", systems())
def test_every_call_of_a_system_leads_downwards_from_where_calls_come_in(topology: str) -> None:
    made = world(11, topology, Fault.NOTHING, window=5, normal=0).situation
    assert {name for name, _ in made.downstream(ENTRY)} == set(made.nodes)
    assert all(caller < callee for caller, callee in made.calls)


def test_without_a_fault_a_sample_fails_hardly_ever() -> None:
    drawn = random.Random(3)  # noqa: S311  # a simulation
    system = systems()["chain"](drawn)
    found = sample(drawn, system, 1000.0, None)
    assert max(found.failures.values()) < 0.05


def test_halving_and_doubling_a_constant_leaves_it_as_it_was(few: tuple[Asked, ...]) -> None:
    before = blame.CROSSING
    assert "doubled" in hinges(few[:1])["CROSSING"]
    assert before == blame.CROSSING


def test_the_plain_ways_do_what_their_names_say() -> None:
    made = world(21, "chain", Fault.ERRORS, window=5, normal=60)
    furthest = most_downstream(made.situation)
    assert furthest
    depths = dict(made.situation.downstream(ENTRY))
    assert depths[furthest[0]] == max(depths[name] for name in furthest)
    worst = largest_change(made.situation)[0]
    track = made.situation.tracks[worst, Measure.FAILURES]
    assert deviation(track, Measure.FAILURES, Normal.OWN) is not None
