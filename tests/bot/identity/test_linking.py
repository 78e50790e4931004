"""An account becomes a person's only by a yes of both sides, once, in time, and never two people's."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.identity.linking import LASTS, MOST_BEGUN
from memory.bus import Bus
from memory.errors import Conflict, LimitExceeded, NotFound, PolicyDenied, QuarterdeckError
from memory.model.bodies import IdentityChanged
from memory.model.identity import Account, AccountSource
from memory.model.people import Role
from memory.model.record import Event, Topic
from tests.bot.identity.room import OTHER, SLACK, Room


async def linked(room: Room, name: str = "alice", account: Account = SLACK) -> str:
    """Link an account to a person the usual way, and return the identity's id."""
    begun = await room.identity.accounts.begin_link(account, "alice in Slack")
    await room.identity.linking.answer(room.person(name), begun.code)
    return (await room.identity.accounts.finish_link(account, begun.link)).id


async def test_an_account_that_is_nobodys_has_no_rights(room: Room) -> None:
    assert await room.identity.accounts.resolve(SLACK) is None
    assert await room.identity.accounts.seen(SLACK, ["S-oncall"]) is None


async def test_begun_with_the_account_answered_by_the_person_agreed_to_by_the_account(room: Room) -> None:
    accounts, linking = room.identity.accounts, room.identity.linking
    begun = await accounts.begin_link(SLACK, "alice in Slack")
    assert await accounts.resolve(SLACK) is None
    looked = await linking.look(room.person("alice"), begun.code.lower().replace("-", " "))
    assert (looked.account, looked.label, looked.person) == (SLACK, "alice in Slack", None)
    await linking.answer(room.person("alice"), begun.code)
    assert await accounts.resolve(SLACK) is None
    (waiting,) = await accounts.waiting(SLACK)
    assert (waiting.id, waiting.person) == (begun.link, "alice")
    await accounts.finish_link(SLACK, waiting.id)
    assert await accounts.resolve(SLACK) == room.person("alice")
    assert await accounts.waiting(SLACK) == ()


async def test_begun_by_the_person_answered_with_the_account_agreed_to_by_the_person(room: Room) -> None:
    accounts, linking, alice = room.identity.accounts, room.identity.linking, room.person("alice")
    begun = await linking.begin(alice)
    assert (await accounts.look_link(SLACK, begun.code)).person == "alice"
    await accounts.answer_link(SLACK, begun.code, "alice in Slack")
    assert await accounts.resolve(SLACK) is None
    (waiting,) = await linking.waiting_for(alice)
    assert waiting.account == SLACK
    await linking.finish(alice, waiting.id)
    assert await accounts.resolve(SLACK) == alice


async def test_the_side_that_began_hears_that_it_is_to_be_asked(room: Room) -> None:
    bus: Bus = room.bus
    begun = await room.identity.accounts.begin_link(SLACK)
    async with bus.subscribe("acme") as heard:
        await room.identity.linking.answer(room.person("alice"), begun.code)
        event = await anext(heard)
    assert isinstance(event, Event)
    assert (event.topic, event.body) == (Topic.IDENTITY, {"link": begun.link, "change": "answered"})


async def test_linking_and_unlinking_stand_in_the_log_without_saying_whose_account_it_is(room: Room) -> None:
    identity = await linked(room)
    await room.identity.linking.unlink(room.person("alice"), identity)
    changes = [each for each in await room.told() if isinstance(each, IdentityChanged)]
    assert [(each.identity, each.change, each.source) for each in changes] == [
        (identity, "linked", AccountSource.SLACK),
        (identity, "unlinked", AccountSource.SLACK),
    ]
    assert changes[0].holder == await room.store.pseudonyms.find("acme", "alice")
    written = b"".join(await room.store.ledger.entries("acme", 0, 50)).decode()
    assert not [word for word in ("U0ALICE", "T0ACME", "alice") if word in written]


async def test_an_account_that_was_unlinked_is_nobodys(room: Room) -> None:
    identity = await linked(room)
    await room.identity.linking.unlink(room.person("alice"), identity)
    assert await room.identity.accounts.resolve(SLACK) is None
    await linked(room, "bob")
    assert await room.identity.accounts.resolve(SLACK) == room.person("bob")
    await room.identity.accounts.unlink_account(SLACK)
    assert await room.identity.accounts.resolve(SLACK) is None


