"""The page about the library tells of every runbook, and of nothing else."""

from pathlib import Path

from bot.settings import parsed
from tests.runbooks.library.page import PAGE, REAL, page
from tests.runbooks.library.shelf import EVERY, EXAMPLES, KNOWN
from tests.stories.test_library import CARRIED_OUT


def test_the_page_is_what_the_runbooks_make_of_it() -> None:
    assert PAGE.read_text() == page(), "write it anew: python -m tests.runbooks.library.page"


def test_what_is_said_to_run_on_the_demo_estate_does() -> None:
    assert set(CARRIED_OUT) == REAL


def test_the_example_settings_are_settings(tmp_path: Path) -> None:
    settings = parsed({"home": str(tmp_path), **EXAMPLES})
    assert {f"http.{each.name}" for each in settings.http_endpoints} <= {each.name for each in KNOWN}
    assert [each.name for each in settings.commands] == ["disk-vacuum"]


def test_every_example_is_used_by_a_runbook() -> None:
    text = "\n".join(each.text for each in EVERY)
    declared = [("http", each) for each in EXAMPLES["http_endpoints"]]
    declared += [("command", each) for each in EXAMPLES["commands"]]
    declared += [("sql", each) for each in EXAMPLES["sql_sources"]]
    unused = [each["name"] for area, each in declared if f"tool: {area}.{each['name']}" not in text]
    assert unused == []
