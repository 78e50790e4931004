"""The controls over HTTP and at the console: administrators stop and let through, everybody sees how it stands."""

import pytest
from fastapi import FastAPI

from bot.controls.policies import PolicyBoard
from bot.controls.quotas import QuotaBook
from bot.controls.standing import StandingBook
from bot.controls.switching import Switching
from bot.identity import Directory
from bot.policies import shipped
from bot.server import create_app
from bot.sessions import Sessions
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.controls import Controls
from bot.surfaces.ports import Ports
from memory.bus import LocalBus
from memory.model.limits import Limit, LimitScope, Resource
from memory.model.people import Role
from memory.model.standing import StandingApproval, StandingEnd, StandingWish
from memory.store import Store
from tests.bot.surfaces.origin import ORIGIN
from tests.bot.surfaces.visitors import at_console, client, token
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper, FakeReplays
from tests.fakes.people import EVERYBODY, TENANT, person, policy
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.time import CountingIds, FakeClock
from tests.keys import LOG_KEY
from tests.memory import samples
from tools.approvals.signing import Attester
from tools.capabilities import EVERY
from tools.in_force import PolicyInForce

ADA, EVE = person("ada", Role.ADMIN), person("eve", Role.ADMIN)
PEOPLE = (*EVERYBODY, ADA, EVE)
LIMITS = (
    Limit(resource=Resource.ACTIONS, most=10),
    Limit(resource=Resource.ACTIONS, scope=LimitScope.PERSON, most=4),
)


