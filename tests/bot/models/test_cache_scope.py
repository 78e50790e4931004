"""What a kept reading rests on besides its words: change any of it, and a model is asked anew."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agents.model.fleet import Fleet, Model, Provider, Rules
from bot.settings import Settings, parsed
from bot.wiring import models as wiring
from bot.wiring.models import LanguageModels
from tests.fakes.people import CATALOGUE
from tests.fakes.time import FakeClock
from tools.capabilities import EVERY
from tools.contract import Capability

PROVIDER = Provider(name="here", base_url="http://127.0.0.1:1/v1")
MODELS = (Model(name="small", provider="here", version="1"), Model(name="large", provider="here"))
FLEET = Fleet(providers=(PROVIDER,), models=MODELS)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return parsed({"home": str(tmp_path), "tenant": "acme", "services": [{"name": "checkout"}]})


def terms(settings: Settings, fleet: Fleet = FLEET, policy: str = "p1") -> tuple[str, ...]:
    """Return what readings depend on in a house of this fleet and policy."""
    rules: Any = SimpleNamespace(now=lambda: SimpleNamespace(hash=policy))
    nothing: Any = SimpleNamespace(model_answers=None)
    embedder: Any = None
    models = LanguageModels(settings, fleet, nothing, nothing, nothing, nothing, nothing, FakeClock(), rules)
    cache = models.cache(embedder, CATALOGUE)
    assert cache is not None
    return tuple(cache._terms())


def test_the_same_house_rests_on_the_same(settings: Settings) -> None:
    assert terms(settings) == terms(settings)


@pytest.mark.parametrize(
    "fleet",
    [
        FLEET.model_copy(update={"models": (MODELS[0].model_copy(update={"version": "2"}), MODELS[1])}),
        FLEET.model_copy(update={"rules": Rules(never=("small",))}),
        FLEET.model_copy(update={"tenants": {"acme": Rules(regions=("eu",))}}),
    ],
    ids=["a model", "the rules", "a tenant's rules"],
)
def test_another_model_and_another_rule_ask_anew(settings: Settings, fleet: Fleet) -> None:
    assert terms(settings, fleet) != terms(settings)


def test_another_policy_asks_anew(settings: Settings) -> None:
    assert terms(settings, policy="p2") != terms(settings)


def test_a_tool_that_is_told_of_in_other_words_asks_anew(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = terms(settings)
    said: tuple[Capability, ...] = (EVERY[0].model_copy(update={"summary": "Something else."}), *EVERY[1:])
    monkeypatch.setattr(wiring, "offered", lambda _: said)
    assert terms(settings) != before
