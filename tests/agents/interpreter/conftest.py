"""The interpreter over a small catalogue, loaded once: the model is real."""

import pytest

from agents.interpreter.interpreter import Interpreter
from memory.embedding import MiniLmEmbedder
from memory.model.catalogue import Catalogue, Service
from tools.capabilities import EVERY

CATALOGUE = Catalogue(
    services=(
        Service(name="basket", aliases=("cart",), environments=("production", "staging"), flags=("fast-lane",)),
        Service(name="ledger-api", environments=("production",)),
        Service(name="ledger-worker", environments=("production",)),
        Service(name="mailer", environments=("production",)),
    )
)


@pytest.fixture(scope="session")
def embedder() -> MiniLmEmbedder:
    return MiniLmEmbedder.from_packages()


@pytest.fixture(scope="session")
def interpreter(embedder: MiniLmEmbedder) -> Interpreter:
    return Interpreter(EVERY, CATALOGUE, embedder, ("alice",))
