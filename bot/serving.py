"""Listening on a port, for as long as somebody wants it. Ends cleanly: live connections first, then requests."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from memory.errors import InvalidSettings

GRACE_S = 5  # how long requests may take to end
STOPPING = (signal.SIGINT, signal.SIGTERM)
PORT_HINT = "Set QUARTERDECK_PORT to another port, or to 0 for any free one."


def listener(host: str, port: int, hint: str = PORT_HINT) -> socket.socket:
    """Return a socket bound to the address (port 0: any free one).

    Raises `InvalidSettings`, with `hint`, when the address is taken or is none.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(
        family, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # asyncio disables Nagle only for TCP by name
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise InvalidSettings(
            f"expected to listen on {host}:{port}, found: {error.strerror or error}",
            hint=hint,
        ) from error
    return bound


@asynccontextmanager
async def serving(app: ASGIApp, bound: socket.socket, closing: asyncio.Event) -> AsyncIterator[None]:
    """Serve the application until the block ends; `closing` is set then, and the socket is closed."""
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # an address may carry a sign-in code
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
    )
    running = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        await server.opened.wait()
        yield
    finally:
        closing.set()
        server.should_exit = True
        await running


def settle() -> None:
    """Have the collector leave alone what is there by now: to look through all of it stops everybody for 0.2 s."""
    gc.freeze()


async def until_told() -> None:
    """Return when the process is told to stop, by Ctrl-C or by SIGTERM."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in STOPPING:
        loop.add_signal_handler(each, told.set)
    try:
        await told.wait()
    finally:
        for each in STOPPING:
            loop.remove_signal_handler(each)


class _Server(uvicorn.Server):
    """Leaves signals alone: uvicorn's own handler would end the process before the rest of it is closed."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.opened = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.opened.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
