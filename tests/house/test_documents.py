"""What the documents promise exists, and what exists is documented."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.house.places import ROOT, named

DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
DOCUMENTS = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
LONGEST_DECISION = 100

_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
_MAKE = re.compile(r"\bmake ([a-z][a-z-]+)(?=[`\n ]|$)")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\((?!https?://|mailto:|#)([^)#\s]+)")
_PACKAGE = re.compile(r"^[A-Za-z0-9-]+")
_TABLE_ROW = re.compile(r"^\| ([a-z0-9-]+) \|", re.MULTILINE)


def declared_dependencies() -> set[str]:
    """Return the names of all packages that pyproject.toml asks for, ours left out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        *project["dependency-groups"].values(),
    ]
    found = (_PACKAGE.match(requirement) for group in groups for requirement in group)
    return {match[0] for match in found if match} - {"quarterdeck"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_a_document_names_only_make_targets_that_exist(path: Path) -> None:
    targets = set(_TARGET.findall((ROOT / "Makefile").read_text()))
    code = "\n".join(_CODE.findall(path.read_text()))
    assert set(_MAKE.findall(code)) <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_a_document_links_only_to_files_that_exist(path: Path) -> None:
    assert [link for link in _LINK.findall(path.read_text()) if not (path.parent / link).exists()] == []


def test_decisions_are_numbered_without_gaps() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{n:04}" for n in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("path", DECISIONS, ids=named)
def test_a_decision_says_when_why_what_and_what_follows(path: Path) -> None:
    text = path.read_text()
    assert text.startswith(f"# {path.name[:4]}. ")
    assert re.search(r"^(Accepted|Superseded by \d{4}), \d{4}-\d{2}-\d{2}\.", text, re.MULTILINE)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) <= LONGEST_DECISION


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text()
    assert [path.name for path in DECISIONS if path.name not in index] == []


def test_every_dependency_has_its_reason_and_no_reason_outlives_its_dependency() -> None:
    reasons = _TABLE_ROW.findall((ROOT / "docs" / "adr" / "0007-dependencies.md").read_text())
    assert set(reasons) - {"runtime"} == declared_dependencies()
    assert len(reasons) == len(set(reasons))


def test_the_changelog_has_room_for_the_next_release() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    assert re.search(r"^## \[Unreleased\]$", text, re.MULTILINE)
    assert re.search(r"^### Added$", text, re.MULTILINE)
