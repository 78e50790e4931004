"""What models said is kept for a while and never without bound; a call of an experiment is kept once."""

from datetime import timedelta

import pytest

from memory.errors import InvalidInput
from memory.store import Store, model_answers
from tests.fakes.time import MIDNIGHT
from tests.memory.model_calls import EARLIER, KEY, SCOPE, answer, trial


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
