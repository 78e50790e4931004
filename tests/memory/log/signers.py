"""A log, two witnesses and a stranger, with keys that are the same in every run."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from memory.log.checkpoint import Checkpoint
from memory.log.keys import Cosigner, Signer
from memory.log.merkle import leaf_hash, root_of
from memory.log.trust import Trust
from tests.memory.log.reference import entries

ORIGIN = "quarterdeck.example/log"
NOON = 1_795_262_400  # 2026-11-20T12:00:00Z


def private(number: int) -> Ed25519PrivateKey:
    """Return the private key of that number."""
    return Ed25519PrivateKey.from_private_bytes(number.to_bytes(32))


LOG = Signer(ORIGIN, private(1))
FIRST = Cosigner("witness.example/first", private(2))
SECOND = Cosigner("witness.example/second", private(3))
STRANGER = Signer("stranger.example", private(4))

BY_LOG = Trust(ORIGIN, (LOG.key,))
BY_BOTH = Trust(ORIGIN, (LOG.key,), (FIRST.key, SECOND.key))


def checkpoint(size: int) -> Checkpoint:
    """Return what the log says when it has that many of the reference's entries."""
    return Checkpoint(ORIGIN, size, root_of([leaf_hash(entry) for entry in entries(size)]))
