"""A token is believed if the provider signed it, with a key it publishes, for us, now and for this sign-in."""

from collections.abc import AsyncIterator

import pytest

from bot.identity.oidc import ClientSettings, Provider
from bot.identity.oidc.provider import Tokens
from bot.identity.oidc.tokens import Verifier
from bot.published_keys import ASKED_AGAIN_AFTER, KEPT
from memory.errors import ConnectorUnreachable, InvalidSettings, TokenInvalid
from tests.bot.identity.forgeries import FORGERIES, TWISTS
from tests.fakes.oidc import CLIENT, FakeProvider, provider
from tests.fakes.time import FakeClock

NONCE = "n"


class Bench:
    """A provider, and who verifies what it issues."""

    def __init__(self, there: FakeProvider, clock: FakeClock, **settings: object) -> None:
        client = ClientSettings(there.issuer, CLIENT, "http://localhost/arrive", **settings)  # type: ignore[arg-type]  # as given
        self.there, self.clock = there, clock
        self.provider = Provider(client, clock)
        self.verifier = Verifier(self.provider, clock)

    async def verify(self, token: str | None = None) -> dict[str, object]:
        token = token or self.there.signed(self.there.claims("u-olga", NONCE))
        return await self.verifier.identity(Tokens(id_token=token, access_token="a"), NONCE)  # none


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    clock = FakeClock()
    async with provider(clock, {"u-olga": {"tid": "corp"}}) as there:
        made = Bench(there, clock)
        yield made
        await made.provider.close()


async def test_a_token_of_this_sign_in_is_believed(bench: Bench) -> None:
    claims = await bench.verify()
    assert bench.verifier.account(claims).subject == "u-olga"


@pytest.mark.parametrize("name", TWISTS)
async def test_claims_that_are_not_for_this_sign_in_are_refused(bench: Bench, name: str) -> None:
    bench.there.twist = TWISTS[name]
    with pytest.raises(TokenInvalid):
        bench.verifier.account(await bench.verify())


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_token_that_the_provider_did_not_sign_is_refused(bench: Bench, name: str) -> None:
    with pytest.raises(TokenInvalid):
        await bench.verify(FORGERIES[name](bench.there.claims("u-olga", NONCE)))


async def test_clocks_may_be_half_a_minute_apart(bench: Bench) -> None:
    for apart in (29, -29):
        bench.there.twist = lambda claims, apart=apart: claims | {"iat": claims["iat"] + apart}  # type: ignore[misc]  # bound now
        await bench.verify()


async def test_an_audience_besides_us_has_to_be_allowed() -> None:
    clock = FakeClock()
    async with provider(clock, {"u-olga": {}}) as there:
        there.twist = TWISTS["audiences besides"]
        bench = Bench(there, clock, audiences=("another",))
        assert await bench.verify()
        await bench.provider.close()


@pytest.mark.parametrize(("tenant", "fits"), [("corp", True), ("evil", False)])
async def test_a_token_of_another_tenant_of_the_provider_is_refused(tenant: str, *, fits: bool) -> None:
    clock = FakeClock()
    async with provider(clock, {"u-olga": {"tid": tenant}}) as there:
        bench = Bench(there, clock, required={"tid": "corp"})
        if fits:
            await bench.verify()
        else:
            with pytest.raises(TokenInvalid, match="expected tid to be corp"):
                await bench.verify()
        await bench.provider.close()


async def test_keys_are_kept_and_a_new_one_is_found_by_itself(bench: Bench) -> None:
    for _ in range(3):
        await bench.verify()
    assert bench.there.asked["/jwks"] == bench.there.asked["/.well-known/openid-configuration"] == 1
    bench.there.rotate()
    bench.clock.move(ASKED_AGAIN_AFTER.total_seconds())
    await bench.verify()
    assert bench.there.asked["/jwks"] == 2


async def test_a_key_that_was_taken_back_is_believed_for_an_hour_at_most(bench: Bench) -> None:
    await bench.verify()
    old = bench.there.signed(bench.there.claims("u-olga", NONCE))
    bench.there.rotate()
    bench.there.published = [bench.there.signing]
    bench.clock.move(KEPT.total_seconds())
    with pytest.raises(TokenInvalid):
        await bench.verify(old)


async def test_tokens_with_unknown_keys_do_not_make_us_ask_again_and_again(bench: Bench) -> None:
    await bench.verify()
    bench.clock.move(ASKED_AGAIN_AFTER.total_seconds())
    for _ in range(5):
        with pytest.raises(TokenInvalid):
            await bench.verify(FORGERIES["an unknown key"](bench.there.claims("u-olga", NONCE)))
    assert bench.there.asked["/jwks"] == 2


async def test_keys_that_were_seen_are_used_while_the_provider_is_away(bench: Bench) -> None:
    bench.there.away = True
    with pytest.raises(ConnectorUnreachable, match="the sign-in provider"):
        await bench.verify()
    bench.there.away = False
    await bench.verify()
    bench.there.away = True
    bench.clock.move(KEPT.total_seconds())
    await bench.verify()


@pytest.mark.parametrize(
    "changed",
    [
        {"events": {}},
        {"events": None},
        {"nonce": "n"},
        {"aud": "another"},
        {"iss": "https://evil.test"},
        {"iat": 1},
        {"sub": None},
    ],
)
async def test_only_a_logout_token_of_the_provider_is_one(bench: Bench, changed: dict[str, object]) -> None:
    assert (await bench.verifier.logout(bench.there.logout_token("u-olga"))).subject == "u-olga"
    with pytest.raises(TokenInvalid):
        await bench.verifier.logout(bench.there.logout_token("u-olga", **changed))


def test_algorithms_that_a_shared_secret_makes_cannot_even_be_configured() -> None:
    for unsafe in (("none",), ("HS256",), ("RS256", "HS512"), ()):
        client = ClientSettings("http://127.0.0.1:1", "c", "r", algorithms=unsafe)
        with pytest.raises(InvalidSettings, match="oidc_algorithms"):
            Verifier(Provider(client, FakeClock()), FakeClock())
    with pytest.raises(InvalidSettings, match="expected https"):
        Provider(ClientSettings("http://idp.test", "c", "r"), FakeClock())
