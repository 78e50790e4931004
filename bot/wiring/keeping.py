"""The log, for commands on this machine: its key shown, made, rotated, revoked; and the requests it tells of."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.controls.past import past_requests
from bot.settings import Settings
from bot.signing.files import KeyFile, read_key
from bot.surfaces.cli.host import KeyChange, LogKeyLine, LogKeys
from bot.telemetry import Metrics
from bot.wiring.log import OpenLog, open_log
from memory.clock import SystemClock
from memory.errors import InvalidInput, LogMalformed
from memory.ids import RandomIds
from memory.log.identity import LogKey
from memory.log.keys import VerifierKey
from tools.policy.past import Past

_RESTART = "Servers that read the same file go on by themselves."
_HAND_OVER = (
    "Now put the new key where the settings look for it, and start every server again: until then they refuse."
)


class Keeper:
    """Serves `bot.surfaces.cli.host.LogKeeper` on an open log."""

    def __init__(self, log: OpenLog, tenant: str) -> None:
        self._log = log
        self._tenant = tenant

    async def keys(self) -> LogKeys:
        """Return the keys that the tenant's log had and has."""
        past = await self._log.holder.past(self._tenant)
        lines = tuple(
            LogKeyLine(
                key=str(each.key),
                signs=past.signed_until(each.key) is None,
                rotated_at=past.signed_until(each.key),
                revoked_from=each.until,
            )
            for each in past.believed
        )
        return LogKeys(key_from=self._log.signing.origin, keys=lines)

    async def requests(self) -> Past:
        """Return the past requests that the log tells of, and how many it does not."""
        return await past_requests(self._log.store, self._tenant)

    async def rotate(self, new: Path | None, *, keep: bool) -> KeyChange:
        """Let the key in `new`, or a fresh one, take over."""
        file = self._log.signing.file
        if new is None and file is None:
            raise InvalidInput(
                f"expected --key with the new key, as the old one is in {self._log.signing.origin}, found none",
                hint="quarterdeck log key new FILE makes one.",
            )
        private = Ed25519PrivateKey.generate() if new is None else read_key(new)
        receipts = await self._log.holder.rotate(private, keep=keep)
        key = LogKey(self._log.signing.key.name, private).signer(self._tenant).key
        return KeyChange(key=str(key), entry=receipts[0].index, then=_RESTART if file else _HAND_OVER)

    async def revoke(self, key: str, from_size: int | None) -> KeyChange:
        """Take back what a key that was rotated away signed for trees larger than `from_size`."""
        try:
            parsed = VerifierKey.parse(key)
        except LogMalformed as error:
            raise InvalidInput(
                error.message, hint="quarterdeck log key show lists the keys of the log."
            ) from error
        receipt, size = await self._log.holder.revoke(parsed, from_size)
        then = f"What it signed for more than {size} entries is believed no more."
        return KeyChange(key=key, entry=receipt.index, then=then)


@asynccontextmanager
async def open_keeper(settings: Settings) -> AsyncIterator[Keeper]:
    """Open the log of the settings for its key; raises as `open_log` does."""
    async with open_log(settings, SystemClock(), RandomIds(), Metrics()) as log:
        yield Keeper(log, settings.tenant)


def new_log_key(settings: Settings, path: Path) -> str:
    """Make a key in a file, for its owner alone, and return its verifier key; raises `Conflict`, `LogKeyWrong`."""
    private = Ed25519PrivateKey.generate()
    KeyFile(path).create(private)
    return _verifier(settings, private)


def log_key_in(settings: Settings, path: Path) -> str:
    """Return the verifier key of the private one in a file; raises `NotFound` or `LogKeyWrong`."""
    return _verifier(settings, read_key(path))


def _verifier(settings: Settings, private: Ed25519PrivateKey) -> str:
    return str(LogKey(settings.log_name, private).signer(settings.tenant).key)
