"""Whether a request really comes from the Bot Framework, for us, now, and about the activity it carries.

(1) The header is a bearer token, and nothing else. (2) It is signed by RS256, with a key that the Bot Framework
publishes now: a key nobody knows is looked for again, at most twice a minute. (3) It is from the issuer and for
our app id. (4) It says when it ends, which has not come. (5) It names the service we may answer at, the one in the
activity. (6) Its key is endorsed for the activity's channel. (7) The activity is of an Entra tenant that is
listened to. All of it comes before the library sees anything; what is missing is a no. Errors never repeat what
was sent.
"""

from dataclasses import dataclass
from math import isfinite
from typing import Any, Final, TypeGuard

from joserfc import jws, jwt
from joserfc.errors import JoseError

from bot.published_keys import PublicKey
from bot.surfaces.teams.activities import Incoming
from bot.surfaces.teams.cloud import App, secure
from bot.surfaces.teams.metadata import Metadata, endorsements
from memory.clock import Clock
from memory.errors import AuthenticationFailed, TokenInvalid

SKEW_S: Final = 30  # how far clocks may be apart; the library would allow 300
LONGEST_HEADER: Final = 8_192
ALGORITHM: Final = "RS256"
SERVICE_URL: Final = "serviceurl"
_HINT = "Compare teams_app_id with the bot's registration, and this machine's clock with the time."


@dataclass(frozen=True)
class Bearer:
    """A token that was verified as far as can be without the activity: its claims, and the key that signed it."""

    claims: dict[str, Any]
    key: PublicKey


class Verifier:
    """Verifies what comes for one app."""

    def __init__(self, app: App, metadata: Metadata, clock: Clock) -> None:
        self._app = app
        self._metadata = metadata
        self._clock = clock

    async def bearer(self, header: str) -> Bearer:
        """Return the token of an Authorization header; raises `TokenInvalid` or `ConnectorUnreachable`."""
        token = _token(header)
        found = await self._signed(token)
        self._check(found.claims)
        return found

    def about(self, bearer: Bearer, incoming: Incoming) -> None:
        """Raise `TokenInvalid` unless the token is for this activity: its service and its channel."""
        service = bearer.claims.get(SERVICE_URL)
        if not incoming.service_url or not secure(incoming.service_url):
            raise TokenInvalid("expected an activity that says where it is answered, over https, found none")
        if not isinstance(service, str) or service != incoming.service_url:
            raise TokenInvalid("expected a token for the service in the activity, found another", hint=_HINT)
        if incoming.channel not in endorsements(bearer.key):
            raise TokenInvalid("expected a key that is endorsed for the activity's channel, found another")

    def admitted(self, incoming: Incoming) -> None:
        """Raise `AuthenticationFailed` where the activity is of an Entra tenant that is not listened to."""
        if incoming.tenant not in self._app.tenants:
            raise AuthenticationFailed(
                f"expected an activity of a tenant in teams_tenants, found {incoming.tenant[:40] or 'none'!r}",
                hint="Add the Entra tenant's id to teams_tenants.",
            )

    async def _signed(self, token: str) -> Bearer:
        try:
            header = jws.extract_compact(token.encode()).headers()
            kid = header.get("kid")
            if header.get("alg") != ALGORITHM or not isinstance(kid, str) or not kid:
                raise TokenInvalid(
                    f"expected a token signed by {ALGORITHM} with a key that it names, found another"
                )
            key = await self._metadata.key(kid)
            if key is None:
                raise TokenInvalid(
                    "expected a token signed with a key that is published, found another", hint=_HINT
                )
            return Bearer(dict(jwt.decode(token, key, algorithms=[ALGORITHM]).claims), key)
        except (JoseError, ValueError, TypeError) as error:
            raise TokenInvalid(
                f"expected a token that the Bot Framework signed, found: {type(error).__name__}", hint=_HINT
            ) from None

    def _check(self, claims: dict[str, Any]) -> None:
        now = self._clock.now().timestamp()
        if claims.get("iss") != self._app.cloud.issuer:
            raise TokenInvalid("expected a token of the Bot Framework, found one of another issuer", hint=_HINT)
        if not self._app.id or claims.get("aud") != self._app.id:
            raise TokenInvalid("expected a token for our app id, found one for another", hint=_HINT)
        ends, begins = claims.get("exp"), claims.get("nbf", 0)
        if not _moment(ends) or not _moment(begins):
            raise TokenInvalid("expected a token that says when it ends, found none", hint=_HINT)
        if now >= ends + SKEW_S:
            raise TokenInvalid(
                f"expected a token in force, found one that ended {now - ends:.0f} s ago", hint=_HINT
            )
        if now < begins - SKEW_S:
            raise TokenInvalid(f"expected a token in force, found one for in {begins - now:.0f} s", hint=_HINT)


def _token(header: str) -> str:
    scheme, _, token = header.partition(" ")
    if scheme != "Bearer" or not token or " " in token or not token.isascii() or len(header) > LONGEST_HEADER:
        raise TokenInvalid("expected a bearer token, found none", hint=_HINT)
    return token


def _moment(claim: object) -> TypeGuard[float]:
    """Return whether a claim is a moment: not-a-number would be neither early nor late, for ever."""
    return isinstance(claim, int | float) and not isinstance(claim, bool) and isfinite(claim)
