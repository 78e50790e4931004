"""What the settings make of it: offered only where it is configured, served once, and closed at the end."""

from pathlib import Path

import pytest

from bot.offered import offered
from bot.settings import Settings, parsed
from bot.wiring.connections import connected
from bot.wiring.systems import Surroundings
from bot.wiring.systems.helm import pods_own
from memory.clock import SystemClock
from memory.errors import InvalidSettings
from memory.ids import RandomIds
from memory.store import Store
from tests.fakes.kubernetes import FakeKubernetes
from tests.keys import LOG_KEY
from tests.tools.kubernetes.ground import Room, context
from tools.capabilities import argocd, helm, kubernetes
from tools.contract import Reader
from tools.registry import Registry
from tools.unconnected import MissingActor, MissingReader

OURS = {each.name for each in (*kubernetes.EVERY, *helm.EVERY, *argocd.EVERY)}


def settings(room: Room, tmp_path: Path, **more: object) -> Settings:
    services = [{"name": "checkout", "environments": [room.namespace]}]
    given = {"kubernetes_kubeconfig": str(room.kubeconfig), "home": str(tmp_path), "services": services}
    return parsed({**given, **more})


def test_a_house_without_a_cluster_offers_nothing_of_it() -> None:
    assert not OURS & {each.name for each in offered(parsed({}))}


def test_each_system_is_offered_where_it_is_configured() -> None:
    with_all = parsed({"kubernetes_in_cluster": True, "helm_program": "/bin/helm", "argocd_url": "https://argo"})
    assert {each.name for each in offered(with_all)} >= OURS
    argo_alone = {each.name for each in offered(parsed({"argocd_url": "https://argo"}))}
    assert argo_alone & OURS == {each.name for each in argocd.EVERY}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"kubernetes_in_cluster": True, "estate_url": "http://127.0.0.1:1"}, "each would serve deploy.rollback"),
        ({"kubernetes_in_cluster": True, "kubernetes_kubeconfig": "/a"}, "not both"),
        ({"helm_program": "/bin/helm"}, "helm_program needs kubernetes_kubeconfig"),
        ({"kubernetes_places": [{"namespace": "../x"}]}, "kubernetes_places"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(given: dict[str, object], expected: str) -> None:
    with pytest.raises(InvalidSettings, match=expected):
        parsed(given)


async def test_a_configured_cluster_serves_every_capability_once_and_says_that_it_answers(
    faked: Room, fake: FakeKubernetes, tmp_path: Path
) -> None:
    clock = SystemClock()
    store = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", clock, LOG_KEY)
    house = settings(faked, tmp_path, helm_program="/bin/helm", argocd_url=fake.url)
    around = Surroundings(house, house.catalogue(), store, clock, RandomIds())
    async with connected(around) as connections:
        registry = Registry(connections.hands)
        for name in (*OURS, "deploy.rollback", "deploy.release", "service.scale", "deploys.list", "logs.search"):
            assert not isinstance(registry.tool(name), MissingActor | MissingReader), name
        assert await connections.checks["kubernetes"]() == "version v1.28.3"
        hand = registry.tool("service.list")
        assert isinstance(hand, Reader)
        said = await hand.read(registry.arguments("service.list", {}), context("look:0"))
        assert said.value == 1
    await store.close()


def test_in_a_pod_helm_gets_a_kubeconfig_without_a_secret_in_it(tmp_path: Path) -> None:
    said = pods_own(tmp_path).read_text()
    assert "tokenFile" in said
    assert '"token"' not in said
