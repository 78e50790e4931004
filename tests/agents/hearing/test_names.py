"""Names are found by their sound, where they are close and nothing else is."""

import pytest

from agents.hearing.hints import MOST_CHARACTERS, hints_of
from agents.hearing.names import SpokenNames
from agents.hearing.sounds import alike, sound
from memory.model.catalogue import Catalogue, Service

KNOWN = frozenset(
    [
        "roll",
        "back",
        "restart",
        "check",
        "out",
        "in",
        "the",
        "for",
        "of",
        "to",
        "service",
        "now",
        "search",
        "logs",
        "off",
        "on",
        "what",
        "is",
        "wrong",
        "with",
        "it",
        "at",
        "store",
        "not",
    ]
)
CATALOGUE = Catalogue(
    services=(
        Service(name="checkout", environments=("production", "staging")),
        Service(name="search-indexer", environments=("production",), flags=("dark-mode",)),
        Service(name="inventory", environments=("production",)),
        Service(name="storefront", environments=("production",)),
        Service(name="billing-api", environments=("production",)),
        Service(name="billing-apo", environments=("production",)),
        Service(name="auth", environments=("production",)),
    )
)


@pytest.fixture(scope="module")
def names() -> SpokenNames:
    return SpokenNames.of(CATALOGUE, ("marguerite",), KNOWN)


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("roll back check out service", "roll back checkout service"),
        ("restart search in dexter", "restart search-indexer"),
        ("restart the in venturi", "restart the inventory"),
        ("dark mote off", "dark-mode off"),
        ("what is wrong with oath", "what is wrong with auth"),
        ("page margarite now", "page marguerite now"),
    ],
)
def test_misheard_names_are_put_right(names: SpokenNames, heard: str, written: str) -> None:
    assert names.put_in(heard).text == written


@pytest.mark.parametrize("text", ["roll back the service", "what is wrong with it", "restart kubernetes", "off"])
def test_words_that_are_no_names_are_left_alone(names: SpokenNames, text: str) -> None:
    assert names.put_in(text).text == text


def test_words_that_fit_two_names_are_a_doubt_that_names_both(names: SpokenNames) -> None:
    found = names.put_in("restart billing appy")

    assert found.text == "restart billing appy"
    assert set(found.doubts[0].candidates) == {"billing-api", "billing-apo"}


def test_everyday_words_are_taken_for_a_name_only_boldly(names: SpokenNames) -> None:
    heard = "what is wrong with store front"

    assert names.put_in(heard).text == "what is wrong with storefront"
    assert names.put_in("what is wrong with store for on").text == "what is wrong with store for on"
    assert names.put_in("what is wrong with store for not", boldly=True).text == "what is wrong with storefront"


def test_likeness_says_how_much_of_a_name_was_heard(names: SpokenNames) -> None:
    assert names.likeness("checkout", "roll back check out") == 1.0
    assert names.likeness("auth", "restart off now") > 0.6
    assert names.likeness("inventory", "restart the service now") < 0.6


def test_without_names_nothing_is_found() -> None:
    assert SpokenNames({}, KNOWN).put_in("restart search in dexter").text == "restart search in dexter"


@pytest.mark.parametrize(
    ("one", "other"), [("roll bag", "roll back"), ("recs", "wrecks"), ("re start", "restart")]
)
def test_what_is_taken_for_each_other_sounds_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)
    assert alike(one, other) > 0.8


def test_the_prompt_shows_commands_and_names_and_stays_short() -> None:
    hints = hints_of(CATALOGUE, ("marguerite",), ("failover-database",))

    assert "storefront" in hints.prompt
    assert "failover-database" in hints.prompt
    assert set(hints.names) >= {"marguerite", "dark-mode"}
    many = Catalogue(
        services=tuple(Service(name=f"service-{n}", environments=("production",)) for n in range(900))
    )
    assert len(hints_of(many).prompt) < 2 * MOST_CHARACTERS


def test_a_tenant_without_names_still_has_a_prompt_that_shows_how_versions_are_written() -> None:
    assert "7.3.9" in hints_of(Catalogue()).prompt
