"""Only what the Bot Framework signed for us, now, about this activity, comes in."""

import asyncio
import time
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from bot.published_keys import ASKED_AGAIN_AFTER, KEPT
from bot.surfaces.teams.activities import Incoming
from bot.surfaces.teams.metadata import Metadata
from bot.surfaces.teams.verifying import SKEW_S, Verifier
from memory.errors import AuthenticationFailed, ConnectorUnreachable, InvalidSettings, TokenInvalid
from tests.fakes.teams.service import APP, KEYS, TENANT, FakeTeams
from tests.fakes.time import FakeClock


def activity(service: FakeTeams, **changed: Any) -> Incoming:
    told = {
        "type": "message",
        "id": "1",
        "channel": "msteams",
        "service_url": f"{service.url}/",
        "tenant": TENANT,
    }
    return Incoming.model_validate(told | changed)


async def test_a_token_of_the_bot_framework_for_us_is_taken(verifier: Verifier, service: FakeTeams) -> None:
    bearer = await verifier.bearer(f"Bearer {service.token()}")
    verifier.about(bearer, activity(service))
    verifier.admitted(activity(service))
    assert bearer.claims["aud"] == APP


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-app"},
        {"aud": [APP]},
        {"aud": None},
        {"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"},
        {"iss": None},
        {"exp": None},
        {"exp": "never"},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"nbf": float("nan")},
        {"nbf": "soon"},
    ],
    ids=str,
)
async def test_a_claim_that_is_missing_or_another_is_a_no(
    claims: dict[str, Any], verifier: Verifier, service: FakeTeams
) -> None:
    with pytest.raises(TokenInvalid):
        await verifier.bearer(f"Bearer {service.token(**claims)}")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "bearer x.y.z", "Bearer a b", "Bearer é"]
)
async def test_what_is_no_bearer_token_is_a_no(header: str, verifier: Verifier) -> None:
    with pytest.raises(TokenInvalid):
        await verifier.bearer(header)


async def test_clocks_may_be_half_a_minute_apart(verifier: Verifier, service: FakeTeams, clock: FakeClock) -> None:
    now = int(clock.now().timestamp())
    await verifier.bearer(f"Bearer {service.token(exp=now - SKEW_S + 1)}")
    await verifier.bearer(f"Bearer {service.token(nbf=now + SKEW_S)}")


@pytest.mark.parametrize("apart_s", [SKEW_S + 1, 299])
async def test_a_token_that_ended_or_is_yet_to_begin_is_a_no(
    apart_s: int, verifier: Verifier, service: FakeTeams, clock: FakeClock
) -> None:
    now = int(clock.now().timestamp())
    for token in (service.token(exp=now - apart_s), service.token(nbf=now + apart_s)):
        with pytest.raises(TokenInvalid, match="in force"):
            await verifier.bearer(f"Bearer {token}")


async def test_a_key_that_came_up_since_is_looked_for(
    verifier: Verifier, service: FakeTeams, clock: FakeClock
) -> None:
    await verifier.bearer(f"Bearer {service.token()}")
    clock.move(ASKED_AGAIN_AFTER.total_seconds())
    service.rotate()
    await verifier.bearer(f"Bearer {service.token()}")
    assert service.asked["/keys"] == 2


async def test_keys_that_nobody_knows_do_not_have_us_ask_again_and_again(
    verifier: Verifier, service: FakeTeams, clock: FakeClock
) -> None:
    await verifier.bearer(f"Bearer {service.token()}")
    clock.move(ASKED_AGAIN_AFTER.total_seconds())
    service.signing = KEYS[2]
    for _ in range(20):
        with pytest.raises(TokenInvalid):
            await verifier.bearer(f"Bearer {service.token()}")
    assert service.asked["/keys"] == 2
    service.rotate()
    clock.move(ASKED_AGAIN_AFTER.total_seconds())
    await verifier.bearer(f"Bearer {service.token()}")


