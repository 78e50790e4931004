"""People at the REST surface, each with a key."""

import httpx
import pytest

from tests.bot.surfaces.conftest import Caller


@pytest.fixture
def alice(call: Caller) -> httpx.AsyncClient:
    return call(Authorization="Bearer qd_alice")


@pytest.fixture
def bob(call: Caller) -> httpx.AsyncClient:
    return call(Authorization="Bearer qd_bob")


@pytest.fixture
def mallory(call: Caller) -> httpx.AsyncClient:
    return call(Authorization="Bearer qd_mallory")
