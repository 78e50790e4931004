"""The settings name the policies, and give the facts they are about."""

from pathlib import Path

import pytest

from bot.policies import facts, library, shipped
from bot.settings import parsed
from memory.errors import InvalidSettings
from memory.model.people import Compliance

ONE = '@id("a") permit (principal, action, resource);\n'


def test_without_a_setting_the_shipped_policies_are_meant() -> None:
    assert library(parsed({})) == shipped()
    assert shipped().decisions


def test_a_folder_is_read_by_name_with_its_decisions_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b.cedar", "a.cedar", "golden.yaml", "golden.json", "README.md"):
        (tmp_path / name).write_text(ONE)
    (tmp_path / "old.cedar").mkdir()
    found = library(parsed({"policy_dir": str(tmp_path)}))
    assert [Path(each.name).name for each in found.policies] == ["a.cedar", "b.cedar"]
    assert [Path(each.name).name for each in found.decisions] == ["golden.json", "golden.yaml"]


def test_a_single_file_is_a_library_without_decisions(tmp_path: Path) -> None:
    (tmp_path / "all.cedar").write_text(ONE)
    found = library(parsed({"policy_file": str(tmp_path / "all.cedar")}))
    assert (found.text(), found.decisions) == (ONE, ())


def test_a_place_that_is_named_comes_before_the_settings(tmp_path: Path) -> None:
    (tmp_path / "all.cedar").write_text(ONE)
    assert library(parsed({"policy_dir": "/nowhere"}), tmp_path / "all.cedar").text() == ONE


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [("README.md", b"", "no file"), ("a.cedar", b"\xff", "utf-8"), (None, b"", "No such file")],
)
def test_policies_that_cannot_be_read_are_named(
    tmp_path: Path, name: str | None, content: bytes, found: str
) -> None:
    place = tmp_path / "policies"
    if name:
        place.mkdir()
        (place / name).write_bytes(content)
    with pytest.raises(InvalidSettings, match=found):
        library(parsed({"policy_dir": str(place)}))


def test_a_folder_and_a_file_together_are_an_error() -> None:
    with pytest.raises(InvalidSettings, match="not both"):
        parsed({"policy_dir": "a", "policy_file": "b"})


def test_the_facts_are_those_of_the_settings() -> None:
    known = facts(
        parsed(
            {
                "tenant": "acme",
                "timezone": "Europe/Berlin",
                "compliance": "regional",
                "people": [{"id": "ann", "roles": ["operator"], "region": "eu"}],
                "services": [{"name": "checkout", "region": "eu"}],
                "freezes": [{"name": "f", "starts_at": "2026-12-20T00:00:00Z", "ends_at": "2026-12-21T00:00:00Z"}],
                "trust": {"flag.set": 10},
            }
        )
    )
    assert (known.tenant, known.timezone, known.compliance) == ("acme", "Europe/Berlin", Compliance.REGIONAL)
    assert (known.people[0].region, known.catalogue.services[0].region) == ("eu", "eu")
    assert known.catalogue.freezes[0].name == "f"
    assert (known.score("flag.set"), known.score("service.scale")) == (10, 100)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"freezes": [{"name": "f", "starts_at": "2026-12-20", "ends_at": "2026-12-21"}]}, "timezone"),
        (
            {"freezes": [{"name": "f", "starts_at": "2026-12-20T00:00:00Z", "ends_at": "2026-12-20T00:00:00Z"}]},
            "ends after it begins",
        ),
        ({"compliance": "strict"}, "compliance"),
    ],
)
def test_facts_that_make_no_sense_are_refused_as_settings(values: dict[str, object], found: str) -> None:
    with pytest.raises(InvalidSettings, match=found):
        parsed(values)


@pytest.mark.parametrize(
    ("values", "found"), [({"timezone": "Mars/Olympus"}, "Mars"), ({"trust": {"a": 101}}, "101")]
)
def test_facts_that_do_not_exist_are_refused_as_settings(values: dict[str, object], found: str) -> None:
    with pytest.raises(InvalidSettings, match=found):
        facts(parsed(values))
