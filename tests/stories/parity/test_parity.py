"""Every chat tells the same stories, and docs/parity.md says what came of them."""

from pathlib import Path

import pytest

from tests.stories.parity.stories import STORIES
from tests.stories.parity.table import DOCUMENT, SURFACES, committed, outcome, page

pytestmark = pytest.mark.timeout(90)


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("title", STORIES)
async def test_a_story_ends_as_the_table_says(title: str, name: str, tmp_path: Path) -> None:
    assert await outcome(title, SURFACES[name], tmp_path) == committed()[title, name]


def test_the_table_has_every_story_and_no_other_word() -> None:
    assert page(committed()) == DOCUMENT.read_text()
