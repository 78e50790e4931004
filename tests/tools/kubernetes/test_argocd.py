"""An Argo CD application taken back with its auto-sync paused, found again, and let follow its source again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from pydantic import SecretStr

from memory.errors import Conflict, ConnectorRejected, ConnectorUnreachable, InvalidInput, PermissionMissing
from memory.model.catalogue import Catalogue, Service
from memory.model.plan import Call
from memory.model.run import Outcome, Preview
from memory.model.value import JsonValue
from tests.fakes.argocd import FakeArgo, argocd
from tests.tools.kubernetes.ground import context, fresh_key
from tools.cluster.places import Place
from tools.connectors.argocd import Argo, hands
from tools.contract import Actor, Reader
from tools.http import HttpClient
from tools.registry import Registry

WHERE: dict[str, JsonValue] = {"service": "checkout", "environment": "production"}


@dataclass
class Applications:
    fake: FakeArgo
    registry: Registry

    def actor(self, tool: str) -> Actor:
        hand = self.registry.tool(tool)
        assert isinstance(hand, Actor)
        return hand

    async def preview(self, tool: str, **arguments: JsonValue) -> Preview:
        given = self.registry.arguments(tool, {**WHERE, **arguments})
        return await self.actor(tool).preview(given, context("preview:0"))

    async def act(self, key: str, call: Call) -> Outcome:
        return await self.actor(call.tool).act(self.registry.arguments(call.tool, call.arguments), context(key))

    async def status(self) -> Outcome:
        hand = self.registry.tool("argocd.status")
        assert isinstance(hand, Reader)
        return await hand.read(self.registry.arguments("argocd.status", WHERE), context("look:0"))

    def policy(self) -> object:
        return self.fake.applications["shop-checkout"]["spec"]["syncPolicy"].get("automated")


@pytest_asyncio.fixture
async def apps() -> AsyncIterator[Applications]:
    with argocd() as fake:
        fake.add("shop-checkout", automated=True)
        bearer = SecretStr(f"Bearer {fake.token}")
        http = HttpClient(fake.url, source="argocd", headers={"Authorization": bearer}, timeout_s=3.0)
        catalogue = Catalogue(services=(Service(name="absent"), Service(name="checkout")))
        places = (Place(service="checkout", application="shop-checkout"),)
        yield Applications(fake, Registry(hands(Argo(http, fake.url, places, catalogue), 5.0)))
        await http.close()


async def test_a_rollback_pauses_auto_sync_and_its_undo_lets_it_follow_again(apps: Applications) -> None:
    preview = await apps.preview("argocd.rollback")
    shown = [(c.field, c.before, c.after) for c in preview.changes]
    assert shown == [
        ("revision", "deployment 2 (cccccccccccc)", "deployment 1 (bbbbbbbbbbbb)"),
        ("auto-sync", "on", "off"),
    ]
    assert preview.call.arguments == {**WHERE, "deployment": 1}
    assert preview.undo == Call(tool="argocd.autosync", arguments={**WHERE, "enabled": True})
    assert apps.fake.rollbacks == []
    key = fresh_key()
    assert await apps.actor("argocd.rollback").look(context(key)) is None
    outcome = await apps.act(key, preview.call)
    assert outcome.undo == preview.undo
    assert apps.policy() is None
    found = await apps.actor("argocd.rollback").look(context(key))
    assert found is not None
    assert found.summary == outcome.summary
    assert (await apps.act(key, preview.call)).summary == outcome.summary
    assert len(apps.fake.rollbacks) == 1
    assert outcome.undo is not None
    await apps.act(fresh_key(), outcome.undo)
    assert "Synced" in (await apps.status()).summary
    assert apps.policy() is not None


async def test_without_auto_sync_the_undo_goes_to_the_deployment_there_was(apps: Applications) -> None:
    apps.fake.add("shop-checkout", automated=False)
    preview = await apps.preview("argocd.rollback", deployment=0)
    assert [c.field for c in preview.changes] == ["revision"]
    assert preview.undo == Call(tool="argocd.rollback", arguments={**WHERE, "deployment": 2})
    await apps.act(fresh_key(), preview.call)
    assert preview.undo is not None
    await apps.act(fresh_key(), preview.undo)
    assert (await apps.status()).value == 1.0


async def test_an_answer_that_is_lost_is_found_again_and_not_repeated(apps: Applications) -> None:
    key, preview = fresh_key(), await apps.preview("argocd.rollback")
    apps.fake.lose_answers = True
    with pytest.raises(ConnectorUnreachable):
        await apps.act(key, preview.call)
    apps.fake.lose_answers = False
    found = await apps.actor("argocd.rollback").look(context(key))
    assert found is not None
    await apps.act(key, preview.call)
    assert len(apps.fake.rollbacks) == 1


async def test_a_process_that_died_after_the_pause_goes_on_with_the_rollback(apps: Applications) -> None:
    key, preview = fresh_key(), await apps.preview("argocd.rollback")
    answer = apps.fake.answer

    def cut(method: str, path: str, body: dict[str, object], token: str) -> tuple[int, dict[str, object]]:
        return (503, {}) if method == "POST" else answer(method, path, body, token)

    apps.fake.answer = cut  # type: ignore[method-assign]  # between the two writes
    with pytest.raises(ConnectorUnreachable):
        await apps.act(key, preview.call)
    assert apps.policy() is None
    assert await apps.actor("argocd.rollback").look(context(key)) is None
    apps.fake.answer = answer  # type: ignore[method-assign]  # and back again
    outcome = await apps.act(key, preview.call)
    assert outcome.undo == preview.undo  # auto-sync was on before the first try
    assert len(apps.fake.rollbacks) == 1


async def test_what_does_not_become_healthy_is_measured_so(apps: Applications) -> None:
    apps.fake.breaks = True
    preview = await apps.preview("argocd.rollback")
    await apps.act(fresh_key(), preview.call)
    status = await apps.status()
    assert status.value == 0.0
    (check,) = apps.actor("argocd.rollback").checks(apps.registry.arguments("argocd.rollback", WHERE))
    assert (check.call.tool, check.bound) == ("argocd.status", 0.5)


@pytest.mark.parametrize(("right", "tool"), [("sync", "argocd.rollback"), ("update", "argocd.autosync")])
async def test_a_missing_right_is_named_first(apps: Applications, right: str, tool: str) -> None:
    apps.fake.rights -= {right}
    arguments = {"enabled": False} if tool == "argocd.autosync" else {}
    with pytest.raises(PermissionMissing, match=f"to be allowed to {right} applications of shop/shop-checkout"):
        await apps.preview(tool, **arguments)


async def test_an_unknown_application_an_unknown_deployment_and_one_under_way_are_said_first(
    apps: Applications,
) -> None:
    with pytest.raises(InvalidInput, match="expected an Argo CD application absent"):
        await apps.preview("argocd.rollback", service="absent")
    with pytest.raises(InvalidInput, match=r"still knows \(2, 1, 0\), found 9"):
        await apps.preview("argocd.rollback", deployment=9)
    apps.fake.applications["shop-checkout"]["operation"] = {"sync": {"revision": "d" * 40}}
    with pytest.raises(InvalidInput, match="without an operation under way"):
        await apps.preview("argocd.rollback")


async def test_auto_sync_that_changed_meanwhile_is_a_conflict(apps: Applications) -> None:
    preview = await apps.preview("argocd.autosync", enabled=False)
    assert preview.undo == Call(tool="argocd.autosync", arguments={**WHERE, "enabled": True})
    answer = apps.fake.answer

    def raced(method: str, path: str, body: dict[str, object], token: str) -> tuple[int, dict[str, object]]:
        if method == "PUT":
            apps.fake.applications["shop-checkout"]["metadata"]["resourceVersion"] = "9"
        return answer(method, path, body, token)

    apps.fake.answer = raced  # type: ignore[method-assign]  # somebody is quicker
    with pytest.raises(Conflict, match="found it changed since"):
        await apps.act(fresh_key(), preview.call)


async def test_a_wrong_token_is_refused_and_never_repeated_in_words(apps: Applications) -> None:
    apps.fake.token = "another"
    with pytest.raises(ConnectorRejected) as refused:
        await apps.status()
    assert "argo-token" not in f"{refused.value.message}{refused.value.hint}"
