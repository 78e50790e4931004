"""Turns are fair: nobody who waits is overtaken for long, whatever others queue."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from runbooks.pacing.fairness import FARTHEST_S, SPACING_S, jain, turn

FLOODS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 200), min_size=2)


def queued(counts: dict[str, int], now: int = 1000) -> list[tuple[int, int, str]]:
    """Return turns of runs that everybody queued at the same moment, one person after the other."""
    turns, number = [], 0
    for who, count in counts.items():
        last = None
        for _ in range(count):
            last = turn(now, last)
            turns.append((last, number, who))
            number += 1
    return sorted(turns)


@settings(deadline=None)
@given(FLOODS)
def test_of_two_who_both_wait_neither_gets_ahead_by_more_than_one(counts: dict[str, int]) -> None:
    started: Counter[str] = Counter()
    for _, _, who in queued(counts):
        started[who] += 1
        waiting = [each for each in counts if started[each] < counts[each]]
        if waiting:
            seen = [started[each] for each in waiting]
            assert max(seen) - min(seen) <= 1


@settings(deadline=None)
@given(st.integers(1, 500), st.integers(0, 600))
def test_a_newcomer_waits_for_no_more_of_a_flood_than_came_evenly_before_them(flood: int, later: int) -> None:
    turns = queued({"flood": flood})
    mine = turn(1000 + later, None)
    before = sum(each < (mine, flood) for each, *_ in [((t, n),) for t, n, _ in turns])
    assert before <= later // SPACING_S + 1


@settings(deadline=None)
@given(st.lists(st.integers(0, 100), max_size=200))
def test_turns_of_one_person_only_grow_and_stay_within_reach(gaps: list[int]) -> None:
    now, last = 1000, None
    for gap in gaps:
        now += gap
        given_turn = turn(now, last)
        assert now <= given_turn <= now + FARTHEST_S
        assert last is None or given_turn >= min(last, now + FARTHEST_S)
        last = given_turn


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50))
def test_jains_index_lies_between_one_who_got_all_and_all_who_got_the_same(shares: list[float]) -> None:
    assert 1 / len(shares) - 1e-9 <= jain(shares) <= 1 + 1e-9


def test_jains_index_is_one_for_equals_and_a_share_for_a_winner() -> None:
    assert jain([3, 3, 3]) == 1
    assert jain([9, 0, 0]) == 1 / 3
    assert jain([]) == 1
