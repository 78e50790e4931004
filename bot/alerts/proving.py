"""Whether what knocks is the source it says it is: checked before anything of the body is read. Fail closed."""

import hashlib
import hmac
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.alert_settings import AlertSource, Proof
from memory.errors import AuthenticationFailed

WINDOW: Final = timedelta(minutes=5)  # around a moment that is signed
_HEADERS: Final = {
    "github": "X-Hub-Signature-256",
    "pagerduty": "X-PagerDuty-Signature",
    "sentry": "Sentry-Hook-Signature",
    "grafana": "X-Grafana-Alerting-Signature",
}
_USUAL: Final = "X-Signature-256"


def before_the_body(source: AlertSource, headers: Mapping[str, str]) -> None:
    """Raise `AuthenticationFailed` unless the headers alone prove what they can."""
    given = headers.get("Authorization", "")
    if source.proves is Proof.BEARER:
        kind, _, secret = given.partition(" ")
        _require(source, kind.lower() == "bearer" and _known(source, secret.strip()), "its bearer token")
    elif source.proves is Proof.BASIC:
        user, secret = _basic(given)
        known = hmac.compare_digest(user.encode(), source.user.encode())
        _require(source, _known(source, secret) and known, "its user and password")
    elif source.proves is Proof.HMAC:
        _require(source, bool(headers.get(_header(source))), f"a signature in {_header(source)}")


def of_the_body(source: AlertSource, headers: Mapping[str, str], raw: bytes, now: datetime) -> None:
    """Raise `AuthenticationFailed` unless the body is signed, where this source signs it with a secret."""
    if source.proves is not Proof.HMAC:
        return
    signed = raw
    if source.timestamp_header:
        moment = headers.get(source.timestamp_header, "")
        _require(source, _fresh(moment, now), f"a moment within {WINDOW.seconds // 60} min of ours")
        signed = moment.encode() + b":" + raw
    given = [each.strip() for each in headers.get(_header(source), "").split(",")]
    wanted = [_signature(secret, signed) for secret in _secrets(source)]
    _require(source, any(_same(each, right) for each in given for right in wanted), "a signature of this body")


def _header(source: AlertSource) -> str:
    return source.header or _HEADERS.get(source.kind, _USUAL)


def _secrets(source: AlertSource) -> list[str]:
    return [found for each in (source.secret, source.secret_before) if (found := each.get_secret_value())]


def _known(source: AlertSource, secret: str) -> bool:
    return any(hmac.compare_digest(secret.encode(), each.encode()) for each in _secrets(source))


def _signature(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _same(given: str, right: str) -> bool:
    """Return whether a signature is this one; some sources write `sha256=` or `v1=` before it."""
    return hmac.compare_digest(given.rpartition("=")[2].lower().encode(), right.encode())


def _fresh(moment: str, now: datetime) -> bool:
    if not moment.isdecimal() or len(moment) > 12:  # noqa: PLR2004 -- seconds since 1970
        return False
    return abs(now.timestamp() - int(moment)) <= WINDOW.total_seconds()


def _basic(given: str) -> tuple[str, str]:
    kind, _, packed = given.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        user, _, secret = b64decode(packed.strip(), validate=True).decode().partition(":")
    except ValueError:  # neither base 64 nor UTF-8
        return "", ""
    return user, secret


def _require(source: AlertSource, proved: bool, what: str) -> None:
    if not proved:
        raise AuthenticationFailed(
            f"expected {what} from the source {source.name}, found none that is right",
            hint="The secret of alert_sources and the one that the source sends have to be the same.",
        )
