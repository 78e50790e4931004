"""Speaking to an MCP server that is a program of ours: newline-delimited JSON-RPC over its standard streams.

Its environment is what the settings list and nothing else, no line of it is longer than allowed, and it ends with
us, with all that it started. The package's own transport passes on `HOME` and `PATH`, and reads any line.
"""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import anyio
import mcp_types
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage

from memory.errors import ConnectorUnreachable
from tools.declared.server import Server
from tools.processes import ended

GRACE_S = 1.0  # how long a server may take to end once nobody listens

_Incoming = MemoryObjectSendStream[SessionMessage | Exception]
_Outgoing = MemoryObjectReceiveStream[SessionMessage]
Streams = tuple[MemoryObjectReceiveStream[SessionMessage | Exception], MemoryObjectSendStream[SessionMessage]]


@asynccontextmanager
async def spoken_to(server: Server) -> AsyncIterator[Streams]:
    """Start the server and give the streams of a session; raises `ConnectorUnreachable` where it cannot be."""
    process = await _started(server)
    incoming, read = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    write, outgoing = anyio.create_memory_object_stream[SessionMessage](0)
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_read, process, incoming)
            tasks.start_soon(_write, process, outgoing, incoming)
            try:
                yield read, write
            finally:
                tasks.cancel_scope.cancel()
    finally:
        for stream in (incoming, read, write, outgoing):
            stream.close()
        with anyio.CancelScope(shield=True):
            await ended(process, GRACE_S)


async def _started(server: Server) -> Process:
    secrets = {name: secret.get_secret_value() for name, secret in server.secrets.items()}
    try:
        return await asyncio.create_subprocess_exec(
            *server.command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,  # what it complains of is its own affair, and may hold anything
            env={**server.environment, **secrets},
            cwd=server.directory,
            limit=server.max_bytes,
            start_new_session=True,
        )
    except OSError as error:
        raise ConnectorUnreachable(
            f"mcp.{server.name} was not started: {error.strerror or error}",
            hint=f"Look at `command` of the MCP server {server.name} in the settings.",
        ) from error


async def _read(process: Process, incoming: _Incoming) -> None:
    """Pass on what the server says, line by line, until it ends or says too much."""
    assert process.stdout is not None  # noqa: S101 - it was started with a pipe
    with suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):
        async with incoming:
            while True:
                try:
                    line = await process.stdout.readuntil(b"\n")
                except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
                    return  # the session sees its connection end
                await incoming.send(_message(line))


def _message(line: bytes) -> SessionMessage | Exception:
    try:
        return SessionMessage(mcp_types.jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValueError as error:
        return error


async def _write(process: Process, outgoing: _Outgoing, incoming: _Incoming) -> None:
    assert process.stdin is not None  # noqa: S101 - it was started with a pipe
    try:
        async with outgoing:
            async for each in outgoing:
                line = each.message.model_dump_json(by_alias=True, exclude_unset=True)
                process.stdin.write(f"{line}\n".encode())
                await process.stdin.drain()
    except (ConnectionError, anyio.ClosedResourceError):
        incoming.close()