class Giving:
    """Ends standing approvals as the runner does; how they are given is tried with the runner."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self._store = store
        self._clock = clock

    async def give(self, tenant: str, wish: StandingWish) -> StandingApproval:
        given = samples.standing(
            tenant, approver=wish.approver, run=wish.run, surface=wish.surface, most_uses=wish.uses
        )
        await self._store.standing.give(given)
        return given

    async def revoke(self, tenant: str, standing_id: str, by: str) -> StandingApproval:
        return await self._store.standing.end(tenant, standing_id, StandingEnd.REVOKED, self._clock.now(), by)


async def nothing() -> None:
    """Bring nothing into force: there is no node here."""


@pytest.fixture
def app(store: Store, desk: FakeDesk, clock: FakeClock, sessions: Sessions) -> FastAPI:
    ids = CountingIds()
    ports = Ports(desk=desk, log=FakeSignedLog(), doorkeeper=FakeDoorkeeper(PEOPLE), clock=clock, ids=ids)
    controls = Controls(
        switch=Switching(store, Directory(PEOPLE), LocalBus(), ports.metrics, clock, ids),
        quotas=QuotaBook(store, LIMITS, clock),
        standing=StandingBook(store, Giving(store, clock), clock),
        policies=PolicyBoard(
            store, PolicyInForce(policy(people=PEOPLE)), nothing, attester=Attester(LOG_KEY), clock=clock, ids=ids
        ),
    )
    filled = Ports(**{**vars(ports), "controls": controls})
    console = ConsoleSettings(public_url=ORIGIN, suggestions=(), link_origins=frozenset())
    return create_app(filled, FakeReplays(), sessions, capabilities=EVERY, console=console)


async def test_an_administrator_stops_and_lets_through_and_everybody_sees_it(app: FastAPI) -> None:
    ada, vic = client(app, "ada"), client(app, "vic")
    assert (await vic.get("/v1/switch")).json() == {"stopped": None, "name": ""}
    stopped = await ada.post("/v1/switch/stop", json={"reason": "the cable", "tenant": TENANT})
    assert stopped.status_code == 200
    seen = (await vic.get("/v1/switch")).json()
    assert (seen["name"], seen["stopped"]["reason"]) == ("Ada", "the cable")
    assert (await ada.post("/v1/switch/stop", json={})).json()["code"] == "resource.conflict"
    assert (await ada.post("/v1/switch/resume", json={})).status_code == 200
    assert (await vic.get("/v1/switch")).json()["stopped"] is None


@pytest.mark.parametrize("who", ["vic", "alice", "bob", "ada_approve"])
async def test_nobody_else_throws_the_switch(app: FastAPI, who: str) -> None:
    for path in ("stop", "resume"):
        assert (await client(app, who).post(f"/v1/switch/{path}", json={})).status_code == 403


async def test_the_tenant_that_is_named_has_to_be_ones_own(app: FastAPI) -> None:
    refused = await client(app, "ada").post("/v1/switch/stop", json={"tenant": "evil"})
    assert refused.json()["code"] == "policy.denied"


async def test_both_throws_of_the_switch_stand_in_the_log(app: FastAPI, store: Store) -> None:
    ada = client(app, "ada")
    await ada.post("/v1/switch/stop", json={"reason": "the cable"})
    await ada.post("/v1/switch/resume", json={})
    entries = [each.entry for each in (await store.ledger.page(TENANT)).items]
    assert [entry.body["change"] for entry in entries] == ["resumed", "stopped"]
    assert entries[0].causes == (entries[1].subject,)


async def test_people_see_their_own_limits_and_who_audits_sees_everybodys(
    app: FastAPI, store: Store, clock: FakeClock
) -> None:
    spent = [
        samples.use(TENANT, "u1", person="alice", amount=3, at=clock.now()),
        samples.use(TENANT, "u2", person="bob", amount=4, at=clock.now()),
    ]
    await store.uses.add(TENANT, spent)
    alice = (await client(app, "alice").get("/v1/quota")).json()["items"]
    assert [(each["whose"], each["found"], each["most"]) for each in alice] == [("alice", 3, 4), ("", 7, 10)]
    ada = (await client(app, "ada").get("/v1/quota")).json()["items"]
    assert [each["whose"] for each in ada] == ["bob", "alice", ""]
    assert ada[0]["frees_at"]


async def test_a_standing_approval_is_revoked_by_who_gave_it_or_an_administrator(
    app: FastAPI, store: Store
) -> None:
    for name in ("standing_1", "standing_2"):
        await store.standing.give(samples.standing(TENANT, name))
    assert (await client(app, "cara").post("/v1/standing/standing_1/revoke")).status_code == 403
    assert (await client(app, "bob").post("/v1/standing/standing_1/revoke")).json()["ended"] == "revoked"
    assert (await client(app, "ada").post("/v1/standing/standing_2/revoke")).json()["ended_by"] == "ada"
    items = (await client(app, "vic").get("/v1/standing")).json()["items"]
    assert {each["ended"] for each in items} == {"revoked"}


async def test_the_banner_is_on_every_page_while_actions_are_stopped_and_not_before(app: FastAPI) -> None:
    ada, vic = await at_console(app, "ada"), await at_console(app, "vic")
    assert "/console/controls/banner" in (await vic.get("/console/plans")).text
    assert "stopped" not in (await vic.get("/console/controls/banner")).text
    room = await ada.get("/console/controls")
    form = {"form_token": token(room.text), "reason": "<b>the cable</b>"}
    assert (await ada.post("/console/controls/stop", data=form)).status_code == 303
    banner = (await vic.get("/console/controls/banner")).text
    assert "Actions are stopped" in banner
    assert "&lt;b&gt;the cable" in banner
    assert "Let actions go on" not in banner
    form = {"form_token": token((await ada.get("/console/controls/banner")).text)}
    assert (await ada.post("/console/controls/resume", data=form)).status_code == 303
    assert "stopped" not in (await vic.get("/console/controls/banner")).text


async def test_somebody_who_is_no_administrator_is_offered_no_switch_and_may_not_throw_it(app: FastAPI) -> None:
    bob = await at_console(app, "bob")
    room = await bob.get("/console/controls")
    assert 'data-testid="stop"' not in room.text
    assert (await bob.post("/console/controls/stop", data={"form_token": token(room.text)})).status_code == 403


async def test_the_room_shows_limits_and_standing_approvals_with_their_buttons(app: FastAPI, store: Store) -> None:
    await store.standing.give(samples.standing(TENANT))
    bob, vic = await at_console(app, "bob"), await at_console(app, "vic")
    room = (await bob.get("/console/controls")).text
    assert "deploy.rollback" in room
    assert "0 of 10" in room
    assert 'data-testid="revoke"' in room
    assert 'data-testid="revoke"' not in (await vic.get("/console/controls")).text
    form = {"form_token": token(room)}
    assert (await bob.post("/console/controls/standing/standing_1/revoke", data=form)).status_code == 303
    assert (await store.standing.get(TENANT, "standing_1")).ended is StandingEnd.REVOKED


async def test_a_policy_is_proposed_by_one_and_agreed_to_by_another(app: FastAPI) -> None:
    extra = '@id("freeze") @reason("frozen") forbid (principal, action == Action::"service.scale", resource);\n'
    golden = (
        "at: 2026-11-20T03:00:00Z\ndecisions:\n  - {principal: alice, tool: service.scale, expect: deny, "
        "arguments: {service: checkout, environment: production, replicas: 4}}\n"
    )
    asked = {
        "policies": [{"name": "all.cedar", "text": shipped().text() + extra}],
        "decisions": [{"name": "golden.yaml", "text": golden}],
        "reason": "too many pods",
    }
    ada, eve = client(app, "ada"), client(app, "eve")
    assert (await client(app, "bob_admin").post("/v1/policy/proposals", json=asked)).status_code == 403
    proposal = (await ada.post("/v1/policy/proposals", json=asked)).json()
    agree = f"/v1/policy/proposals/{proposal['id']}/agree"
    body = {"policy_hash": proposal["policy_hash"]}
    assert (await ada.post(agree, json=body)).json()["code"] == "approval.self"
    assert (await eve.post(agree, json=body)).json()["number"] == 2
    history = (await ada.get("/v1/policy/history")).json()["items"]
    assert [each["change"] for each in history] == ["promoted", "loaded"]
