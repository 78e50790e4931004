"""The `keys` file of a published log: one verifier key a line, for whoever has no better source of them. Pure.

It proves nothing of whose log it is: it comes from where the log comes from.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from memory.errors import LogMalformed
from memory.log.encoding import decode_utf8
from memory.log.keys import Algorithm, VerifierKey

MAX_LISTING_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class KeyListing:
    """The log's keys, the first one first, and then its witnesses'."""

    log_keys: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...] = ()

    def __post_init__(self) -> None:
        every = (*self.log_keys, *self.witnesses)
        if not self.log_keys or len({key.public for key in every}) < len(every):
            raise LogMalformed("expected keys of a log and its witnesses, none of them twice, found others")
        if _typed(every, Algorithm.ED25519) != self.log_keys:
            raise LogMalformed("expected log keys of type 01 and witness keys of type 04, found another type")

    def encode(self, comments: Iterable[str] = ()) -> bytes:
        """Return the file's bytes, beginning with comments of one line each."""
        lines = [*(f"# {comment}" for comment in comments), *map(str, self.log_keys), *map(str, self.witnesses)]
        return "".join(f"{line}\n" for line in lines).encode()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the keys that a file lists; raises `LogMalformed`, which names the line."""
        text = decode_utf8(data, "a list of keys", MAX_LISTING_BYTES)
        keys = [_key(number, line) for number, line in enumerate(text.split("\n"), 1) if line and line[0] != "#"]
        listing = cls(_typed(keys, Algorithm.ED25519), _typed(keys, Algorithm.COSIGNATURE_V1))
        if [*listing.log_keys, *listing.witnesses] != keys:
            raise LogMalformed("expected the log's keys and then its witnesses', found another order")
        return listing


def _typed(keys: Iterable[VerifierKey], algorithm: Algorithm) -> tuple[VerifierKey, ...]:
    return tuple(key for key in keys if key.algorithm is algorithm)


def _key(number: int, line: str) -> VerifierKey:
    try:
        return VerifierKey.parse(line)
    except LogMalformed as error:
        raise LogMalformed(f"{error.message}, in line {number}") from error
