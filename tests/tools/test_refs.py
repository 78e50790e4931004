"""Whatever names a branch or a path here, git takes for one, and never for an option."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tests.servers import require
from tools.refs import BranchName, FilePath
from tools.repositories.named import Repository

_BRANCH: TypeAdapter[str] = TypeAdapter(BranchName)
_PATH: TypeAdapter[str] = TypeAdapter(FilePath)
_ODD = st.text(alphabet="ab/.-@{}~^:?*[\\ \x00\x7f_+lockHEAD", max_size=12)


def accepted(kind: TypeAdapter[str], text: str) -> bool:
    """Return whether a text is taken as such a name."""
    try:
        kind.validate_python(text)
    except ValidationError:
        return False
    return True


def test_every_branch_name_we_take_git_takes_too() -> None:
    git = require("git")
    names = []

    @given(_ODD)
    def collect(text: str) -> None:
        if accepted(_BRANCH, text):
            names.append(text)

    collect()
    assert names
    for name in dict.fromkeys(names):
        asked = [git, "check-ref-format", "--branch", name]
        assert subprocess.run(asked, capture_output=True, check=False).returncode == 0, name


@given(_ODD)
def test_no_name_we_take_is_an_option_or_leads_elsewhere(text: str) -> None:
    if accepted(_BRANCH, text) or accepted(_PATH, text):
        assert not text.startswith(("-", "/"))
        assert ".." not in text.split("/")


@pytest.mark.parametrize("name", ["main", "quarterdeck/revert-1a2b-3c", "release/1.4.x", "a_b+c"])
def test_usual_branch_names_are_taken(name: str) -> None:
    assert accepted(_BRANCH, name)


@pytest.mark.parametrize("path", ["limits.yaml", "a/b c/d.txt", ".github/workflows/ci.yml", "ünï/x"])
def test_usual_paths_are_taken(path: str) -> None:
    assert accepted(_PATH, path)


@pytest.mark.parametrize(
    "values",
    [
        {"name": "a/b"},
        {"name": ".."},
        {"branch": "-x"},
        {"github": "acme"},
        {"github": "acme/shop/x"},
        {"github": "acme/.."},
        {"github": "../x"},
    ],
)
def test_a_repository_that_could_be_elsewhere_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Repository.model_validate({"name": "shop", "url": "https://example.com/shop.git", **values})
