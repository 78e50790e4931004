"""Every runbook of others that is at hand is imported whole: no command lost, every one marked, nothing to run."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memory.errors import QuarterdeckError
from memory.model.plan import Effect, Tier
from runbooks.format import lint
from runbooks.importing import Imported, imported
from runbooks.importing.report import as_markdown
from tests.runbooks.importing.sources import FILES, real
from tools.capabilities import EVERY


def brought_in(path: Path) -> Imported:
    return imported(path.read_bytes(), path.name)


def tried(data: bytes, name: str) -> tuple[Imported | None, str]:
    """Return what came of an import, or the message with which it was refused."""
    try:
        return imported(data, name), ""
    except QuarterdeckError as error:
        return None, error.message


def code(text: str) -> Iterator[str]:
    """Yield every line of code of a Markdown text, told by the fences and nothing else."""
    within = False
    for line in text.splitlines():
        if re.match(r"\s*(```|~~~)", line):
            within = not within
        elif within and line.strip():
            yield line.removesuffix("```")
            within = not line.rstrip().endswith("```")
        elif re.match(r" {4,}\S", line):
            yield line


def strings(value: object) -> Iterator[str]:
    """Yield every text of a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def test_all_of_them_are_imported_and_none_has_a_finding() -> None:
    for path in real():
        made = brought_in(path)
        reading = lint(made.text, path.name, EVERY)
        assert [each.explained() for each in reading.findings] == []
        assert reading.runbook is not None
        assert reading.runbook.head.tier is Tier.SUGGEST
        assert not reading.runbook.actions
        assert len(reading.runbook.steps) == len(made.report.steps)


def test_no_line_of_code_of_a_markdown_runbook_is_lost() -> None:
    for path in real():
        if path.suffix != ".md":
            continue
        kept = brought_in(path).text.splitlines()
        lost = [line for line in code(path.read_text()) if line not in kept]
        assert lost == [], path.name


def test_no_text_of_an_ssm_document_is_lost() -> None:
    for path in real():
        if path.suffix == ".md":
            continue
        text = path.read_text()
        steps = (json.loads(text) if path.suffix == ".json" else yaml.safe_load(text))["mainSteps"]
        made = brought_in(path)
        kept = " ".join(made.text.split())
        for each in strings(steps):
            words = " ".join(each.split())
            assert words in kept or json.dumps(each)[1:-1] in made.text, (path.name, each)


def test_what_is_destructive_is_marked_where_people_read_it_and_gated() -> None:
    for path in real():
        made = brought_in(path)
        for step in made.report.steps:
            bad = [each for each in step.commands if each.verdict.effect is Effect.DESTRUCTIVE]
            assert step.gated is bool(bad), path.name
        steps = sum(step.gated for step in made.report.steps)
        assert made.text.count("> **Destructive**") == steps


def test_the_report_says_of_every_step_why_it_only_suggests() -> None:
    reports = [brought_in(path).report for path in real()]
    assert all(step.why for report in reports for step in report.steps)
    text = as_markdown(reports)
    assert text.count("\n## ") == len(reports)


@pytest.mark.skipif(not FILES, reason="the runbooks of others are not at hand")
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_file_is_imported_or_refused_with_its_line_and_never_crashes(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(FILES))
    whole = path.read_bytes()[:20_000]
    at = data.draw(st.integers(0, len(whole)))
    cut = data.draw(st.integers(0, 400))
    piece = data.draw(
        st.one_of(
            st.binary(max_size=20),
            st.sampled_from(
                [b"```", b"\n# 1. x\n", b"\n```action\ntool: x\n```\n", b"{", b"}", b'"', b"&a *a", b"\t", b"\x00"]
            ),
        )
    )
    damaged = whole[:at] + piece + whole[at + cut :]
    made, refusal = tried(damaged, path.name)
    if made is None:
        assert re.match(rf"{re.escape(path.name)}:\d+: expected ", refusal), refusal
        return
    reading = lint(made.text, path.name, EVERY)
    assert [each.explained() for each in reading.findings] == []
    assert reading.runbook is not None
    assert not reading.runbook.actions
