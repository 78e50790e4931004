"""The table of docs/parity.md: which story each chat tells, as a run of the stories finds."""

import re
from collections.abc import Mapping
from pathlib import Path

from tests.stories.parity.chat import NotHere, Stage, Surface
from tests.stories.parity.slack import SLACK
from tests.stories.parity.stories import STORIES
from tests.stories.parity.teams import TEAMS

SURFACES = {each.name: each for each in (SLACK, TEAMS)}
DOCUMENT = Path(__file__).parents[3] / "docs" / "parity.md"
YES = "✔"
HEAD = """# What each chat can do

Made by `python -m tests.stories.parity`, which tells these stories to each chat, unchanged, through a fake of the
platform that behaves; `tests/stories/parity` compares this page with what a run gives.

| story | Slack | Teams |
|---|---|---|
"""
_ROW = re.compile(r"^\| (?P<title>.+?) \| (?P<slack>.+?) \| (?P<teams>.+?) \|$")


async def outcome(title: str, surface: Surface, home: Path) -> str:
    """Return what the table says of one story on one chat; whatever fails is raised."""
    async with surface.peer() as peer:
        try:
            await STORIES[title](Stage(surface, home, peer))
        except NotHere as reason:
            return str(reason)
    return YES


def page(found: Mapping[tuple[str, str], str]) -> str:
    """Return the document."""
    rows = (f"| {title} | {found[title, 'Slack']} | {found[title, 'Teams']} |\n" for title in STORIES)
    return HEAD + "".join(rows)


def committed() -> dict[tuple[str, str], str]:
    """Return what the document says."""
    rows = [_ROW.match(line) for line in DOCUMENT.read_text().splitlines()]
    told = [row for row in rows if row is not None and row["title"] not in {"story", "---"}]
    return {(row["title"], name): row[name.lower()] for row in told for name in SURFACES}
