"""Secrets and personal data are found by form and check digits, and what merely looks like them is not."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.profiles.detecting import detected, entropy, luhn, mod97
from agents.profiles.kinds import Kind

# Each is put together here, so that no scanner takes this file for a leak.
SECRETS = [
    (Kind.TOKEN, "AKIA" + "IOSFODNN7EXAMPLE"),
    (Kind.TOKEN, "ghp_" + "a1B2" * 9),
    (Kind.TOKEN, "xoxb-" + "123456789012-abcdefGHIJKL"),
    (Kind.TOKEN, "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"),
    (
        Kind.TOKEN,
        "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    ),
    (Kind.PRIVATE_KEY, "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"),
    (Kind.RANDOM, "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"),
]
PERSONAL = [
    (Kind.EMAIL, "ann.lee+pager@example.co.uk"),
    (Kind.CARD, "4111 1111 1111 1111"),
    (Kind.IBAN, "DE89 3704 0044 0532 0130 00"),
    (Kind.IBAN, "GB82WEST12345698765432"),
    (Kind.PHONE, "+44 20 7946 0958"),
    (Kind.PHONE, "(202) 555-0143"),
    (Kind.SSN, "536-90-4399"),
    (Kind.IP, "203.0.113.9"),
]
HARMLESS = [
    "3e68a81b1a2c4d5e6f708192a3b4c5d6e7f80912",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "run_8agp7ab15k8mt03y",
    "checkout-7f9c6d5b8-x2x4q",
    "1.4.2-rc1+build.20261121",
    "2026-11-21T10:00:00Z",
    "4111 1111 1111 1112",
    "GB81WEST12345698765432",
    "rotate the token: it is expired",
    "password: required",
    "error_budget_burn_rate_is_too_high_for_checkout",
    "AnExceptionOfTheCheckoutServiceWasNotHandled",
    "replicas 4, p95 1234567890123 ns",
    "127.0.0.1",
    "666-12-3456",
]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("the db password is hunter2!x for now", "hunter2!x"),
        ("our API key was Zx81-abc", "Zx81-abc"),
        ("psql --password s3cret -h db", "s3cret"),
        ("run it with --token='abc def 1'", "'abc def 1'"),
    ],
)
def test_a_password_is_found_where_somebody_tells_it_in_words_or_on_a_command_line(text: str, hidden: str) -> None:
    assert [(each.kind, text[each.start : each.end]) for each in detected(text)] == [(Kind.PASSWORD, hidden)]


@pytest.mark.parametrize(
    "text",
    ["the token is expired", "the password is 12345 days old", "is the secret rotated?", "the key is in vault"],
)
def test_a_word_about_a_password_is_none(text: str) -> None:
    assert detected(text) == ()


@pytest.mark.parametrize(("kind", "value"), [*SECRETS, *PERSONAL])
def test_a_value_is_found_where_it_stands_in_a_sentence(kind: Kind, value: str) -> None:
    text = f"they sent {value} to the channel"
    (found,) = detected(text)
    assert (found.kind, text[found.start : found.end]) == (kind, value)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_merely_looks_like_one_is_left_alone(text: str) -> None:
    assert detected(f"see {text} there") == ()


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ('{"api_key": "hunter2hunter2"}', '"hunter2hunter2"'),
        ("DB_PASSWORD=hunter2", "hunter2"),
        ("postgresql://app:hunter2@db.example.com/shop", "hunter2"),
        ("Authorization: Bearer abcdefghijklmnopqrst", "abcdefghijklmnopqrst"),
    ],
)
def test_what_is_named_as_a_secret_is_one_whatever_it_looks_like(text: str, secret: str) -> None:
    assert secret in {text[each.start : each.end] for each in detected(text)}


@given(st.text(max_size=400))
def test_no_text_breaks_it_and_nothing_found_overlaps(text: str) -> None:
    found = detected(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(0 <= each.start < each.end <= len(text) for each in found)


@given(st.integers(0, 10**15 - 1))
def test_exactly_one_check_digit_makes_a_card_number(number: int) -> None:
    assert sum(luhn(f"{number:015}{digit}") for digit in range(10)) == 1


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=11, max_size=28))
def test_exactly_the_right_check_digits_make_an_iban(account: str) -> None:
    assert sum(mod97(f"DE{check:02}{account}") for check in range(2, 99)) == 1


def test_entropy_is_bits_a_character() -> None:
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2
