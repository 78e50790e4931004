"""The app's two icons, drawn: a ring with a tail, in colour and as an outline. Pure.

Source: learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package; PNG by RFC 2083.
"""

import struct
import zlib
from typing import Final, TypeAlias

Colour: TypeAlias = tuple[int, int, int, int]

ACCENT: Final = "#0B3D5C"
_BLUE: Final[Colour] = (0x0B, 0x3D, 0x5C, 0xFF)
_WHITE: Final[Colour] = (0xFF, 0xFF, 0xFF, 0xFF)
_CLEAR: Final[Colour] = (0, 0, 0, 0)
_MIDDLE: Final = (0.5, 0.47)
_RING: Final = (0.2, 0.29)
_TAIL: Final = (0.58, 0.8)
_THIN: Final = 0.06
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def colour() -> bytes:
    """Return the icon of 192 by 192 pixels."""
    return _drawn(192, _BLUE)


def outline() -> bytes:
    """Return the icon of 32 by 32 pixels: white, and nothing."""
    return _drawn(32, _CLEAR)


def _drawn(size: int, ground: Colour) -> bytes:
    rows = [
        b"\x00" + b"".join(bytes(_WHITE if _inked(x / size, y / size) else ground) for x in range(size))
        for y in range(size)
    ]
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def _inked(x: float, y: float) -> bool:
    """Return whether a point of the unit square is part of the figure."""
    far = (x - _MIDDLE[0]) ** 2 + (y - _MIDDLE[1]) ** 2
    inner, outer = _RING
    begins, ends = _TAIL
    return inner**2 <= far <= outer**2 or (abs(x - y) <= _THIN and begins <= x <= ends)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
