"""Bolt, with one listener for everything: write it down, and acknowledge that.

Bolt tells apart what Slack sends and speaks its handshakes. It verifies no signature, as that is done before
anything is parsed; it holds no token, as nothing is called before the acknowledgement; and it is told to process
before it responds, as it otherwise looks for the acknowledgement every 10 ms.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol, TypeAlias

import structlog
from pydantic import ValidationError
from slack_bolt import BoltResponse
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.surfaces.slack.ports import Arrival, ArrivalKind
from bot.surfaces.slack.receiving.arriving import delivered
from bot.surfaces.slack.receiving.inbox import Inbox
from memory.clock import Clock
from memory.model.installation import Installation
from memory.model.value import JsonValue

WITHIN_S: Final = 2.5  # Slack waits 3 s; what could not be written down by then is left to its retry

Dispatcher: TypeAlias = AsyncApp

_ANY: Final = re.compile(".*", re.DOTALL)
_log = structlog.get_logger(__name__)


class Known(Protocol):
    """Knows where the app is installed, without asking anybody outside."""

    async def known(self, team: str) -> Installation | None:
        """Return what is known of a workspace; None: it is not installed there."""


class AtOnce(Protocol):
    """Says what an acknowledgement carries."""

    def at_once(self, arrival: Arrival) -> Mapping[str, JsonValue]:
        """Return it; nothing for most."""


def bolt(inbox: Inbox, known: Known, talking: AtOnce, *, tenant: str, clock: Clock) -> Dispatcher:
    """Return the app that takes everything into the inbox."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        found = await known.known(team_id or "")
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_id=found.bot, bot_user_id=found.bot_user
        )

    async def keep(body: dict[str, Any], ack: AsyncAck) -> BoltResponse:
        try:
            came = delivered(body, tenant, clock.now())
        except (ValidationError, KeyError):
            _log.warning("slack.malformed", kind=str(body.get("type"))[:40])  # Slack would only send it again
            return await ack()
        says: dict[str, Any] = {}
        if isinstance(came, Arrival) and came.kind is ArrivalKind.SUBMISSION:
            says = dict(talking.at_once(came))
        if says.get("response_action") != "errors":
            async with asyncio.timeout(WITHIN_S):
                await inbox.take(came)
        return await ack(**says)

    app = AsyncApp(
        name="quarterdeck",
        logger=_quiet(),
        signing_secret="unused",  # noqa: S106 - Bolt wants one; it verifies nothing here
        request_verification_enabled=False,
        process_before_response=True,
        authorize=authorize,  # type: ignore[arg-type] # Bolt takes None, for where the app is not installed
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.use(_unlistened(keep))
    for listening in (
        app.event(_ANY),
        app.command(_ANY),
        app.action(_ANY),
        app.shortcut(_ANY),
        app.view(_ANY),
    ):
        listening(keep)
    return app


Keep = Callable[[dict[str, Any], AsyncAck], Awaitable[BoltResponse]]


def _unlistened(keep: Keep) -> Callable[..., Awaitable[BoltResponse | None]]:
    """Take what Slack sends without being an event, a command or a click: that it sends no more for a minute."""

    async def take(
        body: dict[str, Any], ack: AsyncAck, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        if body.get("type") != "app_rate_limited":
            await next_()
            return None
        event = {"type": body["type"]}
        number = f"limited-{body.get('minute_rate_limited')}"
        told = {"type": "event_callback", "team_id": body.get("team_id"), "event": event, "event_id": number}
        return await keep(told, ack)

    return take


def _quiet() -> logging.Logger:
    """Return a logger that tells of faults, and never of what was sent."""
    logger = logging.getLogger("quarterdeck.slack_bolt")
    logger.setLevel(logging.ERROR)
    return logger
