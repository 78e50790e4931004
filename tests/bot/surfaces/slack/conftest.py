"""A fake Slack with a workspace in it, and one process of ours that it speaks to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.surfaces.slack.room import PACE, Node, linked, node, workspace
from tests.fakes.slack.server import SlackServer


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer(workspace(), pace=PACE).serving() as served:
        yield served


@pytest.fixture
async def here(tmp_path: Path, slack: SlackServer) -> AsyncIterator[Node]:
    """One process of ours, to which Alice and Bob are known."""
    async with node(f"sqlite:///{tmp_path / 'quarterdeck.db'}", tmp_path, slack) as made:
        await linked(made.store, "UALICE", "alice")
        await linked(made.store, "UBOB", "bob")
        yield made
