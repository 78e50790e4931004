"""Tokens at rest: AES-256-GCM under a key that is not in the database, bound to the workspace they are for.

Source: NIST SP 800-38D. Several keys may be known at once: the first seals, all of them open, so that a key is
changed by putting a new one in front of it.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from memory.errors import InvalidSettings, SlackTokenInvalid
from memory.model.value import Value

SHORTEST: Final = 32  # characters of a key in the settings
_NONCE: Final = 12  # bytes


class Tokens(Value):
    """What a workspace gave: the bot's token and, where tokens end, what gets the next one."""

    bot: str
    refresh: str = ""


class Seal:
    """Seals and opens tokens."""

    def __init__(
        self, keys: Sequence[bytes], nonce: Callable[[], bytes] = lambda: secrets.token_bytes(_NONCE)
    ) -> None:
        if not keys or any(len(key) < SHORTEST for key in keys):
            raise InvalidSettings(
                f"expected slack_keys of at least {SHORTEST} random characters each, found none or a shorter one",
                hint="openssl rand -hex 32 makes one.",
            )
        self._keys = {key_id(key): AESGCM(_derived(key)) for key in keys}
        self._first = key_id(keys[0])
        self._nonce = nonce

    @property
    def key(self) -> str:
        """Return the id of the key that seals."""
        return self._first

    def seal(self, tokens: Tokens, tenant: str, team: str) -> str:
        """Return the tokens as nobody without the key can read them, in base64."""
        nonce = self._nonce()
        sealed = self._keys[self._first].encrypt(nonce, tokens.model_dump_json().encode(), _bound(tenant, team))
        return base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, key: str, tenant: str, team: str) -> Tokens:
        """Return the tokens; raises `SlackTokenInvalid` where another key sealed them, or for another team."""
        box = self._keys.get(key)
        if box is None:
            raise SlackTokenInvalid(
                f"expected tokens sealed with one of slack_keys, found key {key}",
                hint="Put the key they were sealed with behind the new one in slack_keys, or install again.",
            )
        raw = base64.b64decode(sealed)
        try:
            opened = box.decrypt(raw[:_NONCE], raw[_NONCE:], _bound(tenant, team))
        except InvalidTag as error:
            raise SlackTokenInvalid(
                "expected the tokens that were sealed for this workspace, found something else",
                hint="Install the app in the workspace again.",
            ) from error
        return Tokens.model_validate_json(opened)


def key_id(key: bytes) -> str:
    """Return what a key is called beside what it sealed; it does not lead back to the key."""
    return hashlib.sha256(b"quarterdeck slack key id\n" + key).hexdigest()[:12]


def _derived(key: bytes) -> bytes:
    return hashlib.sha256(b"quarterdeck slack key\n" + key).digest()


def _bound(tenant: str, team: str) -> bytes:
    return f"{tenant}\n{team}".encode()
