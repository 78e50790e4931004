"""Keys, challenges and reviews on both databases: each thing once, whoever else is at it at the same moment."""

import asyncio
from datetime import timedelta

import pytest

from memory.errors import ApprovalExpired, Conflict, GrantRefused, NotFound, StatementInvalid, StatementSpent
from memory.model.credential import CredentialStanding
from memory.store import Store
from tests.fakes.time import MIDNIGHT
from tests.memory.samples import challenge, credential, review

NOW = MIDNIGHT + timedelta(minutes=1)


async def test_a_credential_is_enrolled_once_whoever_asks(store: Store) -> None:
    await store.credentials.add(credential())
    for again in (credential(), credential(name="other", public=credential().public, holder="cara")):
        with pytest.raises(Conflict):
            await store.credentials.add(again)
    assert await store.credentials.of("acme", "cara") == ()
    assert await store.credentials.of("acme") == (credential(),)


async def test_a_credential_changes_only_from_what_was_seen(store: Store) -> None:
    seen = credential()
    await store.credentials.add(seen)
    active = seen.model_copy(update={"confirmed_by": "ada", "confirmed_at": NOW})
    await store.credentials.replace(active, before=seen)
    with pytest.raises(Conflict):
        await store.credentials.replace(active, before=seen)
    used = active.model_copy(update={"uses": 3})
    await store.credentials.replace(used, before=active)
    with pytest.raises(Conflict):
        await store.credentials.replace(used, before=active)
    assert (await store.credentials.get("acme", seen.id)).standing() is CredentialStanding.ACTIVE
    with pytest.raises(NotFound):
        await store.credentials.get("acme", "nothing")


async def test_a_challenge_is_answered_once_by_whoever_is_first(store: Store) -> None:
    await store.challenges.offer(challenge())
    answers = (store.challenges.spend(challenge(), NOW) for _ in range(3))
    results = await asyncio.gather(*answers, return_exceptions=True)
    assert [type(each) for each in results if each is not None] == [StatementSpent, StatementSpent]
    with pytest.raises(StatementSpent):
        await store.challenges.get("acme", "nonce_1")
    with pytest.raises(Conflict):
        await store.challenges.offer(challenge())


async def test_a_challenge_is_answered_in_time_and_only_if_it_was_made(store: Store) -> None:
    await store.challenges.offer(challenge())
    with pytest.raises(ApprovalExpired):
        await store.challenges.spend(challenge(), challenge().expires_at)
    with pytest.raises(StatementInvalid):
        await store.challenges.spend(challenge(name="never"), NOW)
    assert await store.challenges.prune(challenge().expires_at + timedelta(seconds=1)) == 1
    with pytest.raises(StatementInvalid):
        await store.challenges.get("acme", "nonce_1")


async def test_approvals_are_bound_to_the_run_they_were_given_to(store: Store) -> None:
    await store.challenges.offer(challenge())
    with pytest.raises(GrantRefused):
        await store.challenges.consume("acme", "run_1", ["nonce_1"], "grant_1")
    await store.challenges.spend(challenge(), NOW)
    await store.challenges.consume("acme", "run_1", ["nonce_1"], "grant_1")
    await store.challenges.consume("acme", "run_1", ["nonce_1"], "grant_2")
    for run, nonces in (("run_2", ["nonce_1"]), ("run_1", ["nonce_1", "nonce_2"])):
        with pytest.raises(GrantRefused):
            await store.challenges.consume("acme", run, nonces, "grant_3")
    assert await store.challenges.prune(challenge().expires_at + timedelta(days=1)) == 0


async def test_a_review_is_closed_once(store: Store) -> None:
    await store.reviews.open(review())
    with pytest.raises(Conflict):
        await store.reviews.open(review())
    assert await store.reviews.of("acme") == (review(),)
    closed = review().model_copy(update={"closed_at": NOW, "closed_by": "cara", "justified": True})
    await store.reviews.close(closed)
    with pytest.raises(Conflict):
        await store.reviews.close(closed)
    assert await store.reviews.of("acme") == ()
    assert await store.reviews.of("acme", waiting=False) == (await store.reviews.get("acme", "review_1"),)
