"""What is found at fault, in small systems whose fault is known."""

from dataclasses import replace

import pytest

from agents.investigation.ranking import Ranking, Verdict, ranked
from agents.investigation.situation import Change, Measure, Normal, Situation, Target, Track
from agents.investigation.suspects import Kind
from tests.agents.investigation.situations import TIMES, situation, unmeasured

LATENCY = {"pay": 0.4, "store": 0.4, "shop": 0.16}  # pay takes 400 of the shop's 1000 calls
FAILING = {"search": 0.3, "shop": 0.24}


def first(found: Ranking) -> str:
    return found.suspicions[0].node


@pytest.mark.parametrize("normal", list(Normal))
def test_waiting_is_put_down_to_where_it_was_added_and_not_to_who_passed_it_on(normal: Normal) -> None:
    found = ranked(situation(latency=LATENCY, normal=normal))
    assert (found.verdict, first(found)) == (Verdict.FOUND, "store")


def test_failing_is_put_down_to_the_callee_that_fails() -> None:
    found = ranked(situation(failures=FAILING))
    assert (found.verdict, first(found)) == (Verdict.FOUND, "search")


def test_what_its_callees_cannot_account_for_is_its_own() -> None:
    found = ranked(situation(latency={"pay": 0.4, "shop": 0.16}))
    assert first(found) == "pay"
    assert first(ranked(situation(latency={"shop": 0.2}))) == "shop"


def test_shares_of_blame_are_together_one_and_confidence_is_never_certainty() -> None:
    found = ranked(situation(latency=LATENCY, failures=FAILING))
    assert found.blame is not None
    assert sum(found.blame.shares.values()) == pytest.approx(1.0)
    assert 0 < found.confidences[0] <= 0.95
    assert sum(found.confidences) < 1


def test_nothing_wrong_is_an_answer() -> None:
    for normal in Normal:
        assert ranked(situation(normal=normal)).verdict is Verdict.NOTHING


def test_a_rise_too_small_to_be_noticed_is_nothing_however_clear() -> None:
    assert ranked(situation(latency={"shop": 0.008})).verdict is Verdict.NOTHING


def test_a_target_of_which_nothing_is_measured_is_unknown() -> None:
    bare = replace(situation(), tracks={("store", Measure.TRAFFIC): Track((1.0,) * 6)})
    assert ranked(bare).verdict is Verdict.UNKNOWN


def test_without_a_target_it_begins_where_most_callers_suffer() -> None:
    found = ranked(situation(failures=FAILING, target=None))
    assert found.symptom is not None
    assert (found.symptom.node, found.symptom.measure) == ("shop", Measure.FAILURES)
    assert first(found) == "search"


def test_a_node_that_answers_nobody_is_found_by_its_silence() -> None:
    down = situation(failures={"shop": 0.8}, traffic={"search": 0.0})
    found = ranked(unmeasured(down, "search", Measure.LATENCY, Measure.FAILURES))
    assert first(found) == "search"
    assert found.suspicions[0].silent


def test_a_change_of_the_caller_explains_the_silence_of_its_callee() -> None:
    cut = Change("shop", "config", TIMES[2] - 90)
    down = situation(failures={"shop": 0.8}, traffic={"search": 0.0}, changes=(cut,))
    found = ranked(unmeasured(down, "search", Measure.LATENCY, Measure.FAILURES))
    assert first(found) == "shop"
    assert found.suspicions[0].change == cut


@pytest.mark.parametrize("at", [TIMES[2] + 600, TIMES[2] - 7200], ids=["after", "long before"])
def test_a_change_that_cannot_have_done_it_is_left_out(at: float) -> None:
    found = ranked(situation(failures=FAILING, changes=(Change("search", "deploy", at),)))
    assert found.suspicions[0].kind is Kind.NODE


def test_more_traffic_from_outside_is_found_where_it_comes_in() -> None:
    more = dict.fromkeys(("shop", "search", "pay", "store"), 3.0)
    found = ranked(situation(latency={"store": 0.4, "pay": 0.4, "shop": 0.16}, traffic=more))
    surge = next(each for each in found.suspicions if each.surge > 1)
    assert (surge.node, surge.kind) == ("shop", Kind.SURGE)
    assert surge.surge == pytest.approx(3.0, rel=0.05)


def test_a_callee_that_is_called_only_since_follows_its_caller() -> None:
    fails = situation(failures={"search": 0.3, "shop": 0.24})
    tracks = dict(fails.tracks)
    tracks["backup", Measure.TRAFFIC] = Track((0.0, 0.0, 240.0, 240.0, 240.0, 0.0))
    tracks["backup", Measure.LATENCY] = Track((None, None, 0.4, 0.4, 0.4, None), (0.1,) * 10)
    found = ranked(replace(fails, tracks=tracks, calls=fails.calls | {("search", "backup")}))
    assert first(found) == "search"


def test_a_ring_of_calls_ends() -> None:
    ring = situation(latency=LATENCY)
    assert ranked(replace(ring, calls=ring.calls | {("store", "shop")})).verdict is Verdict.FOUND


def test_the_same_situation_is_ranked_the_same_in_any_order() -> None:
    whole = situation(latency=LATENCY, failures=FAILING)
    turned = replace(whole, tracks=dict(reversed(whole.tracks.items())))
    assert ranked(whole).suspicions == ranked(turned).suspicions


def test_the_target_decides_what_is_explained() -> None:
    both: Situation = situation(latency=LATENCY, failures=FAILING)
    slow = ranked(replace(both, target=Target("shop", Measure.LATENCY)))
    failing = ranked(replace(both, target=Target("shop", Measure.FAILURES)))
    assert (first(slow), first(failing)) == ("store", "search")
