"""Programs act under their own name, with keys that say what for; they never approve; their keys change over."""

import pytest

from memory.errors import QuarterdeckError
from memory.model.bodies import AccessChanged, IdentityChanged
from memory.model.people import PrincipalKind, Role
from tests.bot.identity.room import Room
from tests.bot.identity.test_one_person import approve

BOT = {"id": "deploy-bot", "name": "Deploys", "roles": ["operator"]}


async def test_an_administrator_adds_a_program_and_a_key_while_the_house_stands(room: Room) -> None:
    ada = await room.rest("ada")
    assert (await ada.post("/v1/service-accounts", json=BOT)).json()["roles"] == ["operator"]
    made = (await ada.post("/v1/service-accounts/deploy-bot/keys", json={"scopes": ["propose"]})).json()
    bot, scopes = await room.door.by_api_key(made["secret"])
    assert (bot.id, bot.kind, bot.roles, scopes) == (
        "deploy-bot",
        PrincipalKind.SERVICE,
        (Role.OPERATOR,),
        frozenset({"propose"}),
    )
    assert "deploy-bot" in {each.id for each in room.in_force.now().facts.people}
    told = await room.told()
    assert [(each.change, each.roles) for each in told if isinstance(each, IdentityChanged)] == [
        ("joined", (Role.OPERATOR,))
    ]
    listed = (await ada.get("/v1/service-accounts")).json()["items"]
    assert [(each["id"], len(each["keys"])) for each in listed] == [("deploy-bot", 1), ("robot", 0)]
    assert made["secret"] not in str(listed)


@pytest.mark.parametrize("roles", [["approver"], ["admin"], ["operator", "approver"], []])
async def test_no_program_is_given_a_role_that_approves(room: Room, roles: list[str]) -> None:
    refused = await (await room.rest("ada")).post("/v1/service-accounts", json=BOT | {"roles": roles})
    assert refused.status_code == 400
    assert await room.store.members.of("acme") == ()


@pytest.mark.parametrize("scopes", [["approve"], ["admin"], ["observe", "approve"], []])
async def test_no_program_is_given_a_key_that_approves(room: Room, scopes: list[str]) -> None:
    ada = await room.rest("ada")
    await ada.post("/v1/service-accounts", json=BOT)
    refused = await ada.post("/v1/service-accounts/deploy-bot/keys", json={"scopes": scopes})
    assert refused.status_code == 400


async def test_a_program_of_the_settings_that_may_approve_on_paper_never_counts(room: Room) -> None:
    run = await room.propose(room.person("alice"))
    with pytest.raises(QuarterdeckError):
        await approve(room, run, room.person("robot"))
    assert (await room.store.runs.get("acme", run.id)).approvals == ()


@pytest.mark.parametrize("name", ["alice", "robot", "deploy-bot"])
async def test_a_name_that_is_somebodys_is_taken(room: Room, name: str) -> None:
    ada = await room.rest("ada")
    await ada.post("/v1/service-accounts", json=BOT)
    assert (await ada.post("/v1/service-accounts", json=BOT | {"id": name})).status_code == 409


async def test_a_person_gets_no_key_from_an_administrator_by_this(room: Room) -> None:
    refused = await (await room.rest("ada")).post("/v1/service-accounts/alice/keys", json={})
    assert refused.status_code == 400


@pytest.mark.parametrize("name", ["alice", "bob", "vic"])
async def test_only_administrators_have_a_say_in_programs_and_people(room: Room, name: str) -> None:
    caller = await room.rest(name)
    assert (await caller.get("/v1/people")).status_code == 403
    assert (await caller.get("/v1/service-accounts")).status_code == 403
    for path, body in (
        ("/v1/service-accounts", BOT),
        ("/v1/service-accounts/robot/keys", {}),
        ("/v1/people/robot/disable", {}),
        ("/v1/sign-ins/end", {"person": "ada"}),
    ):
        assert (await caller.post(path, json=body)).status_code == 403


async def test_a_narrow_key_of_an_administrator_changes_nobody(room: Room) -> None:
    caller = await room.rest("ada", "observe", "propose", "approve")
    for path, body in (
        ("/v1/service-accounts", BOT),
        ("/v1/people/bob/disable", {}),
        ("/v1/identities/links", {}),
        ("/v1/keys/key_1/rotate", {}),
    ):
        assert (await caller.post(path, json=body)).status_code == 403


async def test_a_key_and_its_successor_both_work_until_the_overlap_is_over(room: Room) -> None:
    ada = await room.rest("ada")
    await ada.post("/v1/service-accounts", json=BOT)
    old = (await ada.post("/v1/service-accounts/deploy-bot/keys", json={"scopes": ["propose"]})).json()
    new = (await ada.post(f"/v1/keys/{old['key']['id']}/rotate", json={"overlap_hours": 2})).json()
    assert new["key"]["scopes"] == old["key"]["scopes"]
    assert new["secret"] != old["secret"]
    for each in (old, new):
        assert (await room.door.by_api_key(each["secret"]))[0].id == "deploy-bot"
    room.clock.move(2 * 3600)
    await room.door.by_api_key(new["secret"])
    with pytest.raises(QuarterdeckError):
        await room.door.by_api_key(old["secret"])
    again = await ada.post(f"/v1/keys/{old['key']['id']}/rotate", json={})
    assert again.status_code == 409
    changes = [each.change for each in await room.told() if isinstance(each, AccessChanged)]
    assert changes[-2:] == ["rotated", "added"]


async def test_a_key_of_somebody_else_is_rotated_by_nobody(room: Room) -> None:
    key, _ = await room.door.mint("acme", "bob", ("admin",), label="laptop")
    for name in ("alice", "ada"):
        assert (await (await room.rest(name)).post(f"/v1/keys/{key.id}/rotate", json={})).status_code == 404
    assert (await (await room.rest("bob")).post(f"/v1/keys/{key.id}/rotate", json={})).status_code == 200


async def test_a_secret_in_an_answer_is_not_kept_for_a_repetition(room: Room) -> None:
    ada = await room.rest("ada")
    await ada.post("/v1/service-accounts", json=BOT)
    ada.headers["Idempotency-Key"] = "once"
    first, second = [await ada.post("/v1/service-accounts/deploy-bot/keys", json={}) for _ in range(2)]
    assert first.headers["Cache-Control"] == "no-store"
    assert first.json()["secret"] != second.json()["secret"]


async def test_a_program_that_is_disabled_is_nobody(room: Room) -> None:
    ada = await room.rest("ada")
    await ada.post("/v1/service-accounts", json=BOT)
    made = (await ada.post("/v1/service-accounts/deploy-bot/keys", json={})).json()
    assert (await ada.post("/v1/people/deploy-bot/disable", json={})).status_code == 200
    with pytest.raises(QuarterdeckError):
        await room.door.by_api_key(made["secret"])
    assert "deploy-bot" not in {each.id for each in room.in_force.now().facts.people}