async def test_a_code_is_good_once(room: Room) -> None:
    begun = await room.identity.accounts.begin_link(SLACK)
    await room.identity.linking.answer(room.person("alice"), begun.code)
    with pytest.raises(NotFound):
        await room.identity.linking.answer(room.person("bob"), begun.code)
    await room.identity.accounts.finish_link(SLACK, begun.link)
    with pytest.raises(Conflict):
        await room.identity.accounts.finish_link(SLACK, begun.link)


async def test_a_code_is_good_for_ten_minutes(room: Room) -> None:
    begun = await room.identity.accounts.begin_link(SLACK)
    room.clock.move(LASTS.total_seconds())
    with pytest.raises(NotFound):
        await room.identity.linking.answer(room.person("alice"), begun.code)


async def test_a_yes_that_comes_late_links_nothing(room: Room) -> None:
    begun = await room.identity.accounts.begin_link(SLACK)
    await room.identity.linking.answer(room.person("alice"), begun.code)
    room.clock.move(LASTS.total_seconds())
    with pytest.raises(Conflict):
        await room.identity.accounts.finish_link(SLACK, begun.link)
    assert await room.identity.accounts.resolve(SLACK) is None


async def test_only_the_side_that_began_agrees_in_the_end(room: Room) -> None:
    begun = await room.identity.accounts.begin_link(SLACK)
    await room.identity.linking.answer(room.person("alice"), begun.code)
    for name in ("alice", "bob", "ada"):
        with pytest.raises(NotFound):
            await room.identity.linking.finish(room.person(name), begun.link)
    with pytest.raises(NotFound):
        await room.identity.accounts.finish_link(OTHER, begun.link)
    assert await room.identity.accounts.waiting(OTHER) == ()


async def test_nobody_agrees_before_the_other_side_answered(room: Room) -> None:
    begun = await room.identity.accounts.begin_link(SLACK)
    with pytest.raises(Conflict):
        await room.identity.accounts.finish_link(SLACK, begun.link)
    mine = await room.identity.linking.begin(room.person("alice"))
    with pytest.raises(Conflict):
        await room.identity.linking.finish(room.person("alice"), mine.link)


async def test_a_code_of_ones_own_side_is_no_answer(room: Room) -> None:
    account, person = (
        await room.identity.accounts.begin_link(SLACK),
        await room.identity.linking.begin(room.person("bob")),
    )
    with pytest.raises(NotFound):
        await room.identity.accounts.answer_link(OTHER, account.code)
    with pytest.raises(NotFound):
        await room.identity.linking.answer(room.person("alice"), person.code)


async def test_an_account_of_somebody_else_is_not_linked_again(room: Room) -> None:
    await linked(room, "bob")
    with pytest.raises(Conflict):
        await room.identity.accounts.begin_link(SLACK)
    begun = await room.identity.linking.begin(room.person("alice"))
    with pytest.raises(Conflict):
        await room.identity.accounts.answer_link(SLACK, begun.code)
    assert await room.identity.accounts.resolve(SLACK) == room.person("bob")


async def test_two_links_of_one_account_end_with_one_person(room: Room) -> None:
    accounts, linking = room.identity.accounts, room.identity.linking
    one, two = await accounts.begin_link(SLACK), await accounts.begin_link(SLACK)
    await linking.answer(room.person("alice"), one.code)
    await linking.answer(room.person("bob"), two.code)
    ended = await asyncio.gather(
        accounts.finish_link(SLACK, one.link), accounts.finish_link(SLACK, two.link), return_exceptions=True
    )
    assert sorted(isinstance(each, Conflict) for each in ended) == [False, True]
    assert len(await room.store.identities.of("acme")) == 1


async def test_who_guesses_codes_is_stopped_and_others_are_not(room: Room) -> None:
    begun = await room.identity.accounts.begin_link(SLACK)
    for _ in range(5):
        with pytest.raises(NotFound):
            await room.identity.linking.look(room.person("bob"), "AAAAA-AAAAA")
    with pytest.raises(LimitExceeded):
        await room.identity.linking.answer(room.person("bob"), begun.code)
    assert await room.identity.linking.answer(room.person("alice"), begun.code)
    room.clock.move(timedelta(minutes=10).total_seconds())
    with pytest.raises(NotFound):
        await room.identity.linking.look(room.person("bob"), begun.code)


