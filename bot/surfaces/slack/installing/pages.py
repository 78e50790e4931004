"""Installing the app in a workspace: to Slack with a state of one's own, and back with a code, once and in time.

A state is bound to the browser that set out, by a cookie, so that nobody is made to finish what another began
(RFC 6749, 10.12).
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.surfaces.slack.installing.installations import App, Installations
from memory.clock import Clock
from memory.errors import AuthenticationFailed, InvalidSettings
from memory.store.codes import Codes

LASTS: Final = timedelta(minutes=10)
PURPOSE: Final = "slack"
COOKIE: Final = "quarterdeck_slack"
AUTHORIZE: Final = "https://slack.com/oauth/v2/authorize"


class Installing:
    """The two pages of an installation. `public_url` is where the app is reached."""

    def __init__(
        self,
        installations: Installations,
        app: App,
        codes: Codes,
        *,
        tenant: str,
        public_url: str,
        scopes: tuple[str, ...],
        clock: Clock,
        fresh: Callable[[], str] = lambda: secrets.token_urlsafe(32),
    ) -> None:
        self._installations = installations
        self._app = app
        self._codes = codes
        self._tenant = tenant
        self._public_url = public_url
        self._scopes = scopes
        self._clock = clock
        self._fresh = fresh

    async def leave(self, request: Request) -> Response:  # noqa: ARG002 - the signature is a page's
        """Send a browser to Slack."""
        if not self._app.client_id:
            raise InvalidSettings(
                "expected slack_client_id, found none", hint="With slack_bot_token, Slack itself installs the app."
            )
        state, browser = self._fresh(), self._fresh()
        until = self._clock.now() + LASTS
        await self._codes.issue(self._tenant, PURPOSE, _bound(state, browser), "", until)
        asked = {
            "client_id": self._app.client_id,
            "scope": ",".join(self._scopes),
            "state": state,
            "redirect_uri": self._redirect,
        }
        answer = RedirectResponse(f"{AUTHORIZE}?{urlencode(asked)}", status_code=302)
        answer.set_cookie(
            COOKIE,
            browser,
            max_age=int(LASTS.total_seconds()),
            path="/slack",
            secure=self._public_url.startswith("https:"),
            httponly=True,
            samesite="lax",  # Slack sends the browser back from its own site
        )
        return answer

    async def arrive(self, request: Request) -> Response:
        """Take a browser back from Slack, and keep what it brings; raises `AuthenticationFailed`, `SlackError`."""
        state, browser = request.query_params.get("state", ""), request.cookies.get(COOKIE, "")
        begun = await self._codes.take(self._tenant, PURPOSE, _bound(state, browser), self._clock.now())
        if begun is None or not (state and browser):
            raise AuthenticationFailed(
                "expected a browser that set out from here within ten minutes, found another, or a second visit",
                hint="Begin again at /slack/install.",
            )
        if "code" not in request.query_params:
            return _told("The app was not installed, as somebody said no at Slack.")
        given = await self._installations.exchange(request.query_params["code"], self._redirect)
        by = str((given.get("authed_user") or {}).get("id") or "")
        installation = await self._installations.add(given, by)
        return _told(f"Quarterdeck is installed in {installation.team_name or installation.team}. Try: /qd help")

    @property
    def _redirect(self) -> str:
        return f"{self._public_url}/slack/installed"


def _bound(state: str, browser: str) -> str:
    return hashlib.sha256(f"{state}\n{browser}".encode()).hexdigest()


def _told(words: str) -> Response:
    answer = PlainTextResponse(words)
    answer.delete_cookie(COOKIE, path="/slack")
    return answer
