"""The keys that tests sign with: known to everybody, and good for nothing else."""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from memory.log.identity import LogKey


def private_key(of: str) -> Ed25519PrivateKey:
    """Return the private key that this word always gives."""
    return Ed25519PrivateKey.from_private_bytes(sha256(of.encode()).digest())


LOG_KEY = LogKey("quarterdeck.test", private_key("log"))
