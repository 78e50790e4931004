"""One sign-in at the provider, from here and back: state, nonce and PKCE, bound to one browser and used once."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from authlib.oauth2.client import OAuth2Client

from bot.identity.arriving import Arrivals, label
from bot.identity.linking import Linker
from bot.identity.oidc.provider import Provider
from bot.identity.oidc.tokens import Verifier
from bot.surfaces.identities import Arrival, Leaving
from memory.clock import Clock
from memory.errors import AuthenticationFailed, TokenInvalid
from memory.model.identity import Link
from memory.model.people import Principal
from memory.model.value import Identifier, Value
from memory.store import Store

LASTS: Final = timedelta(minutes=10)
PURPOSE: Final = "oidc"


class Flow(Value):
    """What is remembered of a sign-in that was begun. `browser` is the SHA-256 of what its cookie holds."""

    nonce: str
    verifier: str
    browser: str
    onward: str
    link: Identifier | None = None


class SignOn:
    """Serves `bot.surfaces.identities.SingleSignOn`."""

    def __init__(
        self,
        provider: Provider,
        verifier: Verifier,
        arrivals: Arrivals,
        linker: Linker,
        *,
        store: Store,
        tenant: str,
        clock: Clock,
        fresh: Callable[[], str] = lambda: secrets.token_urlsafe(32),
    ) -> None:
        self._provider = provider
        self._verifier = verifier
        self._arrivals = arrivals
        self._linker = linker
        self._store = store
        self._tenant = tenant
        self._clock = clock
        self._fresh = fresh

    @property
    def label(self) -> str:
        """Return what the button says."""
        return self._provider.client.label

    async def leave(self, onward: str, linking: Principal | None = None) -> Leaving:
        """Return where to sign in, and what the browser has to bring back."""
        there, client = await self._provider.configuration(), self._provider.client
        state, nonce, verifier, browser = (self._fresh() for _ in range(4))
        link = None if linking is None else (await self._linker.begin(linking)).link
        flow = Flow(nonce=nonce, verifier=verifier, browser=_hash(browser), onward=onward, link=link)
        until = self._clock.now() + LASTS
        await self._store.codes.issue(self._tenant, PURPOSE, state, flow.model_dump_json(), until)
        asking = OAuth2Client(
            session=None,
            client_id=client.client_id,
            scope=client.scopes,
            redirect_uri=client.redirect_uri,
            code_challenge_method="S256",
        )
        # An account is linked only by who signs in there now, not by whoever left a session open.
        again = {} if link is None else {"prompt": "login"}
        url, _ = asking.create_authorization_url(
            there.authorization_endpoint, state=state, code_verifier=verifier, nonce=nonce, **again
        )
        return Leaving(url=url, browser=browser)

    async def arrive(self, query: dict[str, str], browser: str) -> Arrival:
        """Return who came back; an answer is taken once, and from the browser it was given to."""
        flow = await self._begun(query, browser)
        if "error" in query or not query.get("code"):
            raise AuthenticationFailed(
                "expected a sign-in at the provider, found that it was not completed", hint="Sign in again."
            )
        if query.get("iss", self._provider.client.issuer) != self._provider.client.issuer:  # RFC 9207
            raise TokenInvalid("expected an answer of our provider, found one of another")
        tokens = await self._provider.tokens(query["code"], flow.verifier)
        claims = await self._verifier.identity(tokens, flow.nonce)
        account = self._verifier.account(claims)
        client = self._provider.client
        if flow.link is not None:
            link: Link = await self._linker.verified(flow.link, account, label(claims, client.name_claim))
            return Arrival(onward=flow.onward, link=link.id)
        person = await self._arrivals.person(account, claims, _groups(claims, client.groups_claim))
        return Arrival(onward=flow.onward, person=person)

    async def signed_out(self, token: str) -> None:
        """End the sign-ins of whom the provider says has signed out."""
        account = await self._verifier.logout(token)
        identity = await self._store.identities.find(self._tenant, account)
        if identity is not None:
            await self._store.sign_ins.end(self._tenant, identity.person, self._clock.now())

    async def _begun(self, query: dict[str, str], browser: str) -> Flow:
        state = query.get("state", "")
        known = await self._store.codes.take(self._tenant, PURPOSE, state, self._clock.now()) if state else None
        flow = None if known is None else Flow.model_validate_json(known)
        if flow is None or not hmac.compare_digest(flow.browser, _hash(browser)):
            raise TokenInvalid(
                "expected the answer to a sign-in that this browser began in the last ten minutes, found another",
                hint="Sign in again.",
            )
        return flow


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _groups(claims: dict[str, Any], claim: str) -> tuple[str, ...]:
    """Return the groups of a token: a list, or one. A path such as `realm_access.roles` leads into objects."""
    found: Any = claims.get(claim)
    if found is None and "." in claim:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    listed = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return tuple(each for each in listed if isinstance(each, str))
