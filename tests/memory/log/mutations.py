"""Everything that one slip can do to some bytes."""

from collections.abc import Callable, Iterator

Change = Callable[[bytes], Iterator[bytes]]


def slips(data: bytes) -> Iterator[bytes]:
    """Yield the bytes with each bit turned, each byte left out or doubled, and each two neighbours swapped."""
    for at in range(len(data)):
        before, byte, after = data[:at], data[at], data[at + 1 :]
        for bit in range(8):
            yield before + bytes([byte ^ 1 << bit]) + after
        yield before + after
        yield before + bytes([byte, byte]) + after
        if after and after[0] != byte:
            yield before + after[:1] + bytes([byte]) + after[1:]


def edges(data: bytes) -> Iterator[bytes]:
    """Yield the bytes cut short, with something before them, and with something after them."""
    for cut in range(len(data)):
        yield data[:cut]
    for more in (b"\n", b" ", b"\r", b"\0", b"x", b"\n\n"):
        yield data + more
        yield more + data
