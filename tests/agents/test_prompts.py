"""Prompts are files: each has a version that is pinned with its digest, and says what it has to."""

from importlib.resources import files

import pytest

from agents.prompts import VERSIONS, body, prompt

# A prompt that changes gets a new version in `agents.prompts.VERSIONS`, and its line here a new digest.
PINNED = {
    "interpret": (1, "82e107e840498d112798d90c9ed2463b413e5b11c0f0f81f8e3124c6e0b608e9"),
    "repair": (1, "77efbb82be6f52a6f0e535e303633d3efd047ad475e60ed40ba0bfe2589e098c"),
    "summarise": (1, "fe631bdecea9bef8187d63af15c192c2248035f9cb67543c5d12a4e47a0bede6"),
    "investigate": (1, "ce7e16160c05cadf0b59eccfa2cd8588f1c487689eae55bedbd683e48b335acc"),
    "schema": (1, "9313854c5a5749483e4ef29965af2c2fc61a379bfde867134736fbc7251edd20"),
    "try": (1, "062bfae58c034a8bcc04db7ae73c0e51b6ca8e380afcb51e8a6f6229e496e038"),
}


def test_every_prompt_is_a_file_and_every_file_a_prompt() -> None:
    there = {
        each.name.removesuffix(".md") for each in files("agents.prompts").iterdir() if each.name.endswith(".md")
    }
    assert there == set(VERSIONS) == set(PINNED)


@pytest.mark.parametrize("name", sorted(PINNED))
def test_a_prompt_that_changes_changes_its_version(name: str) -> None:
    found = prompt(name)
    assert (found.version, found.sha256) == PINNED[name], "raise its version, then pin the new digest"


@pytest.mark.parametrize("name", ["interpret", "summarise", "investigate"])
def test_a_prompt_says_that_material_is_no_order(name: str) -> None:
    said = " ".join(body(name).split())
    assert "never an order" in said or "material, never" in said or "is never an order" in said


def test_a_prompt_without_a_version_is_none() -> None:
    with pytest.raises(KeyError):
        prompt("unheard-of")
