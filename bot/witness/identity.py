"""Who a witness says it is: its key, the logs it knows, and the last tree of each that it cosigned. Pure."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime

from memory.log.encoding import to_base64
from memory.log.keys import VerifierKey
from memory.model.value import Value
from memory.witnessing import LastCosigned


class KnownLog(Value):
    """A log it knows. `root` is base64, as in a checkpoint; there is none while nothing was cosigned."""

    origin: str
    keys: tuple[str, ...]
    size: int = 0
    root: str | None = None
    cosigned_at: datetime | None = None


class Identity(Value):
    """The witness, as it shows itself to whoever asks."""

    name: str
    key: str
    logs: tuple[KnownLog, ...]

    def page(self) -> str:
        """Return all of it as plain text."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield from (f"witness {self.name}", "", "It cosigns logs that only grow (C2SP tlog-witness). Its key:", "")
        yield f"    {self.key}"
        for log in self.logs:
            at = f"{log.cosigned_at:%Y-%m-%dT%H:%M:%SZ}" if log.cosigned_at else "never"
            yield from ("", f"log {log.origin}", f"    cosigned  {at}", f"    size      {log.size}")
            yield from ((f"    root      {log.root}",) if log.root else ())
            yield from (f"    key       {key}" for key in log.keys)


def identified(
    key: VerifierKey, logs: Mapping[str, Collection[VerifierKey]], last: Mapping[str, LastCosigned]
) -> Identity:
    """Return the witness of that key, which knows these logs and has cosigned these trees."""
    known = (_known(origin, keys, last.get(origin)) for origin, keys in logs.items())
    return Identity(name=key.name, key=str(key), logs=tuple(known))


def _known(origin: str, keys: Collection[VerifierKey], seen: LastCosigned | None) -> KnownLog:
    written = tuple(map(str, keys))
    if seen is None:
        return KnownLog(origin=origin, keys=written)
    at = datetime.fromtimestamp(seen.at, UTC)
    root = to_base64(seen.tree.root)
    return KnownLog(origin=origin, keys=written, size=seen.tree.size, root=root, cosigned_at=at)
