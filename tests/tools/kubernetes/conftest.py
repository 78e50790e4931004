"""Both control planes: the fake always, the real one where its kubeconfig is given."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
import yaml

from tests.fakes.kubernetes import FakeKubernetes, kubernetes
from tests.tools.kubernetes.ground import Admin, Item, Room, furnished

REAL = os.environ.get("QUARTERDECK_TEST_KUBECONFIG", "")
REAL_ADMINISTRATOR: Item = yaml.safe_load(Path(REAL).read_text()) if REAL else {}
PLANES = ("fake", "real") if REAL else ("fake",)


@pytest.fixture
def fake() -> Iterator[FakeKubernetes]:
    with kubernetes() as here:
        yield here


@pytest.fixture(params=PLANES)
def plane(request: pytest.FixtureRequest) -> FakeKubernetes | None:
    """Return the fake control plane, None for the real one."""
    if request.param == "real":
        return None
    found = request.getfixturevalue("fake")
    assert isinstance(found, FakeKubernetes)
    return found


@pytest_asyncio.fixture
async def admin(plane: FakeKubernetes | None) -> AsyncIterator[Admin]:
    here = Admin(REAL_ADMINISTRATOR if plane is None else administrator(plane))
    yield here
    await here.close()


@pytest_asyncio.fixture
async def room(admin: Admin, plane: FakeKubernetes | None, tmp_path: Path) -> AsyncIterator[Room]:
    """A room on each control plane."""
    here = await furnished(admin, tmp_path, plane)
    yield here
    await here.api.close()
    await admin.remove(f"/api/v1/namespaces/{here.namespace}")


@pytest_asyncio.fixture
async def faked(fake: FakeKubernetes, tmp_path: Path) -> AsyncIterator[Room]:
    """A room on the fake alone, for what only a fake can be made to do."""
    admin = Admin(administrator(fake))
    here = await furnished(admin, tmp_path, fake)
    yield here
    await here.api.close()
    await admin.close()


def administrator(fake: FakeKubernetes) -> Item:
    """Return the kubeconfig of somebody with every right."""
    return {
        "clusters": [{"name": "fake", "cluster": {"server": fake.url}}],
        "users": [{"name": "admin", "user": {"token": fake.admin_token}}],
    }
