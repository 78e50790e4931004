"""A session is what we sealed, for as long as we said, and nothing else."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sessions import CODE_LASTS, IDLE, LONGEST, RENEWED_AFTER, Sessions, SpentHere
from memory.errors import AuthenticationFailed, InvalidSettings, PolicyDenied
from tests.fakes.time import CountingIds, FakeClock

KEY = b"k" * 32
SCOPES = frozenset({"observe", "approve"})


def made(clock: FakeClock, key: bytes = KEY) -> Sessions:
    return Sessions(key, clock, CountingIds(), SpentHere(clock))


async def test_a_cookie_reads_back_as_the_session_it_was_made_of() -> None:
    sessions = made(FakeClock())
    session = sessions.begin("acme", "alice", SCOPES)
    assert await sessions.read(sessions.cookie(session)) == session


@given(st.integers(min_value=0), st.characters(codec="utf-8"))
async def test_a_cookie_with_any_letter_changed_is_refused(place: int, letter: str) -> None:
    sessions = made(FakeClock())
    cookie = sessions.cookie(sessions.begin("acme", "alice", SCOPES))
    at = place % (len(cookie) - 1)  # the last letter has bits that encode nothing
    if cookie[at] == letter:
        return
    with pytest.raises(AuthenticationFailed):
        await sessions.read(cookie[:at] + letter + cookie[at + 1 :])


@given(st.text())
async def test_any_other_text_is_no_cookie(text: str) -> None:
    with pytest.raises(AuthenticationFailed):
        await made(FakeClock()).read(text)


async def test_a_cookie_sealed_with_another_key_is_refused() -> None:
    clock = FakeClock()
    foreign = made(clock, b"x" * 32)
    with pytest.raises(AuthenticationFailed):
        await made(clock).read(foreign.cookie(foreign.begin("acme", "alice", SCOPES)))


async def test_a_sign_in_code_is_no_cookie_and_a_cookie_no_code() -> None:
    sessions = made(FakeClock())
    with pytest.raises(AuthenticationFailed):
        await sessions.read(sessions.invite("acme", "alice", SCOPES))
    with pytest.raises(AuthenticationFailed):
        await sessions.redeem(sessions.cookie(sessions.begin("acme", "alice", SCOPES)))


async def test_an_idle_session_ends() -> None:
    clock = FakeClock()
    sessions = made(clock)
    cookie = sessions.cookie(sessions.begin("acme", "alice", SCOPES))
    clock.move(IDLE.total_seconds() - 1)
    await sessions.read(cookie)
    clock.move(1)
    with pytest.raises(AuthenticationFailed):
        await sessions.read(cookie)


async def test_a_session_in_use_is_renewed_until_the_shift_is_over() -> None:
    clock = FakeClock()
    sessions = made(clock)
    session = sessions.begin("acme", "alice", SCOPES)
    assert sessions.renewed(session) is None
    while clock.now() < session.began_at + LONGEST - RENEWED_AFTER:
        clock.move(RENEWED_AFTER.total_seconds())
        renewed = sessions.renewed(await sessions.read(sessions.cookie(session)))
        assert renewed is not None
        assert renewed.family == session.family
        session = renewed
    clock.move(RENEWED_AFTER.total_seconds())
    with pytest.raises(AuthenticationFailed):
        await sessions.read(sessions.cookie(session))


async def test_signing_out_ends_every_cookie_of_the_sign_in() -> None:
    clock = FakeClock()
    sessions = made(clock)
    first = sessions.begin("acme", "alice", SCOPES)
    clock.move(RENEWED_AFTER.total_seconds())
    second = sessions.renewed(first)
    assert second is not None
    await sessions.end(second)
    for session in (first, second):
        with pytest.raises(AuthenticationFailed):
            await sessions.read(sessions.cookie(session))


async def test_signing_out_leaves_other_sign_ins_alone() -> None:
    sessions = made(FakeClock())
    here, elsewhere = [sessions.begin("acme", "alice", SCOPES) for _ in range(2)]
    await sessions.end(here)
    assert await sessions.read(sessions.cookie(elsewhere)) == elsewhere


async def test_a_code_is_good_for_one_sign_in() -> None:
    sessions = made(FakeClock())
    code = sessions.invite("acme", "alice", SCOPES)
    invitation = await sessions.redeem(code)
    assert (invitation.tenant, invitation.person, frozenset(invitation.scopes)) == ("acme", "alice", SCOPES)
    with pytest.raises(AuthenticationFailed, match="used before"):
        await sessions.redeem(code)


async def test_an_old_code_is_refused() -> None:
    clock = FakeClock()
    sessions = made(clock)
    code = sessions.invite("acme", "alice", SCOPES)
    clock.move(CODE_LASTS.total_seconds())
    with pytest.raises(AuthenticationFailed, match="15 minutes"):
        await sessions.redeem(code)


async def test_a_code_from_before_a_restart_counts_as_used() -> None:
    clock = FakeClock()
    code = made(clock).invite("acme", "alice", SCOPES)
    clock.move(1)
    with pytest.raises(AuthenticationFailed, match="used before"):
        await made(clock).redeem(code)


async def test_what_was_spent_is_forgotten_once_it_could_not_be_tried_any_more() -> None:
    clock = FakeClock()
    spent = SpentHere(clock)
    until = clock.now() + timedelta(minutes=1)
    assert await spent.spend("a", clock.now(), until)
    assert not await spent.spend("a", clock.now(), until)
    clock.move(60)
    await spent.spend("b", clock.now(), until)
    assert not await spent.is_spent("a")


def test_a_form_takes_the_token_of_its_own_session_only() -> None:
    sessions = made(FakeClock())
    mine, yours = [sessions.begin("acme", name, SCOPES) for name in ("alice", "bob")]
    sessions.check_form(mine, sessions.form_token(mine))
    for wrong in ("", "é", sessions.form_token(yours)):
        with pytest.raises(PolicyDenied):
            sessions.check_form(mine, wrong)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(InvalidSettings, match="at least 32 bytes, found 31"):
        made(FakeClock(), b"k" * 31)
