"""The README's walk in a real browser: ask, see evidence, propose, have it approved, see it run, ask why."""

import asyncio
import os
from pathlib import Path

import pytest
from playwright.async_api import ViewportSize, expect

from bot.demo.stage import Stage
from bot.surfaces.cli.session import over_network
from tests.bot.surfaces.console.pages import Console, chromium

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

RUNS_WITHIN_MS = 90_000
WINDOW: ViewportSize = {"width": 1180, "height": 900}


async def test_alice_asks_and_bob_approves_and_checkout_is_rolled_back_and_verified(
    stage: Stage, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("QUARTERDECK_TEST_PICTURES", tmp_path))
    links = await stage.links()
    async with chromium() as browser:
        alice = Console(await browser.new_page(viewport=WINDOW), stage.running.url)
        bob = Console(await browser.new_page(viewport=WINDOW), stage.running.url)
        await alice.sign_in_with_link(links["alice"])
        await bob.sign_in_with_link(links["bob"])

        answer = await alice.ask("What is wrong with checkout?")
        await expect(answer).to_contain_text("release 1.4.2")
        await expect(answer.locator("img").first).to_be_visible()
        await alice.photograph(pictures / "answer.png")

        await alice.ask("roll it back")
        await expect(alice.card).to_contain_text("1.4.1")
        await expect(alice.approve).to_have_count(0)
        await alice.live()
        await alice.photograph(pictures / "console.png")

        await bob.open_plans()
        await bob.open_first_plan()
        await bob.photograph(pictures / "approval.png")
        await bob.approve.click()
        await expect(alice.by("card-status").last).to_have_text("Done and verified", timeout=RUNS_WITHIN_MS)
        await expect(bob.by("card-status").last).to_have_text("Done and verified", timeout=RUNS_WITHIN_MS)
        await expect(alice.card).to_contain_text("rolled back from 1.4.2 to 1.4.1")
        await expect(alice.by("decided").last).to_contain_text("Approved by Bob")
        await alice.photograph(pictures / "done.png")

        why = await alice.ask("why?")
        await expect(why).to_contain_text("execute-is-for-operators-with-approval")
        await alice.photograph(pictures / "why.png")

        run = await _traced(stage, pictures / "trace.svg")
        await bob.page.goto(f"{stage.running.url}/console/why/{run}")
        await expect(bob.by("trace").locator("text.t-title", has_text="Approved")).to_be_visible()
        await (
            bob.by("trace").get_by_role("link", name="Approved").click()
        )  # of an earlier turn, links leave the page
        await expect(bob.page.locator("tr:target")).to_be_visible()
        assert not await bob.overflows()
        await bob.photograph(pictures / "causes.png")
        assert alice.complaints == bob.complaints == []


async def _traced(stage: Stage, picture: Path) -> str:
    """Have bob, who audits, trace what was done to the message it began with; return the run's id."""
    async with over_network(stage.running.url, stage.running.key("bob"), here=True) as http:
        (run, *_) = (await http.get("/v1/runs")).json()["items"]
        trace = (await http.get(f"/v1/log/trace/{run['id']}")).json()
        assert sorted(trace["people"].values()) == ["Alice", "Bob"]
        assert [chain["missing"] for chain in trace["chains"]] == [[]]
        assert trace["policies"], "the log does not tell which policy was in force"
        drawn = (await http.get(f"/v1/log/trace/{run['id']}.svg")).text
    await asyncio.to_thread(picture.write_text, drawn)
    return str(run["id"])
