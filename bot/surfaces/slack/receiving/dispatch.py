"""Bolt, with one taker for everything: write it down, and acknowledge that.

Bolt tells apart what Slack sends and speaks its handshakes. It verifies no signature, as that is done before
anything is parsed; it holds no token, as nothing is called before the acknowledgement; and it is told to process
before it responds, as it otherwise looks for the acknowledgement every 10 ms.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol, TypeAlias

import structlog
from pydantic import ValidationError
from slack_bolt import BoltResponse
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.surfaces.inbox import Inbox
from bot.surfaces.slack.ports import Arrival, ArrivalKind
from bot.surfaces.slack.receiving.arriving import delivered
from bot.surfaces.slack.receiving.inbox import put
from memory.clock import Clock
from memory.model.installation import Installation
from memory.model.value import JsonValue

WITHIN_S: Final = 2.5  # Slack waits 3 s; what could not be written down by then is left to its retry
LIMITED: Final = "app_rate_limited"

Dispatcher: TypeAlias = AsyncApp

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
    app.use(_Keeping(inbox, talking, tenant, clock))
    return app


class _Keeping(AsyncMiddleware):
    """Takes everything that Bolt did not answer itself, before it looks for listeners."""

    def __init__(self, inbox: Inbox, talking: AtOnce, tenant: str, clock: Clock) -> None:
        self._inbox = inbox
        self._talking = talking
        self._tenant = tenant
        self._clock = clock

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt gives it
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002, ARG002 - Bolt's name, and nobody comes after this
    ) -> BoltResponse:
        """Write down what came, and acknowledge that."""
        ack = req.context.ack
        body = _as_event(req.body) if req.body.get("type") == LIMITED else req.body
        try:
            came = delivered(body, self._tenant, self._clock.now())
        except (ValidationError, KeyError):
            _log.warning("slack.malformed", kind=str(body.get("type"))[:40])  # Slack would only send it again
            return await ack()
        says: dict[str, Any] = {}
        if isinstance(came, Arrival) and came.kind is ArrivalKind.SUBMISSION:
            says = dict(self._talking.at_once(came))
        if says.get("response_action") != "errors":
            async with asyncio.timeout(WITHIN_S):
                await put(self._inbox, came)
        return await ack(**says)


def _as_event(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is no event, command or click, that Slack sends no more for a minute, in an event's form."""
    number = f"limited-{body.get('minute_rate_limited')}"
    told = {"type": "event_callback", "team_id": body.get("team_id"), "event_id": number}
    return told | {"event": {"type": LIMITED}}


def _quiet() -> logging.Logger:
    """Return a logger that tells of faults, and never of what was sent."""
    logger = logging.getLogger("quarterdeck.slack_bolt")
    logger.setLevel(logging.ERROR)
    return logger
