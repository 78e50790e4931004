"""Cases nobody plans for: no graph, services that call each other in a ring, one odd sample in many."""

from dataclasses import replace

import pytest

from agents.investigation.claims import reported
from agents.investigation.naming import reading
from agents.investigation.ranking import Verdict, ranked
from agents.investigation.situation import Measure, Normal, Situation, Track
from agents.investigation.tables import metrics

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


def test_calls_that_nobody_counted_make_no_noise() -> None:
    counted = case(CALLS)
    before = {key: tuple(value or 0.0 for value in track.values[:18]) for key, track in counted.tracks.items()}
    usual = {key: replace(track, normal=before[key]) for key, track in counted.tracks.items()}
    tracks = {key: track for key, track in usual.items() if key[1] is Measure.LATENCY}
    found = ranked(replace(counted, tracks=tracks, normal=Normal.OWN))
    assert (found.verdict, found.suspicions[0].node) == (Verdict.FOUND, "store")


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("RequestCount", Measure.TRAFFIC),
        ("ErrorRate", Measure.FAILURES),
        ("p99_latency", Measure.LATENCY),
        ("avg_response_time_ms", Measure.LATENCY),
    ],
)
def test_names_written_as_one_word_or_with_their_statistic_before_them_are_known(
    name: str, measure: Measure
) -> None:
    found = reading(name.lower())
    assert found is not None
    assert found.measure is measure


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_table_may_part_its_values_otherwise_and_leave_its_heads_without_names(mark: str) -> None:
    text = ",shop,shop\n,latency,requests\n,Average,Sum\n,,\n60,0.1,5\n120,0.2,6\n".replace(",", mark)
    found = metrics(text, "metrics.csv")
    assert found.values["shop", Measure.LATENCY] == (0.1, 0.2)
    assert found.values["shop", Measure.TRAFFIC] == (5.0, 6.0)