async def test_one_side_gets_a_few_codes_and_no_more(room: Room) -> None:
    for _ in range(MOST_BEGUN):
        await room.identity.accounts.begin_link(SLACK)
    with pytest.raises(LimitExceeded):
        await room.identity.accounts.begin_link(SLACK)
    assert await room.identity.accounts.begin_link(OTHER)
    room.clock.move(LASTS.total_seconds())
    assert await room.identity.accounts.begin_link(SLACK)


async def test_a_program_has_keys_and_no_accounts(room: Room) -> None:
    begun = await room.identity.accounts.begin_link(SLACK)
    with pytest.raises(PolicyDenied):
        await room.identity.linking.answer(room.person("robot"), begun.code)
    with pytest.raises(PolicyDenied):
        await room.identity.linking.begin(room.person("robot"))


async def test_only_ones_own_accounts_are_shown_and_unlinked_unless_one_administers(room: Room) -> None:
    identity = await linked(room)
    linking = room.identity.linking
    with pytest.raises(NotFound):
        await linking.unlink(room.person("bob"), identity)
    with pytest.raises(PolicyDenied):
        await linking.identities(room.person("bob"), everybody=True)
    assert await linking.identities(room.person("bob")) == ()
    assert [each.person for each in await linking.identities(room.person("ada"), everybody=True)] == ["alice"]
    assert (await linking.unlink(room.person("ada"), identity)).id == identity


async def test_somebody_who_is_disabled_is_nobody_by_any_account(room: Room) -> None:
    await linked(room)
    await room.identity.people.disable(room.person("ada"), "alice")
    assert await room.identity.accounts.resolve(SLACK) is None
    await room.identity.people.enable(room.person("ada"), "alice")
    assert await room.identity.accounts.resolve(SLACK) == room.person("alice")


async def test_groups_of_a_chat_give_roles_to_whom_the_account_is_linked(room: Room) -> None:
    identity = await linked(room, "vic")
    vic = await room.identity.accounts.seen(SLACK, ["S-oncall", "S-lunch"])
    assert vic is not None
    assert set(vic.roles) == {Role.VIEWER, Role.OPERATOR}
    assert room.in_force.now().facts.people == room.directory.people()
    (member,) = await room.store.members.of("acme")
    assert member.groups[0].names == ("S-oncall",)  # what no mapping names is nobody's business
    await room.identity.linking.unlink(room.person("vic"), identity)
    assert room.person("vic").roles == (Role.VIEWER,)


Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["begin", "answer", "finish", "unlink"]), st.integers(0, 2), st.integers(0, 1)),
    max_size=14,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_whatever_is_tried_in_whatever_order_an_account_is_at_most_one_persons(
    room: Room, steps: list[Step]
) -> None:
    """Three people and two accounts do as they like. An account is whose it was, until it is unlinked."""
    names, accounts = ("alice", "bob", "vic"), (SLACK, OTHER)
    codes: dict[int, list[tuple[str, str]]] = {0: [], 1: []}
    room.clock.move(LASTS.total_seconds())
    for what, who, which in steps:
        before = await room.identity.accounts.resolve(accounts[which])
        with suppress(QuarterdeckError):
            await _take(room, what, names[who], accounts[which], codes[which])
        after = await room.identity.accounts.resolve(accounts[which])
        assert before is None or after == before or (what == "unlink" and after is None)
    found = [each.account for each in await room.store.identities.of("acme")]
    assert len(set(found)) == len(found)
    for account in found:
        await room.identity.accounts.unlink_account(account)


async def _take(room: Room, what: str, name: str, account: Account, codes: list[tuple[str, str]]) -> None:
    if what == "begin":
        begun = await room.identity.accounts.begin_link(account)
        codes.append((begun.code, begun.link))
    elif what == "answer" and codes:
        await room.identity.linking.answer(room.person(name), codes[-1][0])
    elif what == "finish" and codes:
        await room.identity.accounts.finish_link(account, codes[-1][1])
    elif what == "unlink":
        for each in await room.identity.linking.identities(room.person(name)):
            if each.account == account:
                await room.identity.linking.unlink(room.person(name), each.id)
