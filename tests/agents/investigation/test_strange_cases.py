"""Cases nobody plans for: no graph, services that call each other in a ring, one odd sample in many."""

import pytest

from agents.investigation.claims import reported
from agents.investigation.ranking import Verdict, ranked
from agents.investigation.situation import Measure, Situation, Track

BAD = range(18, 26)
CALLS = frozenset({("shop", "pay"), ("pay", "store")})


def case(calls: frozenset[tuple[str, str]], samples: int = 30, bad: range = BAD) -> Situation:
    """Return a case in which the store is slow for a while, and so is whatever waits for it."""
    tracks: dict[tuple[str, Measure], Track] = {}
    for node, usual in (("shop", 0.17), ("pay", 0.07), ("store", 0.02)):
        values = tuple(usual + (0.5 if at in bad else 0.001 * (at % 3)) for at in range(samples))
        tracks[node, Measure.LATENCY] = Track(values)
        tracks[node, Measure.TRAFFIC] = Track((1000.0,) * samples)
    return Situation(times=tuple(60.0 * at for at in range(samples)), tracks=tracks, calls=calls)


@pytest.mark.parametrize("calls", [CALLS, CALLS | {("store", "shop")}], ids=["a chain", "a ring"])
def test_what_is_slow_by_itself_stands_first_also_where_all_call_each_other(
    calls: frozenset[tuple[str, str]],
) -> None:
    found = case(calls)
    assert reported(found, ranked(found)).cause == "store"


def test_without_a_graph_what_rose_the_most_stands_first_and_is_not_called_proven() -> None:
    found = case(frozenset())
    report = reported(found, ranked(found))
    assert report.ranking[0] == "store"
    assert "Nobody told who calls whom" in " ".join(claim.text for claim in report.not_validated)
    claims = [claim.text for each in report.hypotheses for claim in each.speaks_for]
    assert not any("nothing it calls" in text for text in claims)


def test_one_odd_sample_in_many_is_no_incident_and_a_row_of_them_is() -> None:
    assert ranked(case(CALLS, 300, range(150, 151))).verdict is Verdict.NOTHING
    assert ranked(case(CALLS, 300, range(150, 160))).verdict is Verdict.FOUND
