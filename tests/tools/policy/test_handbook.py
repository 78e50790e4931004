"""The handbook's worked examples do what it says they do, and it names everything a policy may ask for."""

import re
from pathlib import Path

import pytest

from bot.policies import shipped
from tests.fakes.people import facts
from tools.capabilities import EVERY
from tools.policy.checking import Report, check
from tools.policy.document import documents, formatted
from tools.policy.golden import parse_golden
from tools.policy.question import Say
from tools.policy.schema import ASSENT, GROUPS, PROMOTE, PROMOTION, cedar_schema
from tools.policy.source import Library, Source

TEXT = (Path(__file__).parents[3] / "docs" / "policy-handbook.md").read_text(encoding="utf-8")
HANDBOOK, _, WORKED = TEXT.partition("## Eight worked examples")
WORLD, *EXAMPLES = re.split(r"^### ", WORKED, flags=re.MULTILINE)
_CONTEXT = re.compile(r'"service\.scale" in .*?context: \{ (.*?), arguments:')
_FIELD = re.compile(r"(\w+)\??: ")


def block(text: str, language: str) -> str:
    """Return the only fenced block of this language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return str(found)


def checked(example: str, *policies: Source) -> Report:
    golden = Source(name="example.yaml", text=block(WORLD, "yaml") + block(example, "yaml"))
    return check(Library(policies=policies, decisions=(golden,)), facts())


def test_there_are_eight_examples() -> None:
    assert [example[:2] for example in EXAMPLES] == [f"{number}." for number in range(1, 9)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.splitlines()[0])
def test_a_worked_example_decides_as_it_says_beside_the_shipped_policies(example: str) -> None:
    report = checked(example, *shipped().policies, Source(name="example.cedar", text=block(example, "cedar")))
    assert report.problems == ()
    assert report.decisions >= 3


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.splitlines()[0])
def test_a_worked_example_changes_something_and_is_laid_out_with_its_notes(example: str) -> None:
    assert checked(example, *shipped().policies).problems
    text = block(example, "cedar")
    assert formatted(text) == text
    (policy,) = documents(text)
    assert policy.note("needed")
    assert policy.permits or policy.note("reason")


def test_the_golden_decisions_it_shows_are_in_order() -> None:
    golden = Source(name="handbook.yaml", text=block(HANDBOOK, "yaml"))
    assert len(parse_golden(golden).decisions) == 2
    assert check(Library(policies=shipped().policies, decisions=(golden,)), facts()).problems == ()


def test_it_names_every_group_of_tools_and_everything_the_context_has() -> None:
    context = _CONTEXT.search(cedar_schema(EVERY))
    assert context
    fields = set(_FIELD.findall(context[1])) | {"arguments"}
    assert {"approvals", "budget", "hour"} <= fields
    assert [each for each in sorted({*fields, *GROUPS}) if f"`{each}`" not in HANDBOOK] == []


def test_it_names_everything_that_is_told_of_a_yes_to_a_plan_or_a_policy() -> None:
    assert [each for each in sorted({*ASSENT, *PROMOTION, *Say, PROMOTE}) if each not in HANDBOOK] == []
    section = HANDBOOK.partition("## Approvals as policy sees them")[2].partition("\n## ")[0]
    told = [each for each in sorted({*ASSENT, *PROMOTION}) if f"`{each}`" not in section]
    assert told == []


def test_it_names_everything_the_schema_says_of_people_and_services() -> None:
    schema = cedar_schema(EVERY)
    for entity in ("User", "Service"):
        described = re.search(rf"entity {entity} in \[\w+\] {{(.*?)}};", schema, re.DOTALL)
        assert described
        assert [each for each in _FIELD.findall(described[1]) if f"| `{each}` |" not in HANDBOOK] == []
