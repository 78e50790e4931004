"""Reading an answer without trusting its size or its form.

At most the limit and one network chunk are in memory, also while a compressed answer is unpacked.
"""

import json
import zlib
from typing import NoReturn, Protocol, cast

import httpx

from memory.errors import ConnectorError, ResponseTooLarge
from memory.model.value import JsonValue

_GZIP = zlib.MAX_WBITS | 16


class _Unpacker(Protocol):
    def unpack(self, chunk: bytes, most: int) -> bytes:
        """Return what `chunk` holds, `most` bytes at most; `most` is positive, for zlib takes 0 as no limit."""


class _Plain:
    def unpack(self, chunk: bytes, most: int) -> bytes:
        return chunk[:most]


class _Gzip:
    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP)

    def unpack(self, chunk: bytes, most: int) -> bytes:
        return self._stream.decompress(chunk, most)


async def read(response: httpx.Response, limit: int, source: str) -> bytes:
    """Return the body, unpacked; raises `ResponseTooLarge` beyond `limit` bytes, `ConnectorError` if damaged."""
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise _too_large(source, limit)
    body = await read_beginning(response, limit + 1, source)
    if len(body) > limit:
        raise _too_large(source, limit)
    return body


async def read_beginning(response: httpx.Response, most: int, source: str) -> bytes:
    """Return the first `most` bytes of the body, unpacked, and leave the rest where it is."""
    unpacker = _unpacker(response, source)
    body = bytearray()
    async for chunk in response.aiter_raw():
        try:
            body += unpacker.unpack(chunk, most - len(body))
        except zlib.error:
            raise ConnectorError(f"expected a gzip stream from {source}, found one that is damaged") from None
        if len(body) >= most:
            break
    return bytes(body)


def decode(body: bytes, source: str) -> JsonValue:
    """Return the JSON value in the body, None for an empty one; raises `ConnectorError` for anything else."""
    if not body.strip():
        return None
    try:
        return cast("JsonValue", json.loads(body, parse_constant=_refuse))
    except json.JSONDecodeError as error:
        where = f"{error.msg} at line {error.lineno}, column {error.colno}"
    except UnicodeDecodeError:
        where = "its bytes are not text"
    except RecursionError:
        where = "it is nested too deeply"
    except ValueError as error:
        where = str(error)
    beginning = body[:400].decode(errors="replace")
    raise ConnectorError(
        f"expected JSON from {source}, found something else: {where}",
        hint=f"Check that the configured address of {source} is the address of its API.",
        body=beginning,
    )


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def _unpacker(response: httpx.Response, source: str) -> _Unpacker:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        return _Plain()
    if encoding in {"gzip", "x-gzip"}:
        return _Gzip()
    raise ConnectorError(f"expected a plain or gzip answer from {source}, found another content encoding")


def _too_large(source: str, limit: int) -> ResponseTooLarge:
    return ResponseTooLarge(
        f"expected at most {limit:,} bytes from {source}, found more",
        hint="Ask for less: a shorter window, one service, a query with fewer series.",
    )
