"""A Helm release shown, taken back by a stand-in for the helm program, found again by Helm's own records."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import (
    ConnectorError,
    ConnectorRejected,
    ConnectorUnreachable,
    DependencyMissing,
    InvalidInput,
    PermissionMissing,
    UnknownService,
    VersionUnsupported,
)
from memory.model.plan import Call
from memory.model.run import Outcome, Preview
from tests.fakes import helm_program
from tests.fakes.helm_program import Item, packed, secret
from tests.house.places import ROOT
from tests.tools.kubernetes.ground import IMAGE, Room, context, deployment, fresh_key
from tools.cluster.account import Account
from tools.connectors.helm import Helm, Program, Releases, hands
from tools.connectors.helm.history import differences, record
from tools.contract import Actor, Reader
from tools.registry import Registry


@dataclass
class Chart:
    """A release of the room's service, and the hands on it."""

    room: Room
    registry: Registry
    home: Path

    def mode(self, text: str) -> None:
        (self.home / "mode").write_text(text)

    async def preview(self, **arguments: Any) -> Preview:
        return await self.actor.preview(self.arguments(**arguments), context("preview:0"))

    async def act(self, key: str, call: Call, deadline_s: float = 10.0) -> Outcome:
        return await self.actor.act(self.registry.arguments(call.tool, call.arguments), context(key, deadline_s))

    def arguments(self, **arguments: Any) -> Any:
        return self.registry.arguments("helm.rollback", {**self.room.checkout, **arguments})

    @property
    def actor(self) -> Actor:
        hand = self.registry.tool("helm.rollback")
        assert isinstance(hand, Actor)
        return hand

    async def history(self) -> Outcome:
        hand = self.registry.tool("helm.history")
        assert isinstance(hand, Reader)
        return await hand.read(self.registry.arguments("helm.history", self.room.checkout), context("look:0"))


def revision(number: int, version: str, status: str, description: str = "Upgrade complete") -> Item:
    manifest = json.dumps(deployment(version))  # JSON is YAML
    chart = {"metadata": {"name": "shop", "version": version, "appVersion": version}}
    info = {"status": status, "description": description, "last_deployed": "2026-11-21T10:00:00Z"}
    return {"name": "checkout", "version": number, "info": info, "chart": chart, "manifest": manifest}


@pytest_asyncio.fixture
async def chart(room: Room, tmp_path: Path) -> Chart:
    await allow(room)
    path = f"/api/v1/namespaces/{room.namespace}/secrets"
    for each in (revision(1, "1.4.0", "superseded"), revision(2, "1.4.1", "deployed")):
        await room.admin.add(path, secret(each))
    program = tmp_path / "helm"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -I {helm_program.__file__} "$@"\n')
    program.chmod(0o755)
    helm = Helm(room.api, Account(room.api), Program(program, room.kubeconfig, "", tmp_path))
    releases = Releases({"": helm}, (), room.fleet.catalogue)
    return Chart(room, Registry(hands(releases, 6.0)), tmp_path)


async def allow(room: Room) -> None:
    manifest = yaml.safe_load((ROOT / "deploy" / "kubernetes" / "helm.yaml").read_text())
    for item in manifest["items"]:
        item["metadata"]["namespace"] = room.namespace
        for subject in item.get("subjects") or []:
            subject["namespace"] = room.namespace
        area = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{room.namespace}"
        await room.admin.add(f"{area}/{item['kind'].lower()}s", item)


async def test_a_rollback_shows_every_field_acts_once_and_is_taken_back(chart: Chart) -> None:
    room = chart.room
    preview = await chart.preview()
    assert preview.call == Call(
        tool="helm.rollback", arguments={**room.checkout, "revision": 1}, provenance=preview.call.provenance
    )
    shown = [(c.field, c.before, c.after) for c in preview.changes]
    image = "Deployment/checkout.spec.template.spec.containers[checkout].image"
    assert shown == [
        ("revision", "revision 2 (shop-1.4.1)", "revision 1 (shop-1.4.0)"),
        (image, f"{IMAGE}:1.4.1", f"{IMAGE}:1.4.0"),
    ]
    assert preview.undo == Call(tool="helm.rollback", arguments={**room.checkout, "revision": 2})
    key = fresh_key()
    assert await chart.actor.look(context(key)) is None
    outcome = await chart.act(key, preview.call)
    assert outcome.undo == preview.undo
    assert await room.image() == f"{IMAGE}:1.4.0"
    found = await chart.actor.look(context(key))
    assert found is not None
    assert (found.ok, found.undo) == (True, preview.undo)
    again = await chart.act(key, preview.call)
    assert again.summary == outcome.summary
    assert (await chart.history()).value == 3  # once
    assert outcome.undo is not None
    await chart.act(fresh_key(), outcome.undo)
    assert await room.image() == f"{IMAGE}:1.4.1"
    assert "revision 4 (shop-1.4.1) deployed" in (await chart.history()).summary


