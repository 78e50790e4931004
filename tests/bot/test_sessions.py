"""A session is what we sealed, for as long as we said, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sessions import CODE_LASTS, IDLE, LONGEST, OVERLAP, RENEWED_AFTER, Session, Sessions
from memory.errors import AuthenticationFailed, InvalidSettings, PolicyDenied
from memory.model.people import Role
from tests.fakes.people import ALICE, BOB, MALLORY
from tests.fakes.sign_ins import FakeSignIns, sessions_in_memory
from tests.fakes.time import FakeClock

SCOPES = frozenset({"observe", "approve"})


async def cookie_of(sessions: Sessions) -> str:
    return sessions.cookie(await sessions.begin(ALICE, SCOPES))


async def next_of(sessions: Sessions, session: Session, clock: FakeClock) -> Session:
    """Return the session that a browser gets after a while."""
    clock.move(RENEWED_AFTER.total_seconds())
    renewed = sessions.renewed(session, ALICE)
    assert renewed is not None
    return renewed


async def test_a_cookie_reads_back_as_the_session_it_was_made_of() -> None:
    sessions = sessions_in_memory(FakeClock())
    session = await sessions.begin(ALICE, SCOPES)
    assert await sessions.read(sessions.cookie(session)) == session


@given(st.integers(min_value=0), st.characters(codec="utf-8"))
async def test_a_cookie_with_any_letter_changed_is_refused(place: int, letter: str) -> None:
    sessions = sessions_in_memory(FakeClock())
    cookie = await cookie_of(sessions)
    at = place % (len(cookie) - 1)  # the last letter has bits that encode nothing
    if cookie[at] == letter:
        return
    with pytest.raises(AuthenticationFailed):
        await sessions.read(cookie[:at] + letter + cookie[at + 1 :])


@given(st.text())
async def test_any_other_text_is_no_cookie_and_no_code(text: str) -> None:
    sessions = sessions_in_memory(FakeClock())
    with pytest.raises(AuthenticationFailed):
        await sessions.read(text)
    with pytest.raises(AuthenticationFailed):
        await sessions.redeem(text)


async def test_a_cookie_sealed_with_another_key_is_refused() -> None:
    clock, sign_ins = FakeClock(), FakeSignIns()
    foreign = sessions_in_memory(clock, key=b"x" * 32, sign_ins=sign_ins)
    with pytest.raises(AuthenticationFailed):
        await sessions_in_memory(clock, sign_ins=sign_ins).read(await cookie_of(foreign))


async def test_a_cookie_of_another_tenant_is_refused_even_under_the_same_key() -> None:
    clock, sign_ins = FakeClock(), FakeSignIns()
    evil = sessions_in_memory(clock, tenant="evil", sign_ins=sign_ins)
    cookie = evil.cookie(await evil.begin(MALLORY, SCOPES))
    assert await evil.read(cookie)
    with pytest.raises(AuthenticationFailed):
        await sessions_in_memory(clock, sign_ins=sign_ins).read(cookie)


async def test_a_cookie_that_no_store_knows_of_is_refused() -> None:
    clock = FakeClock()
    cookie = await cookie_of(sessions_in_memory(clock))
    with pytest.raises(AuthenticationFailed):
        await sessions_in_memory(clock).read(cookie)


async def test_an_idle_session_ends() -> None:
    clock = FakeClock()
    sessions = sessions_in_memory(clock)
    cookie = await cookie_of(sessions)
    clock.move(IDLE.total_seconds() - 1)
    await sessions.read(cookie)
    clock.move(1)
    with pytest.raises(AuthenticationFailed):
        await sessions.read(cookie)


async def test_a_session_in_use_is_renewed_until_the_shift_is_over() -> None:
    clock = FakeClock()
    sessions = sessions_in_memory(clock)
    session = await sessions.begin(ALICE, SCOPES)
    assert sessions.renewed(session, ALICE) is None
    while clock.now() < session.began_at + LONGEST - RENEWED_AFTER:
        renewed = await next_of(sessions, await sessions.read(sessions.cookie(session)), clock)
        assert renewed.family == session.family
        session = renewed
    clock.move(RENEWED_AFTER.total_seconds())
    with pytest.raises(AuthenticationFailed):
        await sessions.read(sessions.cookie(session))


async def test_a_cookie_is_renewed_at_once_when_its_person_may_something_else() -> None:
    sessions = sessions_in_memory(FakeClock())
    session = await sessions.begin(ALICE, SCOPES)
    for changed in ({"roles": (Role.VIEWER,)}, {"teams": ("shop",)}):
        renewed = sessions.renewed(session, ALICE.model_copy(update=changed))
        assert renewed is not None
        assert renewed.serial == session.serial + 1


async def test_an_answer_that_got_lost_with_its_new_cookie_ends_nothing() -> None:
    clock = FakeClock()
    sessions = sessions_in_memory(clock)
    session = await sessions.begin(ALICE, SCOPES)
    for _ in range(3):
        await next_of(sessions, session, clock)
        assert await sessions.read(sessions.cookie(session))


async def test_requests_under_way_may_still_bring_the_cookie_before() -> None:
    clock = FakeClock()
    sessions = sessions_in_memory(clock)
    first = await sessions.begin(ALICE, SCOPES)
    second = await next_of(sessions, first, clock)
    await sessions.read(sessions.cookie(second))
    clock.move(OVERLAP.total_seconds() - 1)
    assert await sessions.read(sessions.cookie(first))


async def test_a_cookie_that_was_replaced_and_comes_back_later_ends_the_whole_sign_in() -> None:
    clock = FakeClock()
    sessions = sessions_in_memory(clock)
    first = await sessions.begin(ALICE, SCOPES)
    second = await next_of(sessions, first, clock)
    await sessions.read(sessions.cookie(second))
    clock.move(OVERLAP.total_seconds())
    with pytest.raises(AuthenticationFailed, match="found an old one"):
        await sessions.read(sessions.cookie(first))
    with pytest.raises(AuthenticationFailed):
        await sessions.read(sessions.cookie(second))


async def test_signing_out_ends_every_cookie_of_the_sign_in_on_every_node() -> None:
    clock, sign_ins = FakeClock(), FakeSignIns()
    here, there = [sessions_in_memory(clock, sign_ins=sign_ins) for _ in range(2)]
    first = await here.begin(ALICE, SCOPES)
    second = await next_of(here, first, clock)
    await there.end(second)
    for sessions in (here, there):
        for session in (first, second):
            with pytest.raises(AuthenticationFailed):
                await sessions.read(sessions.cookie(session))


async def test_signing_out_leaves_other_sign_ins_alone() -> None:
    sessions = sessions_in_memory(FakeClock())
    here, elsewhere = [await sessions.begin(ALICE, SCOPES) for _ in range(2)]
    await sessions.end(here)
    assert await sessions.read(sessions.cookie(elsewhere)) == elsewhere


async def test_a_code_is_short_and_good_for_one_sign_in() -> None:
    sessions = sessions_in_memory(FakeClock())
    code = await sessions.invite("alice", SCOPES)
    assert len(code) == 20
    invitation = await sessions.redeem(code)
    assert (invitation.tenant, invitation.person, frozenset(invitation.scopes)) == ("acme", "alice", SCOPES)
    with pytest.raises(AuthenticationFailed, match="that nobody used"):
        await sessions.redeem(code)


async def test_an_old_code_is_refused() -> None:
    clock = FakeClock()
    sessions = sessions_in_memory(clock)
    code = await sessions.invite("alice", SCOPES)
    clock.move(CODE_LASTS.total_seconds())
    with pytest.raises(AuthenticationFailed, match="15 minutes"):
        await sessions.redeem(code)


async def test_a_form_takes_the_token_of_its_own_session_only() -> None:
    sessions = sessions_in_memory(FakeClock())
    mine, yours = [await sessions.begin(person, SCOPES) for person in (ALICE, BOB)]
    sessions.check_form(mine, sessions.form_token(mine))
    for wrong in ("", "é", sessions.form_token(yours)):
        with pytest.raises(PolicyDenied):
            sessions.check_form(mine, wrong)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(InvalidSettings, match="at least 32 bytes, found 31"):
        sessions_in_memory(FakeClock(), key=b"k" * 31)
