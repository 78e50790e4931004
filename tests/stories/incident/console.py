"""The console, for the story: the incident's page in a real browser, and a terminal to approve at."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, ViewportSize, expect

from bot.demo.stage import Stage
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.session import over_network
from memory.ids import RandomIds
from memory.model.approval import Verdict
from memory.model.incident import Incident
from tests.bot.surfaces.console.pages import Console, chromium
from tests.stories.incident.room import Room, Surface, Told, cited
from tests.stories.incident.telling import WITHIN_S, rollback

WINDOW: ViewportSize = {"width": 1180, "height": 900}
WITHIN_MS = WITHIN_S * 1000


class ConsoleRoom(Room):
    """The incident's page. `pictures` is where photographs of it go."""

    def __init__(self, stage: Stage, alice: Console, pictures: Path) -> None:
        super().__init__(stage)
        self._alice = alice
        self._pictures = pictures
        self._page = ""

    async def enter(self, incident: Incident) -> None:
        self._page = f"{self._alice.url}/console/incidents/{incident.number}"
        await self._alice.page.goto(f"{self._alice.url}/console/incidents")
        await expect(self._alice.by("incident-row")).to_have_count(1, timeout=WITHIN_MS)
        await self._alice.by("incident-row").click()
        await self._alice.live()
        await expect(self._alice.by("alert").first).to_contain_text("firing", timeout=WITHIN_MS)

    async def said(self, *words: str) -> Told:
        found = self._alice.by("said-here")
        for each in words:
            found = found.filter(has_text=each)
        await expect(found.first).to_be_visible(timeout=WITHIN_MS)
        return Told(tuple((await found.first.inner_text()).splitlines()))

    async def take_command(self) -> None:
        await self._alice.by("take-commander").click()
        await expect(self._alice.by("duties")).to_contain_text("Alice", timeout=WITHIN_MS)

    async def note(self, text: str) -> None:
        await self._alice.by("note-text").fill(text)
        await self._alice.by("note-send").click()
        await expect(self._alice.by("timeline")).to_contain_text(text, timeout=WITHIN_MS)

    async def summary(self, words: str) -> Told:
        await expect(self._alice.by("summary")).to_contain_text(words, timeout=WITHIN_MS)
        await self._alice.photograph(self._pictures / "incident.png")
        return await _told(self._alice.by("summary"))

    async def roll_back(self) -> str:
        look = self._alice.by("said-here").filter(has_text="First look at checkout")
        await look.get_by_test_id("room-say").first.click()
        await expect(self._alice.card).to_contain_text("1.4.1", timeout=WITHIN_MS)
        return await self._alice.card.inner_text()

    async def approve(self, who: str) -> None:
        running = self.stage.running
        async with over_network(running.url, running.key(who), here=True) as http:
            run = await rollback(self.stage)
            await Client(http, RandomIds()).decide(run.id, run.plan_digest, Verdict.APPROVE, "the chart says so")

    async def done(self) -> str:
        await expect(self._alice.card).to_contain_text("rolled back from 1.4.2 to 1.4.1", timeout=WITHIN_MS)
        return await self._alice.card.inner_text()

    async def resolve(self) -> None:
        await self._alice.page.goto(self._page)
        for kind in ("proposal", "approval", "effect"):
            shown = self._alice.by("timeline").locator(f'[data-kind="{kind}"]').first
            await expect(shown).to_be_visible(timeout=WITHIN_MS)
        await expect(self._alice.by("alert").filter(has_text="resolved").first).to_be_visible(timeout=WITHIN_MS)
        await self._alice.by("resolved").click()
        await expect(self._alice.by("incident-status")).to_have_text("resolved", timeout=WITHIN_MS)

    async def review(self) -> Told:
        await self._alice.page.reload()
        review = self._alice.by("review")
        await review.locator("summary").first.click()
        await expect(review.get_by_test_id("notice")).to_contain_text("1.4.2", timeout=WITHIN_MS)
        await self._alice.photograph(self._pictures / "review.png")
        assert self._alice.complaints == []
        return await _told(review)


async def _told(notice: Locator) -> Told:
    """Return the lines of a notice with its citations in brackets, and where they lead."""
    lines = [
        await line.evaluate(
            "node => { const copy = node.cloneNode(true);"
            " copy.querySelectorAll('.cite').forEach(each => { each.textContent = `[${each.textContent}]`; });"
            " return copy.textContent; }"
        )
        for line in await notice.get_by_test_id("notice").locator("p, li").all()
    ]
    links = [
        await each.get_attribute("href") or "" for each in await notice.get_by_test_id("source").locator("a").all()
    ]
    return cited(lines, links)


@asynccontextmanager
async def nobody() -> AsyncIterator[None]:
    """There is no other side: the console is ours."""
    yield None


@asynccontextmanager
async def room(stage: Stage, _: Any, pictures: Path) -> AsyncIterator[Room]:
    async with chromium() as browser:
        alice = Console(await browser.new_page(viewport=WINDOW), stage.running.url)
        await alice.sign_in_with_link((await stage.links())["alice"])
        yield ConsoleRoom(stage, alice, Path(os.environ.get("QUARTERDECK_TEST_PICTURES", pictures)))


CONSOLE = Surface("console", nobody, lambda _: {}, room)
