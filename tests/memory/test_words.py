"""The words are frozen, know their fields, and are all explained; so is every error."""

import inspect
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

import memory.model
from memory import errors
from memory.errors import every_error
from memory.model.catalogue import Catalogue, Service
from memory.model.plan import Call
from memory.model.value import Value
from tests.memory.samples import run

DOCS = Path(__file__).parents[2] / "docs"


def words() -> list[type]:
    modules = [
        import_module(each.name)
        for each in pkgutil.walk_packages(memory.model.__path__, f"{memory.model.__name__}.")
    ]
    found = {
        kind
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__
    }
    return sorted(found, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("word", words(), ids=lambda word: word.__name__)
def test_every_word_is_explained_in_the_vocabulary(word: type) -> None:
    assert f"| {word.__name__} |" in (DOCS / "vocabulary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "word", [each for each in words() if issubclass(each, BaseModel)], ids=lambda word: word.__name__
)
def test_every_value_is_frozen_and_refuses_what_it_does_not_know(word: type[Value]) -> None:
    assert word.model_config["frozen"]
    assert word.model_config["extra"] == "forbid"


def test_a_word_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        run().summary = "else"  # type: ignore[misc]  # the point


def test_a_word_survives_its_json_form() -> None:
    assert type(run()).model_validate_json(run().model_dump_json()) == run()


def test_who_leans_on_a_service_is_told_nearest_first_and_once() -> None:
    catalogue = Catalogue(
        services=(
            Service(name="web", depends_on=("shop", "pay")),
            Service(name="shop", depends_on=("pay",)),
            Service(name="pay", depends_on=("web",)),
        )
    )
    assert catalogue.dependants("pay") == ("web", "shop", "pay")
    assert catalogue.dependants("nothing") == ()


def test_a_call_names_its_untrusted_arguments() -> None:
    call = Call.model_validate({"tool": "t", "provenance": {"b": "untrusted", "a": "untrusted", "c": "said"}})
    assert call.untrusted() == ("a", "b")


def test_every_error_has_a_code_of_its_own_and_is_explained() -> None:
    explained = (DOCS / "errors.md").read_text(encoding="utf-8")
    codes = [error.code for error in every_error()]
    assert len(set(codes)) == len(codes)
    assert [code for code in codes if f"`{code}`" not in explained] == []


def test_the_tree_in_the_docstring_is_the_tree_of_classes() -> None:
    drawn = re.findall(r"[├└]── (\w+) +([a-z_.]+)", errors.__doc__ or "")
    ours = [each for each in every_error() if each.__module__.startswith(errors.__name__)]
    assert sorted(drawn) == sorted((each.__name__, each.code) for each in ours)


def test_every_error_lives_in_the_tree() -> None:
    import bot.wiring  # noqa: F401 - so that every module that could define one is loaded

    elsewhere = [each for each in every_error() if not each.__module__.startswith(errors.__name__)]
    assert elsewhere == []
