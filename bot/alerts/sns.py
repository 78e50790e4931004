"""Amazon SNS: whose message it is, by its signature; and confirming a subscription, a call to Amazon alone.

(1) The topic is one that the settings name. (2) The message is not old. (3) The certificate stands at an address
of Amazon SNS, and nowhere else. (4) The signature over the fields that are signed is that certificate's.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.x509 import load_pem_x509_certificate

from bot.alert_settings import AlertSource
from memory.errors import AuthenticationFailed, ConnectorRejected, ConnectorUnreachable
from memory.model.value import JsonValue
from tools.webhooks.reading import Part

AGE: Final = timedelta(hours=7)  # SNS tries again for six hours
AHEAD: Final = timedelta(minutes=5)
MOST_CERTIFICATES: Final = 16
LONGEST_ANSWER: Final = 64 * 1024
WITHIN_S: Final = 5.0
_HOST: Final = re.compile(r"sns\.[a-z]{2}(-[a-z]+)+-\d\.amazonaws\.com(\.cn)?")
_CERTIFICATE: Final = re.compile(r"/SimpleNotificationService-[0-9a-f]{16,64}\.pem")
_HASHES: Final[dict[str, type[HashAlgorithm]]] = {"1": SHA1, "2": SHA256}
_NOTIFIED: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_ASKED: Final = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_KINDS: Final = {
    "Notification": _NOTIFIED,
    "SubscriptionConfirmation": _ASKED,
    "UnsubscribeConfirmation": _ASKED,
}

Fetch = Callable[[str], Awaitable[bytes]]


class Sns:
    """Verifies messages, and confirms subscriptions. `fetch` gets what stands at an address of Amazon's."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._keys: dict[str, RSAPublicKey] = {}

    async def verify(self, source: AlertSource, body: JsonValue, now: datetime) -> None:
        """Raise `AuthenticationFailed` unless the message is Amazon's, of a topic of ours, and not old."""
        message = Part(body)
        kind = message.maybe("Type")
        _require(message.maybe("TopicArn") in source.topics, "a topic that alert_sources names")
        _require(kind in _KINDS, "a notification, or a confirmation")
        sent = message.maybe_moment("Timestamp")
        _require(sent is not None and now - AGE <= sent <= now + AHEAD, "a message of the last hours")
        hashed = _HASHES.get(message.maybe("SignatureVersion"))
        _require(hashed is not None, "signature version 1 or 2")
        key = await self._key(message.maybe("SigningCertURL"), now)
        try:
            given = b64decode(message.maybe("Signature"), validate=True)
            key.verify(given, _signed(message, _KINDS[kind]), PKCS1v15(), hashed())  # type: ignore[misc]  # required above
        except (Error, InvalidSignature):
            _require(False, "a signature of this message")  # noqa: FBT003 -- nothing was proved

    async def confirm(self, source: AlertSource, body: JsonValue) -> None:
        """Confirm a subscription that was verified; raises `AuthenticationFailed` for another address.

        It is a call outwards, to an address out of a message: only to Amazon, only this action, only our topics.
        """
        address = Part(body).maybe("SubscribeURL")
        _require(_amazons(address), "an address of Amazon SNS")
        asked = parse_qs(urlsplit(address).query)
        _require(asked.get("Action") == ["ConfirmSubscription"], "an address that confirms")
        _require(asked.get("TopicArn", [""])[0] in source.topics, "a topic that alert_sources names")
        await self._fetch(address)

    async def _key(self, address: str, now: datetime) -> RSAPublicKey:
        known = self._keys.get(address)
        if known is not None:
            return known
        _require(_amazons(address) and _is_certificate(address), "a certificate at an address of Amazon SNS")
        try:
            certificate = load_pem_x509_certificate(await self._fetch(address))
        except ValueError:
            raise AuthenticationFailed("expected a certificate of Amazon SNS, found something else") from None
        key = certificate.public_key()
        valid = certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
        if not valid or not isinstance(key, RSAPublicKey):
            raise AuthenticationFailed("expected a certificate that is in force, with an RSA key, found another")
        if len(self._keys) >= MOST_CERTIFICATES:
            self._keys.clear()
        self._keys[address] = key
        return key


def _signed(message: Part, fields: tuple[str, ...]) -> bytes:
    """Return the text that is signed: each field that is there, its name and its value, a line each."""
    told = [(name, message.at(name)) for name in fields]
    return "".join(f"{name}\n{value}\n" for name, value in told if value is not None).encode()


def _amazons(address: str) -> bool:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.username or parts.password) and port in {None, 443}
    return parts.scheme == "https" and plain and bool(_HOST.fullmatch(parts.hostname or ""))


def _is_certificate(address: str) -> bool:
    parts = urlsplit(address)
    return bool(_CERTIFICATE.fullmatch(parts.path)) and not parts.query and not parts.fragment


def _require(proved: bool, what: str) -> None:
    if not proved:
        raise AuthenticationFailed(
            f"expected {what} from Amazon SNS, found none",
            hint="Raw message delivery has no signature and must be off: docs/alerts.md says how to connect SNS.",
        )


async def fetched(address: str) -> bytes:
    """Return what stands at an address of Amazon's; follows no redirects and uses no proxy of the environment.

    Raises `ConnectorUnreachable` or `ConnectorRejected`.
    """
    try:
        async with (
            httpx.AsyncClient(timeout=WITHIN_S, follow_redirects=False, trust_env=False) as http,
            http.stream("GET", address) as answer,
        ):
            if not answer.is_success:
                raise ConnectorRejected(f"expected Amazon SNS to answer, found HTTP {answer.status_code}")
            found = b""
            async for part in answer.aiter_bytes():
                found += part
                if len(found) > LONGEST_ANSWER:
                    raise ConnectorRejected(f"expected an answer of at most {LONGEST_ANSWER} bytes, found more")
            return found
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ConnectorUnreachable(f"expected Amazon SNS to answer, found {type(error).__name__}") from None