async def test_the_keys_we_have_last_while_the_issuer_is_away(
    verifier: Verifier, service: FakeTeams, clock: FakeClock
) -> None:
    await verifier.bearer(f"Bearer {service.token()}")
    service.away = True
    clock.move((KEPT + timedelta(minutes=5)).total_seconds())
    await verifier.bearer(f"Bearer {service.token()}")


async def test_with_no_keys_at_all_nobody_comes_in(verifier: Verifier, service: FakeTeams) -> None:
    service.away = True
    with pytest.raises(ConnectorUnreachable):
        await verifier.bearer(f"Bearer {service.token()}")


async def test_an_issuer_that_hangs_holds_nobody_else_up_and_not_for_long(
    verifier: Verifier, service: FakeTeams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.surfaces.teams.metadata.TIMEOUT_S", 0.4)
    service.hangs_s = 5.0
    beats = 0
    began = time.monotonic()
    asking = asyncio.create_task(verifier.bearer(f"Bearer {service.token()}"))
    while not asking.done():
        await asyncio.sleep(0.01)
        beats += 1
    with pytest.raises(ConnectorUnreachable):
        await asking
    assert time.monotonic() - began < 4.0
    assert beats > 5


async def test_a_token_without_a_signature_or_by_a_shared_secret_is_a_no(
    verifier: Verifier, service: FakeTeams
) -> None:
    def part(text: str) -> str:
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    _, claims, _ = service.token().split(".")
    nothing = part('{"alg":"none","kid":"first"}')
    bare = f"{nothing}.{claims}."
    public = KEYS[0].as_pem(private=False)
    shared = jwt.encode({"alg": "HS256", "kid": "first"}, {"aud": APP}, OctKey.import_key(b"x" * len(public)))
    nameless = jwt.encode({"alg": "RS256"}, {"aud": APP}, KEYS[0])
    for token in (bare, shared, nameless, service.token()[:-4] + "AAAA"):
        with pytest.raises(TokenInvalid):
            await verifier.bearer(f"Bearer {token}")


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (None, "{url}/"),
        ("{url}/", ""),
        ("{url}/", "https://evil.test/"),
        ("{url}/", "{url}"),
        ("http://evil.test/", "http://evil.test/"),
        ("", ""),
    ],
)
async def test_an_answer_goes_only_where_the_token_says(
    claim: str | None, said: str, verifier: Verifier, service: FakeTeams
) -> None:
    told = None if claim is None else claim.format(url=service.url)
    bearer = await verifier.bearer(f"Bearer {service.token(serviceurl=told)}")
    with pytest.raises(TokenInvalid):
        verifier.about(bearer, activity(service, service_url=said.format(url=service.url)))


async def test_a_key_speaks_for_the_channels_it_is_endorsed_for(verifier: Verifier, service: FakeTeams) -> None:
    bearer = await verifier.bearer(f"Bearer {service.token()}")
    for channel in ("", "webchat", "msteam"):
        with pytest.raises(TokenInvalid, match="endorsed"):
            verifier.about(bearer, activity(service, channel=channel))


@pytest.mark.parametrize("tenant", ["", "another"])
def test_another_tenant_is_not_listened_to(tenant: str, verifier: Verifier, service: FakeTeams) -> None:
    with pytest.raises(AuthenticationFailed, match="teams_tenants"):
        verifier.admitted(activity(service, tenant=tenant))


async def test_an_app_without_an_id_is_for_nobody(
    service: FakeTeams, metadata: Metadata, clock: FakeClock
) -> None:
    open_door = Verifier(service.registration(id=""), metadata, clock)
    with pytest.raises(TokenInvalid):
        await open_door.bearer(f"Bearer {service.token(aud='')}")


def test_keys_are_fetched_over_tls_alone(clock: FakeClock) -> None:
    with pytest.raises(InvalidSettings):
        Metadata("http://login.botframework.test/metadata", clock)
