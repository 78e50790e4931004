"""A person at a real browser: signs in at the provider, links an account, and signs out everywhere."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.bot.identity.room import SLACK, Room, identity_room
from tests.bot.surfaces.console.pages import DESK, Console, chromium

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with identity_room(tmp_path) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport=DESK)  # type: ignore[arg-type]  # a plain dict is one
    context.set_default_timeout(15_000)
    yield await context.new_page()
    await context.close()


async def test_signing_in_at_the_provider_and_out_everywhere(room: Room, page: Page) -> None:
    console = Console(page, room.url)
    await page.goto(f"{room.url}/console/accounts")
    await expect(console.by("sign-on")).to_have_text("Corp")
    await console.by("sign-on").click()
    await expect(page.get_by_role("heading")).to_have_text("Provider")
    await page.get_by_role("button", name="u-olga").click()
    await expect(console.by("identity")).to_contain_text("oidc account u-olga")
    await expect(console.by("sign-in")).to_contain_text("by oidc")
    await expect(console.by("me")).to_have_text("O")
    await console.by("end-all").click()
    await expect(console.by("key")).to_be_visible()
    await page.goto(f"{room.url}/console/accounts")
    await expect(console.by("key")).to_be_visible()
    assert console.complaints == []


async def test_somebody_without_a_role_is_told_so_at_the_door(room: Room, page: Page) -> None:
    console = Console(page, room.url)
    await page.goto(f"{room.url}/console/sign-in")
    await console.by("sign-on").click()
    await page.get_by_role("button", name="u-nina").click()
    await expect(console.by("failed")).to_contain_text("in a group with a role, found one that is neither")
    await expect(console.by("key")).to_be_visible()


async def test_linking_a_chat_account_and_one_of_the_provider(room: Room, page: Page) -> None:
    console = Console(page, room.url)
    code = await room.sessions.invite("alice", ["admin"])
    await console.sign_in_with_link(f"{room.url}/console/enter?code={code}")
    begun = await room.identity.accounts.begin_link(SLACK, "alice in Slack")
    await page.goto(f"{room.url}/console/accounts")
    await console.by("typed").fill(begun.code)
    await console.by("look").click()
    await expect(console.by("found")).to_contain_text("slack account U0ALICE of T0ACME")
    await console.by("answer").click()
    await expect(console.by("answered")).to_be_visible()
    await room.identity.accounts.finish_link(SLACK, begun.link)

    await console.by("link-sign-on").click()
    await page.get_by_role("button", name="u-alice").click()
    await expect(console.by("waiting-link")).to_contain_text("oidc account u-alice")
    await console.by("finish").click()
    await expect(console.by("identity")).to_have_count(2)
    await console.by("unlink").first.click()
    await expect(console.by("identity")).to_have_count(1)
    assert console.complaints == []


async def test_an_administrator_disables_somebody_who_is_out_at_once(room: Room, page: Page) -> None:
    bob = await room.signed_in("bob")
    console = Console(page, room.url)
    code = await room.sessions.invite("ada", ["admin"])
    await console.sign_in_with_link(f"{room.url}/console/enter?code={code}")
    await page.goto(f"{room.url}/console/accounts")
    row = page.locator('[data-testid=person][data-id="bob"]')
    await row.get_by_test_id("disable").click()
    await expect(row.get_by_test_id("disabled")).to_be_visible()
    assert (await bob.get("/console/accounts")).status_code == 303
    await row.get_by_test_id("enable").click()
    await expect(row.get_by_test_id("disable")).to_be_visible()
    assert console.complaints == []
