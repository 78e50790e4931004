"""What is said becomes what is written: numbers, versions, percentiles, letters, times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.hearing.normalising import normalised


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("Roll back payments to one dot four dot two.", "roll back payments to 1.4.2"),
        ("to 1 dot 4 dot 2", "to 1.4.2"),
        ("version 1.4 .2.", "version 1.4.2"),
        ("release 1-4-2 to staging", "release 1.4.2 to staging"),
        ("two dot three dot zero in production", "2.3.0 in production"),
        ("four dot twelve dot zero", "4.12.0"),
        ("Deploy Inventory2.0.7 now", "deploy inventory 2.0.7 now"),
        ("Push checkout-6.2.0 to staging", "push checkout 6.2.0 to staging"),
        ("Deploy inventory to .0.7 to staging.", "deploy inventory 2.0.7 to staging"),
        ("Deploy inventory to dot o dot seven to staging.", "deploy inventory 2.0.7 to staging"),
        ("release payments for .12.0 to staging", "release payments 4.12.0 to staging"),
        ("Deploy search freepoint 1.1 to staging.", "deploy search 3.1.1 to staging"),
        ("deploy search free point one dot won to staging", "deploy search 3.1.1 to staging"),
    ],
)
def test_versions_are_written_with_dots(heard: str, written: str) -> None:
    assert normalised(heard) == written


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("p ninety nine latency of auth", "p99 latency of auth"),
        ("P-99 of checkout", "p99 of checkout"),
        ("He 99 latency of payments", "p99 latency of payments"),
        ("the p. fifty", "the p50"),
        ("C P U usage, and the A.P.I.", "cpu usage and the api"),
        ("turn recs V two off", "turn recs v2 off"),
        ("five percent of traffic", "5% of traffic"),
        ("for forty-five minutes", "for 45 minutes"),
        ("one hundred and twenty replicas", "120 replicas"),
        ("scale to one replica", "scale to 1 replica"),
        ("scale payments in staging to for", "scale payments in staging to 4"),
        ("since two thirty p.m.", "since 2:30 pm"),
        ("since fourteen hundred hours", "since 14:00"),
        ("show incident two oh one", "show incident 201"),
        ("reopen incident number seven", "reopen incident 7"),
        ("incident double two", "incident 22"),
        ("Ray open incident to 12.", "reopen incident 12"),
        ("Open incident for again.", "open incident 4 again"),
        ("Incident 7 is a 7.2.", "incident 7 is a sev2"),
        ("Upgrade incident 4 to SF-2.", "upgrade incident 4 to sev2"),
        ("Treat incident 14-S-F1.", "treat incident 14 sev1"),
        ("Close out silence 99,887,766.", "close out silence 99887766"),
        ("the silence with ID E1 E2 E3 E4.", "the silence with id e1e2e3e4"),
        ("99%ile latency of auth", "p99 latency of auth"),
        ("Give auth for replicas.", "give auth 4 replicas"),
        ("How's search-doing?", "how's search doing?"),
        ("look for four oh four in the logs", "look for 404 in the logs"),
        ("p ninety nine point nine of auth", "p99.9 of auth"),
        ("below ninety nine point two five percent", "below 99.25%"),
        ("two thousand five hundred requests", "2500 requests"),
        ("What changed on search the day?", "what changed on search today?"),
    ],
)
def test_percentiles_letters_counts_and_times_are_written_as_people_type_them(heard: str, written: str) -> None:
    assert normalised(heard) == written


def test_two_sentences_are_kept_apart_by_a_comma_where_commas_are_wanted_and_more_of_them_are_not() -> None:
    assert normalised("Close incident 9. It was a test.", commas=True) == "close incident 9, it was a test"
    assert normalised("Close incident 9. It was a test.") == "close incident 9 it was a test"
    assert normalised("I came. I saw. It was closed.", commas=True) == "i came i saw it was closed"


@pytest.mark.parametrize(
    "text",
    [
        "the second one",
        "free the point of sale",
        "the errors of the day",
        "is a problem",
        "i do it",
        "restart checkout in production",
        "what can you do",
        "5 6 7",
        "deploy checkout 7.2 for incident 3",
    ],
)
def test_words_that_only_look_like_numbers_or_letters_stay(text: str) -> None:
    assert normalised(text) == text


@pytest.mark.parametrize("aside", ["(upbeat music)", "[BLANK_AUDIO]", "*coughs*", "♪♪", " . ", ""])
def test_what_a_recogniser_writes_about_sounds_is_nothing_said(aside: str) -> None:
    assert normalised(aside) == ""


@given(st.text(max_size=300))
def test_normalising_twice_in_any_words_changes_no_length_without_bound_and_never_fails(text: str) -> None:
    once = normalised(text)

    assert len(once) <= 3 * len(text) + 8
    assert once == once.strip()


@given(st.lists(st.integers(min_value=0, max_value=999), min_size=3, max_size=3))
def test_a_version_that_is_written_in_digits_is_left_as_it_is(numbers: list[int]) -> None:
    version = ".".join(map(str, numbers))

    assert normalised(f"Roll back checkout to {version}.") == f"roll back checkout to {version}"
