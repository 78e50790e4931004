"""Each thing that can be wrong is found at its line and column, with what was expected and how to mend it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbooks.format import Severity, lint
from runbooks.format.finding import errors
from tests.runbooks.format.written import SOUND, findings, sound
from tools.capabilities import EVERY

CHECK = '  below: "{{ most }}"\n  within: 3m'


def test_a_sound_runbook_has_no_finding() -> None:
    runbook = sound()
    assert runbook.name == "calm-down@1.10"
    assert [step.number for step in runbook.steps] == [1, 2, 3]


@pytest.mark.parametrize(
    ("before", "after", "code", "place"),
    [
        ("id: calm-down\n", "id: calm-down\nid: b\n", "yaml.duplicate_key", (3, 1)),
        ("owner: platform", "ownr: platform", "field.unknown", (8, 1)),
        ("tier: execute\n", "", "field.missing", (2, 1)),
        ("tier: execute", "tier: exectue", "field.value", (7, 7)),
        ("tier: execute", "tier: autonomous", "tier.autonomous", (7, 7)),
        ("tier: execute", "tier: observe", "tier.observe", (7, 7)),
        ("tier: execute", "tier: suggest", "tier.suggest", (7, 7)),
        ("owner: platform", 'owner: ""', "owner.empty", (8, 8)),
        ("change: normal", 'change: ""', "compliance.change", (14, 67)),
        ("default: 0.02", "default: lots", "field.value", (13, 3)),
        ("default: 0.02", "default: 2", "field.value", (13, 3)),
        ("## 2. Take", "## 3. Take", "step.number", (32, 4)),
        ("tool: deploy.rollback", "tool: deploy.rolback", "tool.unknown", (37, 7)),
        ("  signal: error_rate\n```", "  signal: error_ratio\n```", "argument.value", (29, 11)),
        ("  signal: error_rate\n```", "  sgnal: error_rate\n```", "argument.unknown", (29, 3)),
        ('  version: "{{ version }}"', '  version: "{{ versoin }}"', "reference.unknown", (41, 12)),
        ('  version: "{{ version }}"', "  version: {{ version }}", "reference.unquoted", (41, 12)),
        ('  version: "{{ version }}"', '  version: "{{ version | upper }}"', "reference.malformed", (41, 12)),
        ("undo: automatic", "undo: none", "undo.missing", (53, 7)),
        ("undo: automatic\n", "", "undo.missing", (37, 1)),
        ("undo: automatic", "undo: {tool: service.health, arguments: {service: a}}", "undo.reads", (53, 14)),
        ("undo: automatic", "undo: automatic\neffect: destructive", "effect.wrong", (54, 9)),
        ('  above: "{{ most }}"', '  above: "{{ service }}"', "measure.bound", (45, 10)),
        (CHECK, "  within: 3m", "field.value", (46, 1)),
        (CHECK, '  below: "{{ most }}"\n  within: 3 minutes', "field.value", (50, 11)),
        ("retries: 1", "retries: 12", "field.value", (55, 10)),
        ("retries: 1", "retries: 1\nfor_each: {each: one, in: production}", "for_each.source", (56, 27)),
        (
            "retries: 1",
            'retries: 1\nfor_each: {each: s, in: "{{ service.depends_on }}"}',
            "for_each.unbounded",
            (56, 1),
        ),
        ("timeout: 60s", "timeout: &a 60s", "yaml.alias", (54, 10)),
        ("timeout: 60s", "timeout: 60s: 3", "yaml.syntax", (54, 13)),
        ("timeout: 60s\nretries: 1\n```", "timeout: 60s\nretries: 1", "step.unclosed", (36, 1)),
        ("By hand.", "```action\ntool: a\n```\n```action\ntool: b\n```", "step.actions", (63, 1)),
        ("When it is upset.", "```action\ntool: a\n```", "step.outside", (21, 1)),
        ("By hand.", "- ```action\n  tool: status.digest\n  ```", "step.nested", (60, 1)),
    ],
)
def test_what_is_wrong_is_found_at_its_place(before: str, after: str, code: str, place: tuple[int, int]) -> None:
    assert before in SOUND
    found = {each.code: (each.line, each.column) for each in findings(SOUND.replace(before, after, 1))}
    assert found.get(code) == place, found


def test_a_finding_is_explained_with_its_line_and_a_caret() -> None:
    found = findings(SOUND.replace("deploy.rollback", "deploy.rolback"))
    assert next(each for each in found if each.code == "tool.unknown").explained().split("\n") == [
        "it.md:37:7: error tool.unknown: expected a known tool, found deploy.rolback",
        "  37 | tool: deploy.rolback",
        "     |       ^",
        "  Did you mean deploy.rollback?",
    ]


def test_a_text_is_never_written_into_another_argument() -> None:
    text = SOUND.replace("{type: service, says: which service}", "{type: text, says: which service}")
    embedded = text.replace('  service: "{{ service }}"', '  service: "a-{{ service }}"')
    assert "reference.embedded" in {each.code for each in findings(embedded)}


def test_an_input_that_a_tool_would_not_take_is_found_before_anybody_gives_it() -> None:
    text = SOUND.replace(
        "{type: version, says: which version, optional: true}", "{type: text, says: which version}"
    )
    found = [each for each in findings(text) if each.code == "argument.value"]
    assert [(each.line, each.column) for each in found] == [(41, 12)]


def test_an_overdue_review_is_a_warning_and_no_error() -> None:
    found = findings(SOUND.replace("review_by: 2027-11-01", "review_by: 2026-11-20"))
    assert [(each.code, each.severity) for each in found] == [("compliance.overdue", Severity.WARNING)]


def test_a_word_that_other_yaml_takes_for_no_stays_a_word() -> None:
    assert sound(SOUND.replace("owner: platform", "owner: no")).head.owner == "no"


@pytest.mark.parametrize(
    "text", ["", "---", "---\n", "# A", "---\n---\n", "---\n[]\n---\n", "---\n\x07: 1\n---\n", "\ufeff---\r\n"]
)
def test_what_is_no_runbook_is_a_finding_and_no_crash(text: str) -> None:
    reading = lint(text, "it.md", EVERY)
    assert reading.runbook is None
    assert errors(reading.findings)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_text_crashes_the_reader_and_every_finding_has_a_place(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(SOUND)))
    cut = data.draw(st.integers(0, 40))
    piece = data.draw(
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(["```", "---\n", "{{", "## 2. ", ": ", "- ", "\t", "&a ", "!!x "]),
        )
    )
    text = SOUND[:at] + piece + SOUND[at + cut :]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for each in lint(text, "it.md", EVERY).findings:
        assert 1 <= each.line <= len(lines) + 1
        assert each.column >= 1
        assert each.explained()
