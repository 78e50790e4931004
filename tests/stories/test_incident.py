"""A bad release on the demo estate becomes an incident, a room, a summary, a rollback of three people, a review.

Alertmanager is a real one and says so by itself; nobody here declares anything.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from importlib.resources import as_file, files
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, ViewportSize, expect

from bot.demo.stage import Stage, staged
from bot.settings import parsed
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.session import over_network
from memory.ids import RandomIds
from memory.model.approval import Verdict
from memory.model.incident import Happening, Incident, IncidentStatus, TimelineWindow
from memory.model.record import SYSTEM
from memory.model.run import Run, RunStatus
from memory.model.war_room import Fixture
from tests.bot.surfaces.console.pages import Console, chromium
from tests.servers import require

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

WINDOW: ViewportSize = {"width": 1180, "height": 900}
TENANT = "demo"
ENDS_WITHIN_MS = 90_000
FURNITURE = frozenset(Fixture) - {Fixture.FAREWELL, Fixture.CLOSED}
TWO = """
@id("rollbacks-need-two")
@reason("in this story two people have to agree")
@needed("approvals by two different people")
forbid (principal, action == Action::"deploy.rollback", resource)
when { context.approvals < 2 };
"""


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the policies that come with Quarterdeck, and one more."""
    folder = tmp_path_factory.mktemp("policies")
    with as_file(files("tools.policy").joinpath("library")) as library:
        for each in library.glob("*.cedar"):
            shutil.copy(each, folder)
    (folder / "two.cedar").write_text(TWO, encoding="utf-8")
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(policies: Path) -> AsyncIterator[Stage]:
    """A demo with one more who approves."""
    require("prometheus")
    require("prometheus-alertmanager")
    cara = {"id": "cara", "name": "Cara", "roles": ["viewer", "approver"]}
    base = parsed({"port": 0, "policy_dir": str(policies), "people": [cara]})
    async with staged(base, lambda _: None) as standing:
        yield standing


async def declared(stage: Stage) -> Incident:
    """Return the incident that the alerts made, once its room is furnished."""
    store = stage.house.store
    async with asyncio.timeout(60):
        while not (open_ := (await store.incidents.page(TENANT)).items):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.1)
        while True:
            rooms = await store.war_rooms.of(TENANT, open_[0].id)
            if rooms and {each.fixture for each in rooms[0].fittings if each.stands} >= FURNITURE:
                return await store.incidents.get(TENANT, open_[0].id)
            await asyncio.sleep(0.1)


async def ended(stage: Stage) -> Run:
    """Have two people approve the one plan there is, and return it once it is over."""
    async with AsyncExitStack() as stack:
        bob, cara = [
            Client(
                await stack.enter_async_context(
                    over_network(stage.running.url, stage.running.key(person), here=True)
                ),
                RandomIds(),
            )
            for person in ("bob", "cara")
        ]
        (run,) = (await stage.house.store.runs.page(TENANT)).items
        halfway = await bob.decide(run.id, run.plan_digest, Verdict.APPROVE, "the chart says so")
        assert halfway.run.status is RunStatus.WAITING
        await cara.decide(run.id, run.plan_digest, Verdict.APPROVE, "agreed")
    async with asyncio.timeout(ENDS_WITHIN_MS / 1000):
        while not (run := await stage.house.store.runs.get(TENANT, run.id)).status.final():  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0.2)
    return run


async def traceable(console: Console, told: Locator) -> int:
    """Follow every citation of a notice; return how many sources there are."""
    text = await told.get_by_test_id("notice").inner_text()
    links = told.get_by_test_id("source").locator("a")
    for link in await links.all():
        address = await link.get_attribute("href")
        answer = await console.page.request.get(f"{console.url}{address}")
        assert answer.ok, (address, text)
    cited = await told.get_by_test_id("notice").locator(".cite").count()
    assert cited, text
    return await links.count()


async def test_a_bad_release_becomes_an_incident_that_is_cared_for_until_its_review(
    stage: Stage, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("QUARTERDECK_TEST_PICTURES", tmp_path))
    incident = await declared(stage)
    assert incident.declared_by == SYSTEM
    assert "checkout" in incident.services
    assert incident.alerts
    links = await stage.links()
    async with chromium() as browser:
        alice = Console(await browser.new_page(viewport=WINDOW), stage.running.url)
        await alice.sign_in_with_link(links["alice"])
        await alice.page.goto(f"{alice.url}/console/incidents")
        await expect(alice.by("incident-row")).to_have_count(1)
        await alice.by("incident-row").click()
        await alice.live()
        await expect(alice.by("alert").first).to_contain_text("firing")
        first_look = alice.by("said-here").filter(has_text="First look at checkout")
        await expect(first_look).to_contain_text("release 1.4.2")
        await expect(alice.by("said-here").filter(has_text="Where to begin")).to_be_visible()
        await alice.by("take-commander").click()
        await expect(alice.by("duties")).to_contain_text("Alice")
        await alice.by("note-text").fill("Customers cannot pay. Looking at the release of 1.4.2.")
        await alice.by("note-send").click()
        await expect(alice.by("timeline")).to_contain_text("Customers cannot pay.")
        assert await traceable(alice, alice.by("summary"))
        await alice.photograph(pictures / "incident.png")

        await first_look.get_by_test_id("room-say").first.click()
        await expect(alice.card).to_contain_text("1.4.1")
        run = await ended(stage)
        assert (run.status, len(run.approvals)) == (RunStatus.SUCCEEDED, 2)
        assert run.steps[0].checks
        assert all(check.ok for check in run.steps[0].checks)

        await alice.page.goto(f"{alice.url}/console/incidents/{incident.number}")
        for kind in ("proposal", "approval", "effect"):
            await expect(alice.by("timeline").locator(f'[data-kind="{kind}"]').first).to_be_visible()
        await expect(alice.by("alert").filter(has_text="resolved").first).to_be_visible(timeout=ENDS_WITHIN_MS)
        await alice.by("resolved").click()
        await expect(alice.by("incident-status")).to_have_text("resolved")
        await alice.page.reload()
        review = alice.by("review")
        await review.locator("summary").first.click()
        await expect(review.get_by_test_id("notice")).to_contain_text("1.4.2")
        assert await traceable(alice, review)
        await alice.photograph(pictures / "review.png")
        assert alice.complaints == []
    await _what_is_kept(stage, incident)


async def _what_is_kept(stage: Stage, incident: Incident) -> None:
    store = stage.house.store
    over = await store.incidents.get(TENANT, incident.id)
    assert over.status is IncidentStatus.RESOLVED
    page = await store.timeline.page(TENANT, incident.id, TimelineWindow(), limit=1000)
    kinds = {entry.kind for entry in page.items}
    told = {Happening.ALERT, Happening.OBSERVATION, Happening.HYPOTHESIS, Happening.NOTE, Happening.DUTY}
    assert kinds >= told | {Happening.PROPOSAL, Happening.APPROVAL, Happening.EFFECT, Happening.STATUS}
    async with asyncio.timeout(15):
        while True:
            (room,) = await store.war_rooms.of(TENANT, incident.id)
            if room.fitting(Fixture.FAREWELL).stands:
                return
            await asyncio.sleep(0.1)
