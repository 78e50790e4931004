"""A statement with its signature: a DSSE envelope (v1.0.2) with exactly one. Pure.

What is signed is the pre-authentication encoding (PAE). A passkey cannot sign that itself: its challenge is the
SHA-256 of it, and what the authenticator signed beside the challenge stands in the signature's `extension`.
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal, Self

from pydantic import ConfigDict, Field, ValidationError

from memory.canonical import canonical
from memory.errors import InvalidInput, StatementInvalid
from memory.model.value import Value

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
WEBAUTHN: Final = "urn:quarterdeck:webauthn-assertion:v1"
MAX_BYTES = 32_768


class Assertion(Value):
    """What an authenticator signed over, both in base64: WebAuthn's `authenticatorData` and `clientDataJSON`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    kind: Literal["urn:quarterdeck:webauthn-assertion:v1"] = WEBAUTHN
    authenticator_data: str = Field(alias="authenticatorData")
    client_data: str = Field(alias="clientDataJSON")


class _Signature(Value):
    keyid: str = Field(min_length=1, max_length=300)
    sig: str
    extension: Assertion | None = None


class _Form(Value):
    payload: str
    payload_type: Literal["application/vnd.in-toto+json"] = Field(alias="payloadType")
    signatures: tuple[_Signature, ...] = Field(min_length=1, max_length=1)


@dataclass(frozen=True)
class Envelope:
    """One signed payload. `keyid` names the key, and is no part of what is signed."""

    payload: bytes
    keyid: str
    signature: bytes
    assertion: Assertion | None = None

    def encode(self) -> bytes:
        """Return its one JSON form."""
        signed = {"keyid": self.keyid, "sig": b64encode(self.signature).decode()}
        extension = {} if self.assertion is None else {"extension": self.assertion.model_dump(by_alias=True)}
        return canonical(
            {
                "payload": b64encode(self.payload).decode(),
                "payloadType": PAYLOAD_TYPE,
                "signatures": [signed | extension],
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the envelope that these bytes are; raises `StatementInvalid` for any other form of it."""
        if len(data) > MAX_BYTES:
            raise StatementInvalid(f"expected an envelope of at most {MAX_BYTES} bytes, found {len(data)}")
        try:
            form = _Form.model_validate(json.loads(data))
            signed = form.signatures[0]
            envelope = cls(decoded(form.payload), signed.keyid, decoded(signed.sig), signed.extension)
            same = envelope.encode() == canonical(json.loads(data))
        except (ValueError, RecursionError, InvalidInput) as error:
            found = "other fields" if isinstance(error, ValidationError) else "something else"
            raise StatementInvalid(f"expected a DSSE envelope with one signature, found {found}") from None
        if not same:
            raise StatementInvalid("expected an envelope in base64 as RFC 4648 has it, found another form of it")
        return envelope

    def pae(self) -> bytes:
        """Return what is signed."""
        return pae(self.payload)


def pae(payload: bytes) -> bytes:
    """Return the pre-authentication encoding of a statement's bytes."""
    from securesystemslib.dsse import Envelope as Dsse  # slow to load, and seldom needed

    return Dsse(payload, PAYLOAD_TYPE, {}).pae()


def challenge(payload: bytes) -> bytes:
    """Return the challenge that binds a passkey's assertion to a statement's bytes: 32 bytes."""
    return sha256(pae(payload)).digest()


def decoded(text: str) -> bytes:
    """Return the bytes of strict base64; raises `StatementInvalid`."""
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        raise StatementInvalid("expected base64, found something else") from None
