"""Only what Slack signed, as it was signed and when it was signed, is read."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.surfaces.slack.verifying import SIGNATURE, STAMP, verify
from memory.errors import AuthenticationFailed
from tests.fakes.slack.deliveries import SIGNING_SECRET, signature
from tests.fakes.time import MIDNIGHT

SECRET = SIGNING_SECRET.encode()
NOW = str(int(MIDNIGHT.timestamp()))
# Slack's own worked example, from the page that describes the check.
EXAMPLE = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name="
    b"foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks"
    b".slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121"
    b".803a0bc887a14d10d2c447fce8b6703c"
)


def headers(body: bytes, stamp: str = NOW, secret: str = SIGNING_SECRET) -> dict[str, str]:
    return {STAMP: stamp, SIGNATURE: signature(secret, stamp, body)}


def test_slacks_own_example_is_accepted() -> None:
    given_ = {
        STAMP: "1531420618",
        SIGNATURE: "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    verify(SECRET, given_, EXAMPLE, MIDNIGHT.fromtimestamp(1531420618, tz=MIDNIGHT.tzinfo))


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(minutes=5), timedelta(minutes=-5)])
def test_within_five_minutes_a_request_is_fresh(apart: timedelta) -> None:
    verify(SECRET, headers(b"{}"), b"{}", MIDNIGHT + apart)


@pytest.mark.parametrize("apart", [timedelta(minutes=5, seconds=1), timedelta(minutes=-6), timedelta(days=4000)])
def test_a_request_of_another_time_is_refused(apart: timedelta) -> None:
    with pytest.raises(AuthenticationFailed, match="signed within five minutes"):
        verify(SECRET, headers(b"{}"), b"{}", MIDNIGHT + apart)


@pytest.mark.parametrize("stamp", ["", "now", "-1", "1e9", "٣", "9" * 13, "1.5"])
def test_a_time_that_is_none_is_refused(stamp: str) -> None:
    with pytest.raises(AuthenticationFailed, match="no time of signing"):
        verify(SECRET, headers(b"{}", stamp), b"{}", MIDNIGHT)


@pytest.mark.parametrize("wrong", ["", "v0=", "v1=ab", "v0=" + "0" * 64, "ümlaut"])
def test_another_signature_is_refused(wrong: str) -> None:
    with pytest.raises(AuthenticationFailed, match="another signature"):
        verify(SECRET, headers(b"{}") | {SIGNATURE: wrong}, b"{}", MIDNIGHT)


def test_the_signature_of_another_app_is_refused() -> None:
    with pytest.raises(AuthenticationFailed, match="another signature"):
        verify(SECRET, headers(b"{}", secret="another"), b"{}", MIDNIGHT)


def test_without_a_secret_nothing_is_from_slack() -> None:
    with pytest.raises(AuthenticationFailed, match="found none"):
        verify(b"", headers(b"{}", secret=""), b"{}", MIDNIGHT)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_a_refusal_never_repeats_what_was_sent(body: bytes, other: bytes) -> None:
    if body == other:
        verify(SECRET, headers(body), other, MIDNIGHT)
        return
    with pytest.raises(AuthenticationFailed) as refused:
        verify(SECRET, headers(body), b"secret-payload" + other, MIDNIGHT)
    assert "secret-payload" not in f"{refused.value.message}{refused.value.hint}"
