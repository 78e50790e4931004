"""What goes wrong with a provider, whichever it is, as one of our errors, and as the outcome that is counted."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from memory.errors import (
    ModelDenied,
    ModelFailing,
    ModelOverBudget,
    ModelRateLimited,
    ModelRefused,
    ModelRejected,
    ModelStopped,
    ModelTimedOut,
    ModelUnavailable,
    ModelUnreachable,
    ModelUnreadable,
)
from memory.model.model_call import CallOutcome

LONGEST_WAIT_S = 3600.0
UNREADABLE = "answered in a form that cannot be read"
_RATE, _SERVER, _DENIED, _LATE = {429}, range(500, 600), {401, 403}, {408, 504}

_OUTCOMES: dict[type[ModelUnavailable], CallOutcome] = {
    ModelTimedOut: CallOutcome.TIMED_OUT,
    ModelUnreachable: CallOutcome.UNREACHABLE,
    ModelRateLimited: CallOutcome.RATE_LIMITED,
    ModelFailing: CallOutcome.FAILING,
    ModelDenied: CallOutcome.DENIED,
    ModelRejected: CallOutcome.REJECTED,
    ModelRefused: CallOutcome.REFUSED,
    ModelUnreadable: CallOutcome.UNREADABLE,
    ModelStopped: CallOutcome.CANCELLED,
    ModelUnavailable: CallOutcome.FAILING,
}


_NOT_ITS_FAULT = (ModelRefused, ModelUnreadable, ModelRejected, ModelStopped, ModelOverBudget)


def outcome(error: ModelUnavailable) -> CallOutcome:
    """Return how a call that failed so is counted."""
    return next(_OUTCOMES[kind] for kind in type(error).__mro__ if kind in _OUTCOMES)


def of_the_provider(error: ModelUnavailable) -> bool:
    """Return whether the provider is to blame, so that it may be better to leave it alone for a while."""
    return isinstance(error, ModelDenied) or not isinstance(error, _NOT_ITS_FAULT)


def answered_with(status: int, headers: Any) -> ModelUnavailable:
    """Return the error that an HTTP status stands for; `headers` are a mapping."""
    said = f"answered with an error ({status})"
    if status in _RATE:
        limited = ModelRateLimited(said)
        limited.retry_after_s = retry_after(headers)
        return limited
    if status in _DENIED:
        return ModelDenied(said, hint="Check the provider's key.")
    if status in _LATE:
        return ModelTimedOut(said)
    if status in _SERVER:
        failing = ModelFailing(said)
        failing.retry_after_s = retry_after(headers)
        return failing
    return ModelRejected(said)


def retry_after(headers: Any) -> float | None:
    """Return the seconds that `Retry-After` asks for (RFC 9110, section 10.2.3), None where it does not.

    A date counts from the answer's own `Date`, so that clocks need not agree.
    """
    asked = str(headers.get("retry-after") or "").strip()
    if asked.isascii() and asked.replace(".", "", 1).isdigit():
        return min(float(asked), LONGEST_WAIT_S)
    until, sent = _date(asked), _date(str(headers.get("date") or ""))
    if until is None or sent is None:
        return None
    return min(max(0.0, (until - sent).total_seconds()), LONGEST_WAIT_S)


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo is not None else None
