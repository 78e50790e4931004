"""An authenticator in software: it makes a passkey (ES256) and signs challenges as WebAuthn says, or wrongly."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey for one site; `verifies` is whether it asks its holder for a fingerprint or a PIN."""

    site: str
    verifies: bool = True
    uses: int = 0
    handle: bytes = b"handle-of-a-passkey"
    _private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, challenge: bytes) -> str:
        """Return what `navigator.credentials.create` gives, as WebAuthn's JSON."""
        cose = self.public()
        attested = bytes(16) + len(self.handle).to_bytes(2) + self.handle + cose
        data = self._data(ATTESTED) + attested
        client = self._client("webauthn.create", challenge)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": b64(client), "attestationObject": b64(attestation)})

    def get(self, challenge: bytes, *, origin: str = "") -> dict[str, Any]:
        """Return what `navigator.credentials.get` gives, as WebAuthn's JSON."""
        self.uses += 1
        data, client = self._data(), self._client("webauthn.get", challenge, origin)
        signature = self._private.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        answer = {"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature)}
        found: dict[str, Any] = json.loads(self._answer(answer))
        return found

    def public(self) -> bytes:
        """Return the COSE key."""
        numbers = self._private.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})

    def _data(self, flags: int = 0) -> bytes:
        host = self.site.partition("://")[2].partition(":")[0]
        all_flags = flags | PRESENT | (VERIFIED if self.verifies else 0)
        return sha256(host.encode()).digest() + bytes([all_flags]) + self.uses.to_bytes(4)

    def _client(self, kind: str, challenge: bytes, origin: str = "") -> bytes:
        said = {"type": kind, "challenge": b64(challenge), "origin": origin or self.site, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, str]) -> str:
        name = b64(self.handle)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def b64(data: bytes) -> str:
    """Return base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")
