"""The key in force, and the two ways in which it changes. Each change is an entry of every log that it signs.

A rotation can be cut off anywhere: the log says which key it was signed with last, and the files follow it.
"""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.signing.files import KeyFile
from bot.signing.history import KeyPast, key_past
from memory.clock import Clock
from memory.errors import Conflict, InvalidInput, NotFound
from memory.ids import Ids
from memory.log.endorsement import endorsed
from memory.log.identity import LogKey
from memory.log.keys import Signer, VerifierKey
from memory.model.bodies import KeyChanged
from memory.model.record import SYSTEM, Receipt, Record
from memory.store import Store
from memory.store.sealing import KeysNow, no_others


@dataclass(frozen=True)
class SigningKey:
    """The key, where it came from in words, and the keys that are there later; `file` where it came from one."""

    key: LogKey
    origin: str
    others: KeysNow = no_others
    file: KeyFile | None = None


class Keyholder:
    """Holds the key of every log in one store."""

    def __init__(self, store: Store, signing: SigningKey, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._signing = signing
        self._clock = clock
        self._ids = ids

    async def introduce(self, tenant: str) -> bool:
        """Let a log begin with its key, and return whether it began now."""
        key = self._signing.key.signer(tenant).key
        return await self._store.ledger.begin(self._record(tenant, KeyChanged(change="created", key=str(key))))

    async def past(self, tenant: str) -> KeyPast:
        """Return the keys that a log had and has, as its entries tell."""
        return await key_past(self._store, tenant, self._signing.key.origin(tenant))

    async def rotate(self, private: Ed25519PrivateKey, *, keep: bool) -> tuple[Receipt, ...]:
        """Let another key take over, in every log at once; with `keep`, the old one stays aside in its file.

        Raises `InvalidInput` for a key that one of the logs had before, `Conflict` while somebody else changes the
        key, and `LogKeyWrong` where the new key cannot be kept, all with nothing changed.
        """
        old, new = self._signing.key, LogKey(self._signing.key.name, private)
        file = self._signing.file
        with file.changing() if file else nullcontext():
            tenants = await self._store.ledger.tenants()
            if not tenants:
                raise Conflict("expected a log whose key to rotate, found none yet")
            await self._check_new(new, tenants)
            records = [self._record(each, _rotated(old.signer(each), new.signer(each))) for each in tenants]
            if file:
                file.prepare(private, keep=_short(old, tenants[0]) if keep else None)
            receipts = await self._store.rotate(records, new)
            if file:
                file.settle(lambda found: found.public_key() == private.public_key())
        return receipts

    async def revoke(self, key: VerifierKey, from_size: int | None) -> tuple[Receipt, int]:
        """Let a key that was rotated away be believed no more for trees larger than `from_size`.

        Unless it is given, that is the size at which the key was rotated away. Returns where the entry stands, and
        the size. Raises `NotFound` for a key that never signed, `Conflict` for one in force, and `InvalidInput`.
        """
        tenant = key.name.removeprefix(f"{self._signing.key.name}/")
        past = await self.past(tenant)
        if key not in past.keys:
            raise NotFound(f"expected a key that signed the log of {tenant}, found {key}, which never did")
        until = past.signed_until(key)
        if until is None:
            raise Conflict(f"expected a key that signs no more, found {key}", hint="quarterdeck log key rotate")
        size = until if from_size is None else from_size
        if not 0 <= size <= until:
            raise InvalidInput(f"expected a size up to {until}, at which the key was rotated away, found {size}")
        pending = await self._store.ledger.append(
            self._record(tenant, KeyChanged(change="revoked", key=str(key), from_size=size))
        )
        return pending.receipt, size

    async def _check_new(self, new: LogKey, tenants: Iterable[str]) -> None:
        for tenant in tenants:
            key = new.signer(tenant).key
            if key in (await self.past(tenant)).keys:
                raise InvalidInput(
                    f"expected a key that never signed the log of {tenant}, found {key}",
                    hint="A key that was put aside stays aside: make a new one.",
                )

    def _record(self, tenant: str, change: KeyChanged) -> Record:
        return Record(
            tenant=tenant,
            at=self._clock.now(),
            actor=SYSTEM,
            correlation=self._ids.new("cor"),
            body=change,
        )


def _rotated(old: Signer, new: Signer) -> KeyChanged:
    endorsement = endorsed(old.key.name, old, new).encode().decode()
    return KeyChanged(change="rotated", key=str(new.key), previous=str(old.key), endorsement=endorsement)


def _short(key: LogKey, tenant: str) -> str:
    return key.signer(tenant).key.key_id.hex()
