"""RFC 6962 §2.1 once more, word for word and slowly: what the log's own hashing is compared with."""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

SIZES = (0, 1, 2, 3, 7, 8, 255, 256, 257, 1_000, 70_000)


def split(n: int) -> int:
    """Return k, the largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d: Sequence[bytes]) -> bytes:
    """MTH(D[n]), the Merkle Tree Hash."""
    if not d:
        return sha256().digest()
    if len(d) == 1:
        return sha256(b"\x00" + d[0]).digest()
    k = split(len(d))
    return sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]), the audit path of §2.1.1."""
    if len(d) == 1:
        return []
    k = split(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def proof(m: int, d: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D[n]), the consistency proof of §2.1.2."""
    return subproof(m, d, known=True)


def subproof(m: int, d: Sequence[bytes], *, known: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b)."""
    if m == len(d):
        return [] if known else [mth(d)]
    k = split(len(d))
    if m <= k:
        return [*subproof(m, d[:k], known=known), mth(d[k:])]
    return [*subproof(m - k, d[k:], known=False), mth(d[:k])]


def turns(m: int, n: int) -> str:
    """Return on which side each sibling of leaf m is, as PATH has it, and nothing of the hashes."""
    if n == 1:
        return ""
    k = split(n)
    return turns(m, k) + "R" if m < k else turns(m - k, n - k) + "L"


def consistency_turns(m: int, n: int, *, known: bool = True) -> str:
    """Return which side each hash of PROOF(m, D[n]) is on, and whether it begins with the old root."""
    if m == n:
        return "known " if known else "first "
    k = split(n)
    return (
        consistency_turns(m, k, known=known) + "R"
        if m <= k
        else consistency_turns(m - k, n - k, known=False) + "L"
    )


def entries(count: int) -> list[bytes]:
    """Return that many entries, all different."""
    return [f"entry {number}".encode() for number in range(count)]


def stored(leaves: Sequence[bytes]) -> Callable[[int, int], bytes]:
    """Return a reader of every complete node over these leaf hashes, and so of every smaller tree."""
    rows = list(_rows(leaves))
    return lambda level, index: rows[level][index]


def _rows(leaves: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    row = leaves
    while row:
        yield row
        row = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)]
