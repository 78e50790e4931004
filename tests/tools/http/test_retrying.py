"""Which failures are tried again, and after how long."""

import httpx
import pytest

from tools.http.answer import Answer
from tools.http.retrying import NotNow, pause, retry_after

NOON = "Fri, 20 Nov 2026 12:00:00 GMT"


def not_now(**headers: str) -> NotNow:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return NotNow(Answer(503, httpx.Headers(named), b""))


def test_a_lost_connection_is_tried_again_after_the_usual_backoff() -> None:
    assert pause(httpx.ConnectError("no"), 5.0) is True


def test_nothing_is_tried_again_when_the_backoff_would_not_fit() -> None:
    assert pause(httpx.ConnectError("no"), 0.1) is False
    assert pause(not_now(), 0.1) is False


def test_an_error_of_another_kind_is_not_tried_again() -> None:
    assert pause(ValueError(), 5.0) is False


def test_the_wait_that_was_asked_for_is_taken_when_it_fits() -> None:
    assert pause(not_now(retry_after="2"), 5.0) == 2.0
    assert pause(not_now(retry_after="0"), 5.0) == 0.0
    assert pause(not_now(retry_after="6"), 5.0) is False


@pytest.mark.parametrize(
    ("asked", "sent", "seconds"),
    [
        ("120", NOON, 120.0),
        ("Fri, 20 Nov 2026 12:00:30 GMT", NOON, 30.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", NOON, 0.0),
        ("Fri, 20 Nov 2026 12:00:30 GMT", "", None),
        ("soon", NOON, None),
        ("-1", NOON, None),
        ("²", NOON, None),
        ("", NOON, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(asked: str, sent: str, seconds: float | None) -> None:
    headers = httpx.Headers([(b"retry-after", asked.encode()), (b"date", sent.encode())])
    assert retry_after(headers) == seconds
