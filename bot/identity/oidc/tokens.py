"""Whether an ID token, or a logout token, is what the provider issued for us, now, and for this very sign-in.

(1) its algorithm is one of those agreed on, all of which take a key pair; (2) it is signed with a key that the
provider publishes now; (3) issuer, audience, authorized party, times and nonce are as asked for (OpenID Connect
Core 1.0, section 3.1.3.7); (4) claims that the settings require are there. Anything else is `TokenInvalid`.
"""

from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from pydantic import ValidationError

from bot.identity.oidc.client import ALGORITHMS, ClientSettings
from bot.identity.oidc.provider import Provider, Tokens
from memory.clock import Clock
from memory.errors import InvalidSettings, TokenInvalid
from memory.model.identity import Account, AccountSource

SKEW_S: Final = 30  # how far clocks may be apart
OLDEST_S: Final = 600  # a token for this sign-in was made during it
LOGGED_OUT: Final = "http://schemas.openid.net/event/backchannel-logout"

Claims = dict[str, Any]


class Verifier:
    """Verifies the tokens of one provider."""

    def __init__(self, provider: Provider, clock: Clock) -> None:
        unsafe = sorted(set(provider.client.algorithms) - set(ALGORITHMS))
        if unsafe or not provider.client.algorithms:
            raise InvalidSettings(
                f"expected oidc_algorithms among {', '.join(ALGORITHMS)}, found {', '.join(unsafe) or 'none'}"
            )
        self._provider = provider
        self._client: ClientSettings = provider.client
        self._clock = clock

    async def identity(self, tokens: Tokens, nonce: str) -> Claims:
        """Return the claims of the ID token of one sign-in."""
        header, claims = await self._signed(tokens.id_token)
        params = {"nonce": nonce, "client_id": self._client.client_id, "access_token": tokens.access_token}
        self._check(CodeIDToken(claims, header, self._options("iat", "exp", "sub"), params))
        if not nonce or not isinstance(claims.get("nonce"), str):
            raise TokenInvalid("expected the nonce of this sign-in in the token, found none")
        for name, wanted in self._client.required.items():
            if claims.get(name) != wanted:
                raise TokenInvalid(f"expected {name} to be {wanted} in the token, found another")
        return claims

    async def logout(self, token: str) -> Account:
        """Return whose account signed out at the provider (Back-Channel Logout 1.0, section 2.6)."""
        header, claims = await self._signed(token)
        # It need not say when it ends, and then ends as an old one does; Authlib asks it of every token.
        ends = {"exp": int(self._clock.now().timestamp()) + 1}
        self._check(CodeIDToken(ends | claims, header, self._options("iat", "sub"), {}))
        events = claims.get("events")
        if not isinstance(events, dict) or LOGGED_OUT not in events or "nonce" in claims:
            raise TokenInvalid("expected a logout token, found another kind of token")
        return self.account(claims)

    def account(self, claims: Claims) -> Account:
        """Return the account that verified claims are about."""
        try:
            return Account(source=AccountSource.OIDC, issuer=self._client.issuer, subject=claims["sub"])
        except ValidationError:
            raise TokenInvalid("expected a subject of printable ASCII in the token, found another") from None

    async def _signed(self, token: str) -> tuple[dict[str, Any], Claims]:
        try:
            header = jws.extract_compact(token.encode()).headers()
            if header.get("alg") not in self._client.algorithms:
                raise TokenInvalid(
                    f"expected a token signed by {' or '.join(self._client.algorithms)}, "
                    f"found {str(header.get('alg'))[:20]!r}"
                )
            kid = header.get("kid")
            if kid is not None and not isinstance(kid, str):
                raise TokenInvalid("expected the id of a key in the token, found something else")
            key = await self._provider.key(kid)
            found = jwt.decode(token, key, algorithms=list(self._client.algorithms))
        except (JoseError, ValueError, TypeError) as error:
            raise TokenInvalid(
                f"expected a token that the provider signed, found: {type(error).__name__}"
            ) from error
        return dict(found.header), dict(found.claims)

    def _options(self, *needed: str) -> dict[str, Any]:
        essential: dict[str, Any] = {name: {"essential": True} for name in needed}
        return essential | {
            "iss": {"essential": True, "value": self._client.issuer},
            "aud": {"essential": True, "value": self._client.client_id},
        }

    def _check(self, claims: CodeIDToken) -> None:
        now = int(self._clock.now().timestamp())
        try:
            claims.validate(now=now, leeway=SKEW_S)
        except JoseError as error:
            raise TokenInvalid(f"expected a token for this sign-in, found: {_said(error)}") from error
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        others = set(audience) - {self._client.client_id, *self._client.audiences}
        if others:
            raise TokenInvalid(f"expected a token for us alone, found it is for {min(others)[:80]!r} too")
        if claims["iat"] < now - OLDEST_S - SKEW_S:
            raise TokenInvalid("expected a token that was made for this sign-in, found an old one")


def _said(error: JoseError) -> str:
    """Return what is wrong in our own words: a claim's name, and never its value."""
    claim = getattr(error, "claim", "")
    return f"the claim {claim} is missing, late or another" if claim else error.error.replace("_", " ")
