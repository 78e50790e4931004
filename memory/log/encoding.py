"""The pieces of text that the log's formats share: decimal numbers and base64. Pure.

One written form a value, and only that form is read, so that what parses prints back as the same bytes.
"""

import base64
import binascii
import re

from memory.errors import LogMalformed

HASH_BYTES = 32
LARGEST = 2**63 - 1  # of sizes, indices and times, as C2SP cosignatures and every 64-bit reader have it

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_SHOWN = 60


def quoted(found: object) -> str:
    """Return untrusted text as an error message may repeat it: escaped and cut short."""
    text = repr(found)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def parse_decimal(text: str, what: str) -> int:
    """Return the number between 0 and 2**63-1 that `text` writes in ASCII digits without leading zeroes.

    Raises `LogMalformed`, naming `what`, for any other form.
    """
    number = int(text) if _DECIMAL.fullmatch(text) else LARGEST + 1
    if number > LARGEST:
        raise LogMalformed(
            f"expected {what} as a decimal below 2**63 without leading zeroes, found {quoted(text)}"
        )
    return number


def to_base64(data: bytes) -> str:
    """Return the standard base64 of `data`, padded (RFC 4648 §4)."""
    return base64.b64encode(data).decode("ascii")


def parse_base64(text: str, what: str) -> bytes:
    """Return the bytes that `text` writes in standard base64, padded, its unused bits zero (RFC 4648 §4).

    Raises `LogMalformed`, naming `what`, for any other form.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):  # ValueError: not ASCII
        data = b""
    if to_base64(data) != text:
        raise LogMalformed(f"expected {what} in standard base64, found {quoted(text)}")
    return data


def parse_hash(text: str, what: str) -> bytes:
    """Return the 32 bytes that `text` writes in base64; raises `LogMalformed`, naming `what`."""
    data = parse_base64(text, what)
    if len(data) != HASH_BYTES:
        raise LogMalformed(f"expected {what} of {HASH_BYTES} bytes, found {len(data)}")
    return data


def decode_utf8(data: bytes, what: str, most: int) -> str:
    """Return the text of at most `most` bytes of UTF-8; raises `LogMalformed`, naming `what`."""
    if len(data) > most:
        raise LogMalformed(f"expected {what} of at most {most} bytes, found {len(data)}")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LogMalformed(f"expected {what} in UTF-8, found another byte at {error.start}") from error
