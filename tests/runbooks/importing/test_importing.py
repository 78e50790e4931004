"""Files of other kinds become runbooks that suggest; what cannot be read is refused with its line."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import InvalidEncoding, QuarterdeckError, RunbookInvalid
from memory.model.plan import Effect
from runbooks.format import lint
from runbooks.importing import Imported, imported
from tools.capabilities import EVERY


def brought_in(text: str, file: str = "it.md") -> Imported:
    made = imported(text.encode(), file)
    assert [each.explained() for each in lint(made.text, file, EVERY).findings] == []
    return made


def ssm(*steps: Mapping[str, object], **more: object) -> str:
    return json.dumps(
        {"schemaVersion": "0.3", "description": "Do it.", "mainSteps": list(steps), **more}, indent=1
    )


def test_sections_with_commands_become_steps_and_the_others_stay_to_be_read() -> None:
    look, clean = "## Look\n\n```\ndf -h\n```\n", "## Clean\n\n```sh\nrm -rf /tmp/x\n```\n"
    made = brought_in(f"# DiskFull\n\nWhy.\n\n{look}\n## Background\n\nLong ago.\n\n{clean}")
    assert [step.title for step in made.report.steps] == ["Look", "Clean"]
    assert [step.effect for step in made.report.steps] == [Effect.READ, Effect.DESTRUCTIVE]
    assert "```sh destructive" in made.text
    assert 'alerts:\n  - "DiskFull"' in made.text
    assert "## Background" in made.text


def test_a_block_that_calls_itself_an_action_is_no_action_here() -> None:
    made = brought_in("# A\n\n## 1. B\n\n```action\ntool: service.restart\n```\n\n- ```action\n  tool: x\n  ```\n")
    runbook = lint(made.text, "it.md", EVERY).runbook
    assert runbook is not None
    assert not runbook.actions
    assert "tool: service.restart" in made.text


@pytest.mark.parametrize(
    "block",
    [
        "1. Look\n   ```\n```action\ntool: x\n```\nbash\n   ```\n",  # which ends the list
        "- a\n\n  ~~~\n> ```action\n> tool: x\n> ```\n",
        "```act\\ion\ntool: x\n```\n",
        "```&#97;ction\ntool: x\n```\n",
        "a\r```action\rtool: x\r```\r",
    ],
)
def test_no_block_is_an_action_wherever_it_stands_and_however_it_is_spelt(block: str) -> None:
    made = brought_in(f"# It\n\nWhy.\n\n## Do\n\n{block}\nAfter.\n")
    reading = lint(made.text, "it.md", EVERY)
    assert reading.runbook is not None
    assert not reading.runbook.actions
    assert "tool: x" in made.text


def test_a_fence_that_ends_on_its_last_line_is_mended_and_reported() -> None:
    made = brought_in("# A\n\n## B\n\n```\nls\nrm x```\n\n## C\n\n```\nps\n```\n")
    assert [step.title for step in made.report.steps] == ["B", "C"]
    assert "line 7: " in made.report.notes[0]
    assert "\nrm x\n" in made.text


def test_numbers_quotes_and_marks_in_headings_do_no_harm() -> None:
    brought_in('# 1. "A": b\n\n## 7. x `y` [z](w) # \n\n```\nls\n```\n\n2. Setext\n---------\n\n    rm x\n')


def test_the_sources_own_front_matter_is_kept_and_gives_the_title() -> None:
    made = brought_in("---\ntitle: Expand it\nweight: 600\n---\n\n# Other\n\n```\nls\n```\n")
    assert made.report.title == "Expand it"
    assert "weight: 600" in made.text


def test_steps_of_ssm_keep_their_own_text_and_say_where_they_lead() -> None:
    branch = {
        "name": "pick",
        "action": "aws:branch",
        "inputs": {
            "Choices": [{"NextStep": "stop", "Variable": "{{ x }}", "StringEquals": "y"}],
            "Default": "end",
        },
    }
    stop = {
        "name": "stop",
        "action": "aws:changeInstanceState",
        "onFailure": "Abort",
        "inputs": {"DesiredState": "terminated"},
    }
    made = brought_in(
        ssm(branch, stop, parameters={"InstanceId": {"type": "String", "description": "Which one."}}), "a.json"
    )
    assert [step.effect for step in made.report.steps] == [Effect.READ, Effect.DESTRUCTIVE]
    assert "go on with `stop`" in made.text
    assert "Otherwise: go on with `end`" in made.text
    assert '"StringEquals": "y"' in made.text
    assert "instance_id:" in made.text


def test_commands_inside_ssm_are_told_by_what_they_do() -> None:
    run = {
        "name": "run",
        "action": "aws:runCommand",
        "inputs": {"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["df -h", "rm -rf /x"]}},
    }
    made = brought_in(ssm(run), "a.json")
    assert [each.verdict.effect for each in made.report.steps[0].commands] == [Effect.READ, Effect.DESTRUCTIVE]
    assert made.report.steps[0].gated


@pytest.mark.parametrize(
    ("data", "file", "error", "said"),
    [
        (b"", "a.md", RunbookInvalid, r"a\.md:1: expected a runbook"),
        (b"# a\n\xff", "a.md", InvalidEncoding, r"a\.md:2: expected text in UTF-8"),
        (b"# a\n\x00", "a.md", RunbookInvalid, r"a\.md:2: "),
        (b'{\n "mainSteps": [\n', "a.json", RunbookInvalid, r"a\.json:3: expected JSON"),
        (b'{\n "a": 1,\n "a": 2}', "a.json", RunbookInvalid, r"a\.json:3: expected 'a' once"),
        (
            b'{"schemaVersion": "0.3"}',
            "a.json",
            RunbookInvalid,
            r"a\.json:1: expected a list of mainSteps, found none",
        ),
        (b"mainSteps:\n- name: x\n", "a.yaml", RunbookInvalid, r"a\.yaml:2: expected a step with an action"),
        (b"a: &x [1]\nb: *x\n", "a.yml", RunbookInvalid, r"a\.yml:2: expected a plain document"),
        (b"a: [\n", "a.yml", RunbookInvalid, r"a\.yml:2: expected YAML"),
        (b"[" * 3000, "a.yml", RunbookInvalid, r"a\.yml:1: "),
        (b'{"a":' * 3000, "a.json", RunbookInvalid, r"a\.json:1: "),
        (b"[1]", "a.json", RunbookInvalid, r"a\.json:1: expected an SSM document"),
        (b"x" * 1_000_001, "a.md", RunbookInvalid, r"a\.md:1: expected at most"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(
    data: bytes, file: str, error: type[QuarterdeckError], said: str
) -> None:
    with pytest.raises(error, match=said):
        imported(data, file)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "# ",
                "## 3. x",
                "```",
                "```action",
                "~~~",
                "    rm x",
                "ls -l",
                "- a",
                "> q",
                "1. one",
                "",
                "---",
                "title: x",
                "===",
                "|a|b|",
                "<pre>",
                "`rm x`",
                "\t",
            ]
        ),
        max_size=25,
    )
)
def test_any_markdown_makes_a_runbook_without_a_finding_and_without_an_action(lines: list[str]) -> None:
    text = "\n".join(lines)
    if not text.strip():
        return
    made = imported(text.encode(), "it.md")
    reading = lint(made.text, "it.md", EVERY)
    assert [each.explained() for each in reading.findings] == []
    assert reading.runbook is not None
    assert not reading.runbook.actions
    for line in lines:
        if line.strip() in {"rm x", "ls -l"}:
            assert line.strip() in made.text