async def test_a_rollback_that_died_half_way_is_told_as_broken_off_and_not_repeated(chart: Chart) -> None:
    chart.mode("die")
    key, call = fresh_key(), Call(tool="helm.rollback", arguments={**chart.room.checkout, "revision": 1})
    with pytest.raises(ConnectorRejected):
        await chart.act(key, call)
    chart.mode("")
    found = await chart.actor.look(context(key, deadline_s=1.0))
    assert found is not None
    assert not found.ok
    assert "broke off: revision 3 is pending-rollback" in found.summary
    with pytest.raises(InvalidInput, match="found revision 3 pending-rollback"):
        await chart.preview(revision=1)


async def test_a_rollback_that_hangs_is_ended_and_took_no_effect(chart: Chart) -> None:
    chart.mode("hang")
    key, call = fresh_key(), Call(tool="helm.rollback", arguments={**chart.room.checkout, "revision": 1})
    with pytest.raises(ConnectorUnreachable, match="did not end in time"):
        await chart.act(key, call, deadline_s=2.0)
    assert await chart.actor.look(context(key)) is None
    chart.mode("")
    assert (await chart.act(key, call)).ok


async def test_what_helm_complains_of_is_no_part_of_the_message(chart: Chart) -> None:
    chart.mode("refuse")
    call = Call(tool="helm.rollback", arguments={**chart.room.checkout, "revision": 1})
    with pytest.raises(ConnectorRejected) as refused:
        await chart.act(fresh_key(), call)
    assert "s3cr3t" not in f"{refused.value.message}{refused.value.hint}"
    assert "UPGRADE FAILED" in refused.value.body


async def test_an_old_program_none_and_a_revision_that_is_gone_are_said_first(chart: Chart) -> None:
    chart.mode("old")
    with pytest.raises(VersionUnsupported, match="Helm 3 or 4"):
        await chart.preview()
    chart.mode("")
    with pytest.raises(InvalidInput, match=r"still there \(2, 1\), found 7"):
        await chart.preview(revision=7)
    (chart.home / "helm").unlink()
    with pytest.raises(DependencyMissing, match="expected the helm program"):
        await chart.preview()


async def test_without_the_right_to_read_its_records_nothing_starts(chart: Chart) -> None:
    area = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{chart.room.namespace}/rolebindings/quarterdeck-helm"
    await chart.room.admin.remove(area)

    async def taken() -> bool:
        try:
            await chart.preview()
        except PermissionMissing as error:
            return "get secrets in" in error.message
        return False

    await chart.room.until(taken, "the loss of the right")


async def test_a_service_without_a_release_is_said_so(chart: Chart) -> None:
    with pytest.raises(UnknownService, match="expected a Helm release absent"):
        await chart.actor.preview(
            chart.registry.arguments("helm.rollback", {"service": "absent", "environment": chart.room.namespace}),
            context("preview:0"),
        )


def test_the_values_of_a_secret_are_never_shown() -> None:
    one = record({"data": {"release": packed({**revision(1, "1", "deployed"), "manifest": _secret("hunter2")})}})
    other = record({"data": {"release": packed({**revision(2, "2", "deployed"), "manifest": _secret("hunter3")})}})
    (change,) = differences(one, other)
    assert change.field == "Secret/db.data.password"
    assert "hidden" in change.before
    assert change.before != change.after
    assert "hunter" not in f"{change}"


def _secret(value: str) -> str:
    return f"kind: Secret\nmetadata: {{name: db}}\ndata: {{password: {value}}}\n"


@given(st.binary(max_size=200))
def test_what_is_no_record_is_an_error_and_never_a_crash(noise: bytes) -> None:
    for text in (noise.decode("latin-1"), packed({"noise": noise.hex()})):
        with pytest.raises(ConnectorError, match="expected Helm's record"):
            record({"data": {"release": text}})
