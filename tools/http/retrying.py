"""What is tried again, and when: failures of transport and answers that say "not now". Pure."""

from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx

from tools.http.answer import Answer

TRANSIENT = frozenset({429, 502, 503, 504})
LONGEST_BACKOFF_S = 0.5


class NotNow(Exception):
    """An answer that may be another one in a moment."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"status {answer.status}")
        self.answer = answer


def pause(error: Exception, remaining_s: float) -> bool | float:
    """Say whether to try again: no, after the usual backoff, or after the seconds the system asked for.

    A wait that the deadline does not leave time for is a no.
    """
    asked = retry_after(error.answer.headers) if isinstance(error, NotNow) else None
    if asked is not None:
        return asked if asked < remaining_s else False
    return isinstance(error, NotNow | httpx.TransportError) and remaining_s > LONGEST_BACKOFF_S


def retry_after(headers: httpx.Headers) -> float | None:
    """Return the seconds that `Retry-After` asks to wait (RFC 9110, section 10.2.3), None where it does not.

    A date is taken relative to the answer's own `Date`, so that clocks need not agree.
    """
    asked = headers.get("retry-after", "").strip()
    if asked.isdecimal() and asked.isascii():
        return float(asked[:9])
    until, sent = _date(asked), _date(headers.get("date", ""))
    if until is None or sent is None:
        return None
    return max(0.0, (until - sent).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo is not None else None
