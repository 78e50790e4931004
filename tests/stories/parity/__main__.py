"""`python -m tests.stories.parity`: tell every story on every chat, and write docs/parity.md."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.stories.parity.stories import STORIES
from tests.stories.parity.table import DOCUMENT, SURFACES, outcome, page


async def told() -> dict[tuple[str, str], str]:
    """Return what came of every story."""
    found = {}
    for title in STORIES:
        for surface in SURFACES.values():
            with TemporaryDirectory() as home:
                found[title, surface.name] = await outcome(title, surface, Path(home))
    return found


if __name__ == "__main__":
    DOCUMENT.write_text(page(asyncio.run(told())))
