"""A sender as monitoring systems are: connections that stay open, one delivery after another, again after a 5xx.

It speaks HTTP/1.1 by hand, so that what is measured is the server and not a client.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

BUSY = 500  # from here on, a source sends again
PAUSE_S = 0.05
TRIES = 100


async def sent(url: str, bodies: Sequence[bytes], headers: dict[str, str], connections: int = 16) -> Counter[int]:
    """Send every body, each until it is taken; return how often each status was answered."""
    waiting = list(reversed(bodies))
    statuses: Counter[int] = Counter()

    async def one() -> None:
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            while waiting:
                body = waiting.pop()
                for _ in range(TRIES):
                    status = await _exchanged(reader, writer, parts.path, body, headers)
                    statuses[status] += 1
                    if status < BUSY:
                        break
                    await asyncio.sleep(PAUSE_S)
        finally:
            writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return statuses


async def _exchanged(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, body: bytes, headers: dict[str, str]
) -> int:
    told = {"Host": "localhost", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    writer.write(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
    await writer.drain()
    status = int((await reader.readline()).split()[1])
    length = 0
    while (line := await reader.readline()) not in {b"\r\n", b""}:
        name, _, value = line.decode().partition(":")
        if name.lower() == "content-length":
            length = int(value)
    await reader.readexactly(length)
    return status
