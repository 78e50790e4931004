"""A bad release on the demo estate becomes an incident, a room, a summary, a rollback of three people, a review.

One story, told on the console, in Slack and in Teams.
"""

import shutil
from collections.abc import AsyncIterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.demo.stage import Stage, staged
from bot.settings import parsed
from tests.servers import require
from tests.stories.incident.console import CONSOLE
from tests.stories.incident.room import Surface
from tests.stories.incident.slack import SLACK
from tests.stories.incident.teams import TEAMS
from tests.stories.incident.telling import told

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

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


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=[CONSOLE, pytest.param(SLACK, marks=pytest.mark.slow), pytest.param(TEAMS, marks=pytest.mark.slow)],
    ids=lambda surface: surface.name,
)
async def place(request: pytest.FixtureRequest, policies: Path) -> AsyncIterator[tuple[Surface, Stage, Any]]:
    """A surface, and a demo that has it with one more who approves: its bad release is already doing harm."""
    require("prometheus")
    require("prometheus-alertmanager")
    surface: Surface = request.param
    cara = {"id": "cara", "name": "Cara", "roles": ["viewer", "approver"]}
    async with surface.peer() as peer:
        given = {"port": 0, "policy_dir": str(policies), "people": [cara], **surface.settings(peer)}
        async with staged(parsed(given), lambda _: None) as standing:
            yield surface, standing, peer


async def test_a_bad_release_becomes_an_incident_that_is_cared_for_until_its_review(
    place: tuple[Surface, Stage, Any], tmp_path: Path
) -> None:
    surface, stage, peer = place
    async with surface.room(stage, peer, tmp_path) as room:
        await told(stage, room, surface.name)
