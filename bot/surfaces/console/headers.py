"""The headers every answer of the console carries: what the browser may load, keep and tell others."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # "no-referrer" would take the Origin from our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
YEAR_S = 31_536_000


class SecurityHeaders:
    """Adds the headers, and the renewed session cookie where there is one."""

    def __init__(self, app: ASGIApp, *, secure: bool, microphone: bool = False) -> None:
        self._app = app
        ours = {"Permissions-Policy": "camera=(), geolocation=(), microphone=(self)"} if microphone else {}
        self._fixed = FIXED | ours | ({"Strict-Transport-Security": f"max-age={YEAR_S}"} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._fixed)
                headers.setdefault("Cache-Control", "no-store")
                cookie = scope.get("state", {}).get("set_cookie")
                if cookie and "set-cookie" not in headers:
                    headers.append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, guarded)
