"""Who was seen a moment ago is not looked up again, and nobody keeps a right for it."""

from datetime import timedelta

from bot.identity.seen import FRESH, MOST, Seen
from memory.model.identity import Account, AccountSource
from tests.fakes.time import FakeClock

ALICE = Account(source=AccountSource.SLACK, issuer="T0ACME", subject="UALICE")


def test_an_account_in_the_same_groups_is_remembered_for_a_moment() -> None:
    clock = FakeClock()
    seen = Seen(clock)
    seen.keep(ALICE, ["S1", "S2"], "alice")
    assert seen.person(ALICE, ["S2", "S1"]) == "alice"
    clock.move((FRESH - timedelta(milliseconds=1)).total_seconds())
    assert seen.person(ALICE, ["S1", "S2"]) == "alice"
    clock.move(1)
    assert seen.person(ALICE, ["S1", "S2"]) is None


def test_an_account_in_other_groups_is_looked_up() -> None:
    seen = Seen(FakeClock())
    seen.keep(ALICE, ["S1"], "alice")
    assert seen.person(ALICE, []) is None


def test_an_account_that_was_unlinked_is_looked_up_at_once() -> None:
    seen = Seen(FakeClock())
    seen.keep(ALICE, [], "alice")
    seen.forget(ALICE)
    assert seen.person(ALICE, []) is None


def test_no_more_accounts_are_remembered_than_there_is_room_for() -> None:
    seen = Seen(FakeClock())
    seen.keep(ALICE, [], "alice")
    for number in range(MOST):
        seen.keep(ALICE.model_copy(update={"subject": f"U{number}"}), [], "somebody")
    assert seen.person(ALICE, []) is None
