"""The console as a person uses it: one class per page, found by what the templates promise (`data-testid`)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright

from tests.servers import require

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = {"width": 1180, "height": 900}
PHONE = {"width": 360, "height": 740}


@asynccontextmanager
async def chromium(*more: str) -> AsyncIterator[Browser]:
    """Start the browser that is installed, with `more` switches; skip the test where there is none."""
    path = require("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*SWITCHES, *more])
        try:
            yield browser
        finally:
            await browser.close()


class Console:
    """One person's browser window at the console."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []  # what the browser's own console says, refused content among it
        page.on("console", lambda said: self._note(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)

    async def sign_in_with_key(self, key: str) -> None:
        await self.page.goto(f"{self.url}/console/")
        await self.by("key").fill(key)
        await self.by("enter").click()
        await self.by("text").wait_for()

    async def sign_in_with_link(self, link: str) -> None:
        await self.page.goto(link)
        await self.by("enter").click()
        await self.by("text").wait_for()

    async def sign_out(self) -> None:
        await self.by("me").click()
        await self.by("sign-out").click()

    async def ask(self, text: str) -> Locator:
        """Say something and return its exchange once it is answered."""
        before = await self.replies.count()
        await self.by("text").fill(text)
        await self.by("text").press("Enter")
        await self.replies.nth(before).wait_for()
        return self.exchanges.last

    async def open_plans(self) -> None:
        await self.page.goto(f"{self.url}/console/plans")

    async def open_first_plan(self) -> None:
        await self.by("plan-row").first.click()
        await self.card.wait_for()

    async def live(self) -> None:
        """Return once the live connection stands."""
        await self.page.locator('[data-testid=connection][data-state="live"]').wait_for(state="attached")

    async def photograph(self, path: Path) -> None:
        """Take a picture of the whole page. The caret stays: hiding it takes a style that our policy forbids."""
        await self.page.screenshot(path=path, full_page=True, caret="initial")

    def by(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    @property
    def exchanges(self) -> Locator:
        return self.by("exchange")

    @property
    def replies(self) -> Locator:
        return self.by("reply")

    @property
    def card(self) -> Locator:
        return self.by("card").last

    @property
    def approve(self) -> Locator:
        return self.by("approve")

    @property
    def deny(self) -> Locator:
        return self.by("deny")

    async def status(self) -> str:
        return await self.by("card-status").last.inner_text()

    async def overflows(self) -> bool:
        """Return whether the page is wider than the window."""
        wider: bool = await self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return wider
