"""Socket Mode: the same deliveries over a WebSocket that we open, for where Slack cannot reach us.

Several connections, of this process and of others, may be open at once: Slack sends each delivery to one of them,
and what comes twice is found in the inbox. What is not acknowledged is sent again.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from memory.tasks import stopped

PING_S: Final = 5.0
AGAIN_S: Final = 10.0  # before a connection that could not be opened is tried again
_TAKEN: Final = 200

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def listening(
    app: AsyncApp, token: str, base_url: str, *, connections: int = 2, ping_s: float = PING_S
) -> AsyncIterator[list[SocketModeClient]]:
    """Have this many connections open while the block lasts; each opens itself again when it is lost."""
    async with AsyncExitStack() as stack:
        clients = [_client(app, token, base_url, ping_s) for _ in range(connections)]
        for client in clients:
            stack.push_async_callback(_closed, client)
        opening = [asyncio.create_task(_opened(client)) for client in clients]
        stack.push_async_callback(stopped, *opening)
        yield clients


async def _closed(client: SocketModeClient) -> None:
    """Close a client and its pool, which a client that cannot take its leave would keep open."""
    try:
        await client.close()  # type: ignore[no-untyped-call] # slack_sdk says nothing of it
    finally:
        await client.aiohttp_client_session.close()


async def _opened(client: SocketModeClient) -> None:
    """Open a connection, trying again until it is there; from then on the client watches over it itself."""
    while client.current_session is None:
        try:
            await client.connect_to_new_endpoint()
        except (SlackClientError, aiohttp.ClientError, OSError) as error:
            _log.warning("slack.socket_failed", why=type(error).__name__)
            await asyncio.sleep(AGAIN_S)


def _client(app: AsyncApp, token: str, base_url: str, ping_s: float) -> SocketModeClient:
    quiet = logging.getLogger("quarterdeck.slack_socket")
    quiet.setLevel(logging.ERROR)  # below, it prints what comes
    client = SocketModeClient(
        app_token=token,
        web_client=AsyncWebClient(token=token, base_url=base_url, logger=quiet),
        logger=quiet,
        ping_interval=ping_s,
    )

    async def take(listener: AsyncBaseSocketModeClient, asked: SocketModeRequest) -> None:
        request = AsyncBoltRequest(mode="socket_mode", body=asked.payload, headers=build_headers(asked))
        answer = await app.async_dispatch(request)
        if answer.status == _TAKEN:  # anything else is not acknowledged, so that it comes again
            told = SocketModeResponse(envelope_id=asked.envelope_id, payload=_payload(answer))
            await listener.send_socket_mode_response(told)

    client.socket_mode_request_listeners.append(take)
    return client


def _payload(answer: BoltResponse) -> dict[str, object] | None:
    kind = answer.headers.get("content-type", [""])[0]
    if not answer.body or not kind.startswith("application/json"):
        return None
    payload: dict[str, object] = json.loads(answer.body)
    return payload
