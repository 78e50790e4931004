"""What models said is kept for a while and never without bound; a call of an experiment is kept once."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from memory.errors import InvalidInput
from memory.store import Store, model_answers
from tests.fakes.time import MIDNIGHT
from tests.memory.model_calls import DAY, EARLIER, KEY, ONE, SCOPE, answer, trial


async def test_an_answer_comes_back_as_it_was_kept_and_a_later_one_takes_its_place(store: Store) -> None:
    await store.model_answers.keep(answer())
    assert await store.model_answers.find("acme", KEY) == answer()
    later = answer(at=MIDNIGHT + timedelta(minutes=5)).model_copy(update={"model": "large"})
    await store.model_answers.keep(later)
    assert await store.model_answers.of("acme", SCOPE) == (later,)


async def test_what_no_longer_stands_is_dropped_as_soon_as_something_is_kept(store: Store) -> None:
    await store.model_answers.keep(answer())
    fresh = answer(key="e" * 64, at=MIDNIGHT + timedelta(hours=1))
    await store.model_answers.keep(fresh)
    assert await store.model_answers.of("acme", SCOPE) == (fresh,)


async def test_the_oldest_goes_where_there_are_too_many(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_answers, "MOST_KEPT", 3)
    made = [answer(key=f"{n:064x}", at=MIDNIGHT + timedelta(seconds=n)) for n in range(5)]
    for each in made:
        await store.model_answers.keep(each)
    assert await store.model_answers.of("acme", SCOPE) == tuple(reversed(made[2:]))
    assert await store.model_answers.forget("acme") == 3


async def test_a_call_of_an_experiment_is_kept_once_and_one_of_none_is_refused(store: Store) -> None:
    assert await store.model_trials.add(trial())
    assert not await store.model_trials.add(trial())
    assert await store.model_trials.of("acme", "smaller", EARLIER) == (trial(),)
    assert await store.model_trials.of("acme", "smaller", MIDNIGHT + timedelta(seconds=1)) == ()
    with pytest.raises(InvalidInput, match="of none"):
        await store.model_trials.add(trial().model_copy(update={"assignment": None}))


async def test_money_is_put_aside_only_where_there_is_enough_however_many_ask_at_once(store: Store) -> None:
    asked = [store.model_spending.reserve("acme", DAY, "USD", Decimal("0.4"), ONE) for _ in range(8)]
    assert sorted(await asyncio.gather(*asked)) == [False] * 6 + [True] * 2
    assert await store.model_spending.spent("acme", DAY, "USD") == Decimal("0.8")
    await store.model_spending.settle("acme", DAY, "USD", Decimal("-0.3"))
    assert await store.model_spending.reserve("acme", DAY, "USD", Decimal("0.4"), ONE)
    assert await store.model_spending.spent("acme", DAY, "EUR") == 0
    assert await store.model_spending.spent("acme", DAY + timedelta(days=1), "USD") == 0


async def test_a_stop_holds_for_what_was_asked_before_it_and_for_nothing_later(store: Store) -> None:
    await store.turn_stops.ask("acme", "t1", "alice", MIDNIGHT)
    assert await store.turn_stops.asked("acme", "t1", "alice", EARLIER)
    assert not await store.turn_stops.asked("acme", "t1", "alice", MIDNIGHT + timedelta(seconds=1))
    assert not await store.turn_stops.asked("acme", "t1", "bob", EARLIER)
    await store.turn_stops.ask("acme", "t2", "alice", MIDNIGHT + timedelta(hours=2))
    assert not await store.turn_stops.asked("acme", "t1", "alice", EARLIER)  # what is long over is dropped
