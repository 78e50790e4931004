"""Whether a request really comes from Slack, and now: the signature over its raw bytes, before anything is read.

Source: docs.slack.dev/authentication/verifying-requests-from-slack. Errors never repeat what was sent. Pure.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from memory.errors import AuthenticationFailed

WINDOW: Final = timedelta(minutes=5)
STAMP: Final = "x-slack-request-timestamp"
SIGNATURE: Final = "x-slack-signature"

_VERSION = b"v0"
_HINT = (
    "Compare slack_signing_secret with the app's Basic Information page, and this machine's clock with the time."
)


def verify(secret: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Raise `AuthenticationFailed` unless Slack signed these bytes within five minutes of `now`.

    The names of `headers` are in lower case.
    """
    if not secret:
        raise AuthenticationFailed("expected a signing secret to compare with, found none", hint=_HINT)
    stamp = headers.get(STAMP, "")
    if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > _LONGEST_STAMP:
        raise AuthenticationFailed("expected a request that Slack signed, found no time of signing", hint=_HINT)
    apart = abs(now.timestamp() - int(stamp))
    if apart > WINDOW.total_seconds():
        raise AuthenticationFailed(
            f"expected a request signed within five minutes, found one that is {apart:.0f} s away", hint=_HINT
        )
    if not hmac.compare_digest(signed(secret, stamp, body).encode(), headers.get(SIGNATURE, "").encode()):
        raise AuthenticationFailed("expected a request that Slack signed, found another signature", hint=_HINT)


def signed(secret: bytes, stamp: str, body: bytes) -> str:
    """Return the signature of these bytes at that time, in whole seconds."""
    message = b":".join((_VERSION, stamp.encode(), body))
    return f"{_VERSION.decode()}={hmac.digest(secret, message, hashlib.sha256).hex()}"


_LONGEST_STAMP = 12  # digits: thirty thousand years
