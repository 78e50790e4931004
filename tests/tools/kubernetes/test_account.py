"""Who Quarterdeck is in a cluster, and what it may do there, is settled before anything starts."""

from pathlib import Path

import pytest

from memory.errors import ConnectorRejected, InvalidSettings, PermissionMissing, VersionUnsupported
from memory.model.plan import Call
from tests.fakes.kubernetes import FakeKubernetes
from tests.fakes.kubernetes.rights import User
from tests.tools.kubernetes.ground import Admin, Room, fresh_key, furnished, written
from tools.cluster.access import Access
from tools.cluster.account import Account, Need
from tools.cluster.api import Api
from tools.http import Deadline


async def test_the_account_of_the_shipped_manifest_is_taken_and_says_the_version(room: Room) -> None:
    assert await Account(room.api).ready(Deadline(5.0)) != ""


async def test_an_administrator_is_refused(admin: Admin, tmp_path: Path) -> None:
    api = Api(Access(written(tmp_path / "admin.json", admin.cluster, admin.token)))
    with pytest.raises(InvalidSettings, match="an account of Quarterdeck's own"):
        await Account(api).ready(Deadline(5.0))
    assert await Account(api, own=False).ready(Deadline(5.0)) != ""  # in development
    await api.close()


async def test_a_person_is_refused_where_the_cluster_can_tell(
    faked: Room, fake: FakeKubernetes, tmp_path: Path
) -> None:
    fake.users["hers"] = User("ana@example.com", ("system:authenticated",))
    api = Api(Access(written(tmp_path / "hers.json", faked.admin.cluster, "hers")))
    with pytest.raises(InvalidSettings, match=r"a service account of Quarterdeck's own, found ana@example\.com"):
        await Account(api).ready(Deadline(5.0))
    await api.close()


async def test_an_old_cluster_that_cannot_tell_who_we_are_still_refuses_an_administrator(
    faked: Room, fake: FakeKubernetes, tmp_path: Path
) -> None:
    fake.modern = False
    assert await Account(faked.api).ready(Deadline(5.0)) == "v1.28.3"
    api = Api(Access(written(tmp_path / "admin.json", faked.admin.cluster, fake.admin_token)))
    with pytest.raises(InvalidSettings, match="found one that may do anything"):
        await Account(api).ready(Deadline(5.0))
    await api.close()


@pytest.mark.parametrize(
    ("without", "call", "right"),
    [
        ("deployments", Call(tool="deploy.release", arguments={"version": "1.4.2"}), "get deployments.apps in"),
        ("replicasets", Call(tool="deploy.rollback"), "list replicasets.apps in"),
        ("nodes", Call(tool="node.cordon", arguments={"node": "node-1"}), "get nodes in the whole cluster"),
        (
            "pods/eviction",
            Call(tool="node.drain", arguments={"node": "node-1"}),
            "create pods/eviction in the whole cluster",
        ),
    ],
)
async def test_a_missing_right_is_named_before_anything_starts(
    admin: Admin, plane: FakeKubernetes | None, tmp_path: Path, without: str, call: Call, right: str
) -> None:
    room = await furnished(admin, tmp_path, plane, without=[without])
    where = {"environment": room.namespace} if call.tool.startswith("node") else room.checkout
    with pytest.raises(PermissionMissing) as refused:
        await room.preview(call.tool, **{**where, **call.arguments})
    place = "" if right.endswith("cluster") else f" {room.namespace}"
    assert f"to be allowed to {right}{place}" in refused.value.message
    await room.api.close()
    await admin.remove(f"/api/v1/namespaces/{room.namespace}")


async def test_a_right_that_is_taken_away_meanwhile_stops_the_act_with_nothing_done(faked: Room) -> None:
    preview = await faked.preview("deploy.release", **faked.checkout, version="1.4.2")
    path = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{faked.namespace}/rolebindings/quarterdeck"
    await faked.admin.remove(path)
    with pytest.raises(PermissionMissing, match="403 Forbidden"):
        await faked.act(fresh_key(), preview.call)
    assert (await faked.image()).endswith(":1.4.1")


async def test_a_server_without_deployments_is_refused(faked: Room, fake: FakeKubernetes) -> None:
    fake.apps = False
    with pytest.raises(VersionUnsupported, match=r"serves apps/v1, found one without: v1\.28\.3"):
        await Account(faked.api).require([Need(verb="get", resource="pods")], Deadline(5.0))


async def test_an_unknown_token_is_refused_and_never_repeated_in_words(faked: Room, tmp_path: Path) -> None:
    api = Api(Access(written(tmp_path / "wrong.json", faked.admin.cluster, "s3cr3t-t0ken")))
    with pytest.raises(ConnectorRejected) as refused:
        await api.get("/version", Deadline(5.0))
    assert refused.value.status == 401
    assert "s3cr3t" not in f"{refused.value.message} {refused.value.hint} {api!r}"
    await api.close()


async def test_a_token_that_was_renewed_in_its_file_is_read_again(
    faked: Room, fake: FakeKubernetes, tmp_path: Path
) -> None:
    path = written(tmp_path / "own.json", faked.admin.cluster, "first")
    fake.users["first"] = fake.users["second"] = User("system:serviceaccount:x:quarterdeck")
    api = Api(Access(path))
    await api.get("/version", Deadline(5.0))
    del fake.users["first"]
    written(path, faked.admin.cluster, "second")
    assert await api.get("/version", Deadline(5.0))
    await api.close()


_WITH_HELPER = (
    "contexts: [{name: a, context: {user: u}}]\ncurrent-context: a\nusers: [{name: u, user: {exec: {}}}]"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not: [valid", "to be YAML"),
        ("just text", "to be a kubeconfig with contexts"),
        ("contexts: []", "to be a kubeconfig with contexts"),
        ("contexts: [{name: a, context: {cluster: c, user: u}}]\ncurrent-context: b", "a context of"),
        (
            _WITH_HELPER,
            "a service account's token in the context a, found exec",
        ),
        (
            "contexts: [{name: a, context: {cluster: c, user: u}}]\ncurrent-context: a",
            "credentials for Kubernetes",
        ),
    ],
)
async def test_a_kubeconfig_that_cannot_be_used_is_an_error_of_the_settings(
    tmp_path: Path, text: str, expected: str
) -> None:
    path = tmp_path / "config"
    path.write_text(text)
    api = Api(Access(path))
    with pytest.raises(InvalidSettings, match=expected):
        await api.get("/version", Deadline(5.0))


async def test_without_a_kubeconfig_and_outside_a_pod_there_are_no_credentials(tmp_path: Path) -> None:
    for access in (Access(), Access(tmp_path / "absent")):
        with pytest.raises(InvalidSettings):
            await Api(access).get("/version", Deadline(5.0))
