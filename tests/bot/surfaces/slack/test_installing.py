"""Many workspaces: installed from one's own browser, tokens sealed, renewed in time, forgotten when told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.surfaces.slack.installing.installations import BEFORE_END
from bot.surfaces.slack.installing.pages import COOKIE, LASTS
from bot.surfaces.slack.installing.sealing import Seal, Tokens, key_id
from memory.clock import SystemClock
from memory.errors import InvalidSettings, SlackBusy, SlackNotInstalled, SlackTokenInvalid, SlackUnreachable
from tests.bot.surfaces.slack.room import Node, linked, node
from tests.fakes.slack.server import CLIENT, CLIENT_SECRET, SlackServer
from tests.fakes.slack.workspace import BOT_USER, TEAM
from tests.fakes.time import FakeClock

SECRET_TOKEN, REFRESH = "xoxe.xoxb-1-lemon", "xoxe-1-orange"
EXCHANGE = "oauth.v2.access"
KEY, OLD_KEY = "k" * 40, "o" * 40
MANY: dict[str, Any] = {
    "slack_bot_token": "",
    "slack_client_id": CLIENT,
    "slack_client_secret": CLIENT_SECRET,
    "slack_teams": [TEAM],
    "slack_keys": KEY,
}


def given(token: str = SECRET_TOKEN, refresh: str = REFRESH, **more: Any) -> dict[str, Any]:
    """Return what `oauth.v2.access` gives."""
    return {
        "access_token": token,
        "token_type": "bot",
        "scope": "chat:write,commands",
        "bot_user_id": BOT_USER,
        "app_id": "A0QD",
        "team": {"id": TEAM, "name": "Acme"},
        "enterprise": None,
        "authed_user": {"id": "UALICE"},
        "expires_in": 43_200,
        "refresh_token": refresh,
        **more,
    }


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(SystemClock().now())


@pytest.fixture
async def many(tmp_path: Path, slack: SlackServer, clock: FakeClock) -> AsyncIterator[Node]:
    slack.workspaces[SECRET_TOKEN] = next(iter(slack.workspaces.values()))
    address = f"sqlite:///{tmp_path / 'quarterdeck.db'}"
    async with node(address, tmp_path, slack, working=False, clock=clock, **MANY) as made:
        await linked(made.store, "UALICE", "alice")
        yield made


async def leave(here: Node) -> dict[str, str]:
    answer = await here.http.get("/slack/install")
    assert answer.status_code == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


async def install(here: Node, **more: Any) -> Any:
    here.slack.codes["code-1"] = given(**more)
    asked = await leave(here)
    return await here.http.get("/slack/installed", params={"code": "code-1", "state": asked["state"]})


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


async def test_a_workspace_that_installed_the_app_is_spoken_to(many: Node) -> None:
    answer = await install(many)
    assert answer.text.startswith("Quarterdeck is installed in Acme")
    await many.deliveries.mention("C1", "UALICE", "status")
    await many.slack.until(lambda: len(many.talking.done) == 1)
    assert many.talking.done[0].web.bot_user == BOT_USER
    assert await many.room.webs.teams() == (TEAM,)


async def test_only_what_is_needed_is_asked_for(many: Node) -> None:
    asked = await leave(many)
    assert asked["client_id"] == CLIENT
    assert "admin" not in asked["scope"]
    assert "channels:history" not in asked["scope"].split(",")
    assert asked["redirect_uri"] == "http://quarterdeck.test/slack/installed"


async def test_no_token_is_to_be_found_in_the_database_nor_its_keys(many: Node, tmp_path: Path) -> None:
    await install(many)
    kept = everything(tmp_path)
    assert TEAM.encode() in kept
    for secret in (SECRET_TOKEN, REFRESH, KEY):
        assert secret.encode() not in kept


async def test_a_state_counts_once(many: Node) -> None:
    asked = await leave(many)
    many.slack.codes |= {"code-1": given(), "code-2": given()}
    browser = many.http.cookies[COOKIE]
    statuses = []
    for code in ("code-1", "code-2"):
        many.http.cookies.set(COOKIE, browser)
        answer = await many.http.get("/slack/installed", params={"code": code, "state": asked["state"]})
        statuses.append(answer.status_code)
    assert statuses == [200, 401]


async def test_a_state_of_another_browser_or_of_yesterday_counts_nothing(many: Node, clock: FakeClock) -> None:
    many.slack.codes["code-1"] = given()
    asked = await leave(many)
    browser = many.http.cookies[COOKIE]
    many.http.cookies.clear()
    came = {"code": "code-1", "state": asked["state"]}
    assert (await many.http.get("/slack/installed", params=came)).status_code == 401
    many.http.cookies.set(COOKIE, browser)
    clock.move(LASTS.total_seconds() + 1)
    assert (await many.http.get("/slack/installed", params=came)).status_code == 401
    assert "code-1" in many.slack.codes  # Slack was not even asked


async def test_a_workspace_that_is_not_on_the_list_is_not_kept(many: Node) -> None:
    answer = await install(many, team={"id": "T0MALLORY", "name": "Evil"})
    assert answer.json()["code"] == "slack.not_installed"
    assert await many.store.installations.of("acme") == ()


async def test_what_comes_from_where_it_is_not_installed_is_not_kept(many: Node) -> None:
    await many.deliveries.mention("C1", "UALICE", "status")
    assert await many.store.arrivals.waiting("acme") == 0


async def test_a_token_is_renewed_before_it_ends_by_one_node_for_all(many: Node, clock: FakeClock) -> None:
    await install(many)
    clock.move(43_200 - BEFORE_END.total_seconds() + 1)
    many.slack.codes[REFRESH] = given("xoxe.xoxb-2-plum", "xoxe-2-pear")
    await asyncio.gather(*(many.room.webs.renew() for _ in range(3)))
    assert await many.room.webs.token(TEAM) == "xoxe.xoxb-2-plum"
    [kept] = await many.store.installations.of("acme")
    assert kept.expires_at == clock.now() + timedelta(hours=12)
    assert not many.slack.refused  # a refresh token is good for one exchange


async def test_of_several_nodes_one_exchanges_a_token_however_slowly_slack_answers(
    many: Node, tmp_path: Path, slack: SlackServer, clock: FakeClock
) -> None:
    await install(many)
    clock.move(43_200 - BEFORE_END.total_seconds() + 1)
    slack.codes[REFRESH] = given("xoxe.xoxb-2-plum", "xoxe-2-pear")
    slack.holding[EXCHANGE] = asyncio.Event()
    address = f"sqlite:///{tmp_path / 'quarterdeck.db'}"
    async with node(address, tmp_path, slack, working=False, clock=clock, **MANY) as other:
        renewing = [asyncio.create_task(each.room.webs.renew()) for each in (many, other, many, other)]
        await slack.until(lambda: slack.under_way.get(EXCHANGE) == 1)
        slack.holding[EXCHANGE].set()
        await asyncio.gather(*renewing)
        for each in (many, other):
            assert await each.room.webs.token(TEAM) == "xoxe.xoxb-2-plum"
    assert not slack.refused


async def test_a_token_that_ended_is_waited_for_while_another_node_renews_it(
    many: Node, tmp_path: Path, slack: SlackServer, clock: FakeClock
) -> None:
    await install(many)
    clock.move(43_200 + 1)
    slack.codes[REFRESH] = given("xoxe.xoxb-2-plum", "xoxe-2-pear")
    slack.holding[EXCHANGE] = asyncio.Event()
    address = f"sqlite:///{tmp_path / 'quarterdeck.db'}"
    async with node(address, tmp_path, slack, working=False, clock=clock, **MANY) as other:
        renewing = asyncio.create_task(many.room.webs.renew())
        await slack.until(lambda: slack.under_way.get(EXCHANGE) == 1)
        with pytest.raises(SlackBusy):
            await other.room.webs.token(TEAM)
        slack.holding[EXCHANGE].set()
        await renewing
        assert await other.room.webs.token(TEAM) == "xoxe.xoxb-2-plum"


async def test_while_it_cannot_be_renewed_the_old_token_is_used_to_its_end(many: Node, clock: FakeClock) -> None:
    await install(many)
    clock.move(43_200 - 60)
    many.slack.failing["oauth.v2.access"] = ["internal_error"] * 5
    await many.room.webs.renew()
    assert await many.room.webs.token(TEAM) == SECRET_TOKEN
    clock.move(120)
    with pytest.raises((SlackTokenInvalid, SlackUnreachable)):
        await many.room.webs.token(TEAM)


@pytest.mark.parametrize(
    "event",
    [
        {"type": "app_uninstalled"},
        {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}},
    ],
)
async def test_a_removed_app_is_forgotten_with_its_tokens(many: Node, event: dict[str, Any]) -> None:
    await install(many)
    await many.deliveries.event(event)
    async with asyncio.timeout(10):
        while await many.store.installations.of("acme"):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.005)
    with pytest.raises(SlackNotInstalled):
        await many.room.webs.of(TEAM)


async def test_a_revoked_token_of_a_user_removes_nothing(many: Node) -> None:
    await install(many)
    await many.deliveries.event({"type": "tokens_revoked", "tokens": {"oauth": ["UALICE"], "bot": []}})
    async with asyncio.timeout(10):
        while await many.store.arrivals.waiting("acme"):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.005)
    assert len(await many.store.installations.of("acme")) == 1


async def test_a_new_key_in_front_seals_what_the_old_one_sealed(
    tmp_path: Path, slack: SlackServer, clock: FakeClock
) -> None:
    address = f"sqlite:///{tmp_path / 'quarterdeck.db'}"
    async with node(
        address, tmp_path, slack, working=False, clock=clock, **{**MANY, "slack_keys": OLD_KEY}
    ) as one:
        await install(one)
    both = {**MANY, "slack_keys": f"{KEY},{OLD_KEY}"}
    async with node(address, tmp_path, slack, working=False, clock=clock, **both) as two:
        assert await two.room.webs.token(TEAM) == SECRET_TOKEN
        await two.room.webs.renew()
    async with node(address, tmp_path, slack, working=False, clock=clock, **MANY) as three:
        assert await three.room.webs.token(TEAM) == SECRET_TOKEN
        [kept] = await three.store.installations.of("acme")
        assert kept.key == key_id(KEY.encode())


def test_what_was_sealed_opens_for_its_workspace_and_its_key_alone() -> None:
    seal, tokens = Seal([KEY.encode()]), Tokens(bot=SECRET_TOKEN, refresh=REFRESH)
    sealed = seal.seal(tokens, "acme", TEAM)
    assert seal.open(sealed, seal.key, "acme", TEAM) == tokens
    assert seal.seal(tokens, "acme", TEAM) != sealed
    for tenant, team in (("evil", TEAM), ("acme", "T0OTHER")):
        with pytest.raises(SlackTokenInvalid):
            seal.open(sealed, seal.key, tenant, team)
    with pytest.raises(SlackTokenInvalid, match="found key"):
        Seal([OLD_KEY.encode()]).open(sealed, seal.key, "acme", TEAM)


@pytest.mark.parametrize("keys", [[], [b"short"]])
def test_a_key_that_can_be_guessed_is_refused(keys: list[bytes]) -> None:
    with pytest.raises(InvalidSettings, match="slack_keys"):
        Seal(keys)
