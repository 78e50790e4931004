"""The manual's runbook is one, and the manual names every field that the format has."""

import re
from pathlib import Path

from runbooks.format import lint
from runbooks.format.inputs import Input, InputType
from runbooks.format.model import Action, Head, Markers
from tools.capabilities import EVERY

MANUAL = (Path(__file__).parents[2] / "docs" / "runbooks.md").read_text()


def test_the_whole_runbook_of_the_manual_has_no_finding() -> None:
    (example,) = re.findall(r"````markdown\n(.*?)````", MANUAL, re.DOTALL)
    reading = lint(example, "manual.md", EVERY)
    assert [each.explained() for each in reading.findings] == []
    assert reading.runbook is not None
    assert len(reading.runbook.actions) == 2


def test_every_field_is_in_the_manual() -> None:
    told = set(re.findall(r"`\.?([a-z_]+)`", MANUAL))
    fields = {name for schema in (Head, Action, Input, Markers) for name in schema.model_fields}
    assert fields - told - {"type", "imported"} == set()
    assert {each.value for each in InputType} - told == set()
