"""A witness put together and served until it is told to stop."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.serving import listener, serving, until_told
from bot.telemetry import configure_logging
from bot.witness.answering import Answering
from bot.witness.app import create_app
from bot.witness.keys import load_key
from memory.clock import SystemClock
from memory.errors import InvalidInput, LogMalformed
from memory.log.encoding import quoted
from memory.log.keys import Cosigner, VerifierKey
from memory.log.note import check_name
from memory.witnessing import WitnessState

LISTEN_HINT = "Give --listen another address, or port 0 for any free one."
_LARGEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Charge:
    """What a witness is charged with: whose key it has, under which name, which logs it watches, and where."""

    key: Path
    name: str
    logs: tuple[str, ...]
    state: Path
    listen: str


async def serve(charge: Charge, opened: Callable[[str, VerifierKey], None]) -> None:
    """Serve until told to stop; `opened` is told the address and the witness's key.

    Raises `InvalidInput`, `InvalidSettings` or `StoreUnavailable` before anything is served.
    """
    host, port = address(charge.listen)
    cosigner = named(charge.key, charge.name)
    logs = by_origin(charge.logs)
    configure_logging("info")
    with closing(WitnessState(charge.state)) as state, closing(listener(host, port, LISTEN_HINT)) as bound:
        app = create_app(Answering(cosigner, logs, state, SystemClock()))
        async with serving(app, bound, asyncio.Event()):
            opened(_url(host, bound.getsockname()[1]), cosigner.key)
            await until_told()


def named(key: Path, name: str) -> Cosigner:
    """Return the witness of that name whose key is in the file; raises `InvalidInput` or `InvalidSettings`."""
    check_witness_name(name)
    return Cosigner(name, load_key(key))


def check_witness_name(name: str) -> None:
    """Raise `InvalidInput` unless a key can have this name."""
    try:
        check_name(name)
    except LogMalformed as error:
        raise InvalidInput(error.message, hint="A name such as witness.example/first, without spaces.") from error


def by_origin(written: Iterable[str]) -> Mapping[str, tuple[VerifierKey, ...]]:
    """Return the verifier keys by the logs' origins, which are the keys' names; raises `InvalidInput`."""
    logs: dict[str, tuple[VerifierKey, ...]] = {}
    for each in written:
        try:
            key = VerifierKey.parse(each)
        except LogMalformed as error:
            raise InvalidInput(error.message, hint="--log takes a log's verifier key as it prints it.") from error
        logs[key.name] = (*logs.get(key.name, ()), key)
    return logs


def address(listen: str) -> tuple[str, int]:
    """Return host and port of `HOST:PORT` or `[IPV6]:PORT`; raises `InvalidInput`."""
    host, colon, port = listen.rpartition(":")
    if not (host and colon and port.isascii() and port.isdecimal() and int(port) <= _LARGEST_PORT):
        raise InvalidInput(f"expected an address as HOST:PORT, found {quoted(listen)}")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
