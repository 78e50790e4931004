"""Nobody sees or changes what is another tenant's, by any call there is; a new call or table is tried here too."""

import inspect
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from memory.errors import (
    Conflict,
    GrantRefused,
    LeadershipLost,
    NotFound,
    QuarterdeckError,
    StatementInvalid,
    TenantMismatch,
)
from memory.model.access import StoredResponse
from memory.model.limits import Resource
from memory.model.record import LogFilter
from memory.model.run import Outcome
from memory.model.standing import StandingEnd
from memory.page import Page
from memory.scrubbing import EVERYTHING
from memory.store import Store, Unit
from memory.store.keys import secret_hash
from memory.store.sealing import Head
from memory.store.tables import metadata
from tests.fakes.time import MIDNIGHT
from tests.memory import chat_calls, further_calls
from tests.memory.further_calls import fill
from tests.memory.samples import (
    ACCOUNT,
    approval,
    attempt,
    challenge,
    credential,
    evidence,
    grant,
    hold,
    identity,
    key,
    letter,
    link,
    member,
    message,
    node,
    outcome_record,
    place,
    policy_proposal,
    promoted,
    record,
    reply,
    review,
    run,
    shown_card,
    sign_in,
    standing,
    stop,
    suspension,
    term,
    use,
)

EARLIER = MIDNIGHT - timedelta(days=1)
LATER = MIDNIGHT + timedelta(days=1000)
ALONE, TOGETHER = "evil", "worse"  # the tenants that try: by a call of its own, and inside a transaction

Call = Callable[[Unit, str], Awaitable[object]]


async def blobs_of_acme(unit: Unit) -> tuple[str, ...]:
    return tuple(each.digest for each in await unit.blobs.standing("acme"))


async def states_of_blobs(unit: Unit, tenant: str) -> object:
    return await unit.blobs.states(tenant, await blobs_of_acme(unit))


async def turns_of_alice(unit: Unit, tenant: str) -> object:
    actor = await unit.pseudonyms.of("acme", "alice")
    return await unit.ledger.correlations(tenant, LogFilter(actor=actor))


async def get_a_blob(unit: Unit, tenant: str) -> object:
    return await unit.blobs.get(tenant, (await blobs_of_acme(unit))[0])


async def erase_blobs(unit: Unit, tenant: str) -> object:
    return await unit.blobs.erase(tenant, await blobs_of_acme(unit))


async def look_behind_a_pseudonym(unit: Unit, tenant: str) -> object:
    return await unit.pseudonyms.people(tenant, [await unit.pseudonyms.of("acme", "alice")])


FINDS_NOTHING: dict[str, tuple[Call, object]] = {
    **further_calls.FINDS_NOTHING,
    **chat_calls.finds_nothing("teams_arrivals", "teams_posts"),
    "runs.page": (lambda unit, tenant: unit.runs.page(tenant), Page(items=())),
    "ledger.page": (lambda unit, tenant: unit.ledger.page(tenant), Page(items=())),
    "ledger.trace": (lambda unit, tenant: unit.ledger.trace(tenant, "cor_1"), ()),
    "ledger.matching": (lambda unit, tenant: unit.ledger.matching(tenant, LogFilter(), 0, 9), ()),
    "ledger.count": (lambda unit, tenant: unit.ledger.count(tenant, LogFilter()), 0),
    "ledger.correlations": (turns_of_alice, frozenset()),
    "ledger.indices": (lambda unit, tenant: unit.ledger.indices(tenant, LogFilter()), frozenset()),
    "ledger.entries": (lambda unit, tenant: unit.ledger.entries(tenant, 0, 9), []),
    "ledger.hashes": (lambda unit, tenant: unit.ledger.hashes(tenant, 0, 0, 9), []),
    "ledger.head": (lambda unit, tenant: unit.ledger.head(tenant), Head()),
    "blobs.standing": (lambda unit, tenant: unit.blobs.standing(tenant), ()),
    "blobs.states": (states_of_blobs, {}),
    "blobs.erase": (erase_blobs, 0),
    "holds.alone": (lambda unit, tenant: unit.holds.alone(tenant), None),
    "holds.all": (lambda unit, tenant: unit.holds.all(tenant), ()),
    "copies.scrub": (lambda unit, tenant: unit.copies.scrub(tenant, ["cor_1"], EVERYTHING), None),
    "copies.rename": (lambda unit, tenant: unit.copies.rename(tenant, "alice", "p_1", MIDNIGHT), None),
    "copies.talks": (lambda unit, tenant: unit.copies.talks(tenant, ["cor_1"]), frozenset()),
    "pseudonyms.find": (lambda unit, tenant: unit.pseudonyms.find(tenant, "alice"), None),
    "pseudonyms.people": (look_behind_a_pseudonym, {}),
    "pseudonyms.opening": (lambda unit, tenant: unit.pseudonyms.opening(tenant, "alice"), None),
    "pseudonyms.forget": (lambda unit, tenant: unit.pseudonyms.forget(tenant, "alice"), False),
    "evidence.of": (lambda unit, tenant: unit.evidence.of(tenant, "cor_1"), ()),
    "evidence.correlations": (lambda unit, tenant: unit.evidence.correlations(tenant, ["ev_1"]), ()),
    "turns.transcript": (lambda unit, tenant: unit.turns.transcript(tenant, "t1"), Page(items=())),
    "turns.threads": (lambda unit, tenant: unit.turns.threads(tenant, "alice"), Page(items=())),
    "turns.reply_to": (lambda unit, tenant: unit.turns.reply_to(tenant, "m1"), None),
    "members.alone": (lambda unit, tenant: unit.members.alone(tenant), None),
    "members.number": (lambda unit, tenant: unit.members.number(tenant), 0),
    "members.find": (lambda unit, tenant: unit.members.find(tenant, "alice"), None),
    "members.of": (lambda unit, tenant: unit.members.of(tenant), ()),
    "members.forget": (lambda unit, tenant: unit.members.forget(tenant, "alice"), None),
    "identities.find": (lambda unit, tenant: unit.identities.find(tenant, ACCOUNT), None),
    "identities.of": (lambda unit, tenant: unit.identities.of(tenant), ()),
    "links.begun": (lambda unit, tenant: unit.links.begun(tenant, f"{2:064x}", EARLIER), 0),
    "links.of_code": (lambda unit, tenant: unit.links.of_code(tenant, f"{1:064x}", MIDNIGHT), None),
    "links.waiting": (lambda unit, tenant: unit.links.waiting(tenant, f"{2:064x}", MIDNIGHT), ()),
    "codes.take": (lambda unit, tenant: unit.codes.take(tenant, "sign_in", "code", MIDNIGHT), None),
    "sign_ins.find": (lambda unit, tenant: unit.sign_ins.find(tenant, "ses_1"), None),
    "sign_ins.of": (lambda unit, tenant: unit.sign_ins.of(tenant, "alice"), ()),
    "sign_ins.move": (lambda unit, tenant: unit.sign_ins.move(sign_in(tenant, serial=1), 0), False),
    "sign_ins.end": (lambda unit, tenant: unit.sign_ins.end(tenant, "alice", MIDNIGHT), 0),
    "sign_ins.forget": (lambda unit, tenant: unit.sign_ins.forget(tenant, "alice"), None),
    "keys.of": (lambda unit, tenant: unit.keys.of(tenant), ()),
    "credentials.of": (lambda unit, tenant: unit.credentials.of(tenant), ()),
    "reviews.of": (lambda unit, tenant: unit.reviews.of(tenant), ()),
    "switches.alone": (lambda unit, tenant: unit.switches.alone(tenant), None),
    "switches.stopped": (lambda unit, tenant: unit.switches.stopped(tenant), None),
    "uses.since": (lambda unit, tenant: unit.uses.since(tenant, Resource.ACTIONS, EARLIER), ()),
    "uses.under_way": (lambda unit, tenant: unit.uses.under_way(tenant), ()),
    "standing.of": (lambda unit, tenant: unit.standing.of(tenant), ()),
    "attempts.find": (lambda unit, tenant: unit.attempts.find(tenant, "run_1:0"), None),
    "attempts.finish": (
        lambda unit, tenant: unit.attempts.finish(tenant, "run_1:0", Outcome(ok=True, summary="theirs"), MIDNIGHT),
        None,
    ),
    "attempts.forget": (lambda unit, tenant: unit.attempts.forget(tenant, "run_1:0"), None),
    "suspensions.of": (lambda unit, tenant: unit.suspensions.of(tenant), ()),
    "suspensions.lift": (lambda unit, tenant: unit.suspensions.lift(tenant, "mcp.notes.add"), 0),
    "outcomes.tallies": (lambda unit, tenant: unit.outcomes.tallies(tenant), ()),
    "outcomes.within": (lambda unit, tenant: unit.outcomes.within(tenant, EARLIER, LATER), ()),
    "outcomes.of": (lambda unit, tenant: unit.outcomes.of(tenant, "roll-back-release"), ()),
    "teams_places.find": (lambda unit, tenant: unit.teams_places.find(tenant, "place_1"), None),
    "teams_places.of": (lambda unit, tenant: unit.teams_places.of(tenant), ()),
    "teams_places.remove": (lambda unit, tenant: unit.teams_places.remove(tenant, "place_1"), False),
    "teams_cards.of": (lambda unit, tenant: unit.teams_cards.of(tenant, "run_1"), ()),
    "teams_cards.open": (lambda unit, tenant: unit.teams_cards.open(tenant), ()),
    "teams_cards.move": (lambda unit, tenant: unit.teams_cards.move(shown_card(tenant, version=9)), False),
    "dead_letters.of_run": (lambda unit, tenant: unit.dead_letters.of_run(tenant, "run_1"), None),
    "dead_letters.replayed_as": (lambda unit, tenant: unit.dead_letters.replayed_as(tenant, "run_2"), None),
    "dead_letters.page": (lambda unit, tenant: unit.dead_letters.page(tenant), Page(items=())),
    "cluster.beat": (lambda unit, tenant: unit.cluster.beat(node(tenant)), False),
    "cluster.leave": (lambda unit, tenant: unit.cluster.leave(tenant, "node_1"), None),
    "cluster.bury": (lambda unit, tenant: unit.cluster.bury(tenant, 0.0), ()),
    "cluster.silent": (lambda unit, tenant: unit.cluster.silent(tenant, 0.0), frozenset()),
    "cluster.gone": (lambda unit, tenant: unit.cluster.gone(tenant, ["node_1"]), frozenset()),
    "cluster.present": (lambda unit, tenant: unit.cluster.present(tenant), ()),
    "leaders.present": (lambda unit, tenant: unit.leaders.present(tenant), ()),
    "leaders.resign": (lambda unit, tenant: unit.leaders.resign(term(tenant)), None),
    "grants.void": (lambda unit, tenant: unit.grants.void(tenant, "grant_1", MIDNIGHT), False),
    "policies.alone": (lambda unit, tenant: unit.policies.alone(tenant), None),
    "policies.number": (lambda unit, tenant: unit.policies.number(tenant), 0),
    "policies.newest": (lambda unit, tenant: unit.policies.newest(tenant), None),
    "policies.proposals": (lambda unit, tenant: unit.policies.proposals(tenant), ()),
    "policies.history": (lambda unit, tenant: unit.policies.history(tenant), ()),
}
IS_REFUSED: dict[str, tuple[Call, type[QuarterdeckError]]] = {
    **further_calls.IS_REFUSED,
    "runs.get": (lambda unit, tenant: unit.runs.get(tenant, "run_1"), NotFound),
    "runs.replace": (lambda unit, tenant: unit.runs.replace(run(tenant), expected_version=0), NotFound),
    "grants.consume": (
        lambda unit, tenant: unit.grants.consume(tenant, "grant_1", grant().call_digest, grant().minted_at),
        GrantRefused,
    ),
    "ledger.find": (lambda unit, tenant: unit.ledger.find(tenant, "0"), NotFound),
    "ledger.checkpoint": (lambda unit, tenant: unit.ledger.checkpoint(tenant), NotFound),
    "blobs.get": (get_a_blob, NotFound),
    "evidence.get": (lambda unit, tenant: unit.evidence.get(tenant, "ev_1"), NotFound),
    "turns.answer": (lambda unit, tenant: unit.turns.answer(tenant, reply()), NotFound),
    "credentials.get": (lambda unit, tenant: unit.credentials.get(tenant, "credential_1"), NotFound),
    "credentials.replace": (
        lambda unit, tenant: unit.credentials.replace(credential(tenant, uses=1), credential(tenant)),
        NotFound,
    ),
    "challenges.get": (lambda unit, tenant: unit.challenges.get(tenant, "nonce_1"), StatementInvalid),
    "challenges.spend": (
        lambda unit, tenant: unit.challenges.spend(challenge(tenant), MIDNIGHT),
        StatementInvalid,
    ),
    "challenges.consume": (
        lambda unit, tenant: unit.challenges.consume(tenant, "run_1", ["nonce_1"], "grant_1"),
        GrantRefused,
    ),
    "reviews.get": (lambda unit, tenant: unit.reviews.get(tenant, "review_1"), NotFound),
    "reviews.close": (lambda unit, tenant: unit.reviews.close(review(tenant)), Conflict),
    "holds.lift": (lambda unit, tenant: unit.holds.lift(tenant, "hold_1", MIDNIGHT), NotFound),
    "switches.lift": (lambda unit, tenant: unit.switches.lift(tenant), Conflict),
    "standing.get": (lambda unit, tenant: unit.standing.get(tenant, "standing_1"), NotFound),
    "standing.use": (lambda unit, tenant: unit.standing.use(tenant, "standing_1", MIDNIGHT), NotFound),
    "standing.end": (
        lambda unit, tenant: unit.standing.end(tenant, "standing_1", StandingEnd.REVOKED, MIDNIGHT, "eve"),
        NotFound,
    ),
    "leaders.require": (lambda unit, tenant: unit.leaders.require(term(tenant)), LeadershipLost),
    "policies.find": (lambda unit, tenant: unit.policies.find(tenant, f"{1:064x}"), NotFound),
    "policies.proposal": (lambda unit, tenant: unit.policies.proposal(tenant, "proposal_1"), NotFound),
    "policies.settle": (lambda unit, tenant: unit.policies.settle(tenant, "proposal_1"), Conflict),
    "dead_letters.get": (lambda unit, tenant: unit.dead_letters.get(tenant, "letter_1"), NotFound),
    "dead_letters.replace": (
        lambda unit, tenant: unit.dead_letters.replace(letter(tenant), expected_version=0),
        Conflict,
    ),
    "identities.get": (lambda unit, tenant: unit.identities.get(tenant, "identity_1"), NotFound),
    "identities.remove": (lambda unit, tenant: unit.identities.remove(tenant, "identity_1"), NotFound),
    "links.get": (lambda unit, tenant: unit.links.get(tenant, "link_1"), NotFound),
    "links.answer": (lambda unit, tenant: unit.links.answer(link(tenant, person="eve"), MIDNIGHT), Conflict),
    "links.finish": (lambda unit, tenant: unit.links.finish(link(tenant, person="eve"), MIDNIGHT), Conflict),
    "keys.get": (lambda unit, tenant: unit.keys.get(tenant, "key_1"), NotFound),
    "keys.expire": (lambda unit, tenant: unit.keys.expire(tenant, "key_1", MIDNIGHT), NotFound),
    "keys.revoke": (lambda unit, tenant: unit.keys.revoke(tenant, "key_1", key().created_at), NotFound),
}
WRITES_ITS_OWN: dict[str, Call] = {
    **further_calls.WRITES_ITS_OWN,
    **chat_calls.writes_its_own("teams_arrivals", "teams_posts"),
    "runs.add": lambda unit, tenant: unit.runs.add(run(tenant, summary="theirs")),
    "grants.mint": lambda unit, tenant: unit.grants.mint(grant(tenant)),
    "ledger.append": lambda unit, tenant: unit.ledger.append(record(tenant)),
    "ledger.begin": lambda unit, tenant: unit.ledger.begin(record(tenant)),
    "blobs.put": lambda unit, tenant: unit.blobs.put(tenant, "cor_1", "message", b"theirs"),
    "pseudonyms.of": lambda unit, tenant: unit.pseudonyms.of(tenant, "alice"),
    "holds.place": lambda unit, tenant: unit.holds.place(hold(tenant)),
    "switches.stop": lambda unit, tenant: unit.switches.stop(stop(tenant)),
    "uses.add": lambda unit, tenant: unit.uses.add(tenant, [use(tenant, amount=9)]),
    "standing.give": lambda unit, tenant: unit.standing.give(standing(tenant, most_uses=9)),
    "cluster.enter": lambda unit, tenant: unit.cluster.enter(node(tenant, address="theirs")),
    "leaders.lead": lambda unit, tenant: unit.leaders.lead(tenant, "reaper", "node_9", 60.0),
    "policies.promote": lambda unit, tenant: unit.policies.promote(promoted(tenant, reason="theirs")),
    "policies.propose": lambda unit, tenant: unit.policies.propose(policy_proposal(tenant)),
    "evidence.put": lambda unit, tenant: unit.evidence.put(tenant, "cor_1", [evidence(summary="theirs")]),
    "turns.receive": lambda unit, tenant: unit.turns.receive(message(tenant)),
    "credentials.add": lambda unit, tenant: unit.credentials.add(credential(tenant, label="theirs")),
    "challenges.offer": lambda unit, tenant: unit.challenges.offer(challenge(tenant)),
    "reviews.open": lambda unit, tenant: unit.reviews.open(review(tenant)),
    "attempts.begin": lambda unit, tenant: unit.attempts.begin(attempt(tenant, tool="command.theirs")),
    "teams_places.put": lambda unit, tenant: unit.teams_places.put(place(tenant, conversation="a:theirs")),
    "teams_cards.put": lambda unit, tenant: unit.teams_cards.put(shown_card(tenant, activity="theirs")),
    "suspensions.suspend": lambda unit, tenant: unit.suspensions.suspend(suspension(tenant, found=None)),
    "outcomes.count": lambda unit, tenant: unit.outcomes.count(outcome_record(tenant, worked=False)),
    "dead_letters.keep": lambda unit, tenant: unit.dead_letters.keep(letter(tenant, says="theirs")),
    "rates.change": lambda unit, tenant: unit.rates.change(tenant, "deploy.rollback checkout", 1, lambda _: 9),
    "members.put": lambda unit, tenant: unit.members.put(member(tenant, name="alice")),
    "identities.add": lambda unit, tenant: unit.identities.add(identity(tenant, person="eve")),
    "links.begin": lambda unit, tenant: unit.links.begin(link(tenant), f"{1:064x}", f"{2:064x}"),
    "codes.issue": lambda unit, tenant: unit.codes.issue(tenant, "sign_in", "code", "theirs", MIDNIGHT),
    "sign_ins.begin": lambda unit, tenant: unit.sign_ins.begin(sign_in(tenant)),
    "keys.add": lambda unit, tenant: unit.keys.add(key(tenant), secret_hash(f"qd_{tenant}")),
    "idempotency.begin": lambda unit, tenant: unit.idempotency.begin(tenant, "alice", "k1", "f" * 64),
    "idempotency.finish": lambda unit, tenant: unit.idempotency.finish(
        tenant, "alice", "k1", StoredResponse(status=200, body="theirs")
    ),
    "idempotency.abandon": lambda unit, tenant: unit.idempotency.abandon(tenant, "alice", "k1"),
}
FILLED_LATER = {
    "ledger_nodes": "the first node above the leaves stands over 256 entries",
}
SPANS_TENANTS = {
    **further_calls.SPANS_TENANTS,
    **chat_calls.spans_tenants("teams_arrivals", "teams_posts"),
    "ledger.tenants": "whoever witnesses the logs is told which there are",
    "dead_letters.prune": "what was settled and kept long enough is forgotten, whoever's it was",
    "rates.prune": "a rate nobody uses any more holds nobody back",
    "cluster.prune": "a node that has long been gone is of no interest, whomever it served",
    "uses.prune": "what was spent long ago counts against nobody",
    "standing.unended": "every tenant's come to their end in time",
    "runs.unfinished": "a restart takes up every tenant's runs",
    "grants.prune": "an expired grant is worth nothing, whoever's it was",
    "links.prune": "a link that is over links nothing, whoever began it",
    "codes.prune": "a code that is late is good for nothing, whoever was given it",
    "sign_ins.prune": "a sign-in of another shift is over, whoever's it was",
    "challenges.prune": "what nobody answered in time is worth nothing, whoever was asked",
    "keys.find": "the secret itself names the tenant",
}


async def held(store: Store, tenant: str) -> dict[str, list[str]]:
    """Return every row of the tenant, by table."""
    async with store._database.reading() as connection:
        return {
            table.name: sorted(map(repr, await connection.execute(select(table).where(table.c.tenant == tenant))))
            for table in metadata.sorted_tables
        }


def calls(store: Store) -> set[str]:
    """Return the public methods of every repository there is, as `repository.method`."""
    repositories = {name: kept for name, kept in vars(store).items() if not name.startswith("_")}
    return {
        f"{name}.{method}"
        for name, kept in repositories.items()
        for method, _ in inspect.getmembers(type(kept), callable)
        if not method.startswith("_")
    }


async def test_every_call_and_every_table_is_tried_here(store: Store) -> None:
    tried = [*FINDS_NOTHING, *IS_REFUSED, *WRITES_ITS_OWN, *SPANS_TENANTS]
    assert sorted(tried) == sorted(calls(store))
    await fill(store)
    assert {name for name, rows in (await held(store, "acme")).items() if not rows} == set(FILLED_LATER)


def test_every_table_has_the_tenant_in_its_primary_key() -> None:
    assert all("tenant" in table.primary_key.columns for table in metadata.tables.values())


async def test_a_call_for_another_tenant_finds_nothing(store: Store) -> None:
    await fill(store)
    before = await held(store, "acme")
    for name, (call, nothing) in FINDS_NOTHING.items():
        assert await call(store, ALONE) == nothing, name
        async with store.transaction() as unit:
            assert await call(unit, TOGETHER) == nothing, name
        assert await held(store, "acme") == before, name


async def test_a_call_for_what_another_tenant_has_is_refused(store: Store) -> None:
    await fill(store)
    before = await held(store, "acme")
    for name, (call, error) in IS_REFUSED.items():
        with pytest.raises(error, match="expected"):
            pytest.fail(f"{name} gave {await call(store, ALONE)}")
        with pytest.raises(error, match="expected"):
            async with store.transaction() as unit:
                pytest.fail(f"{name} gave {await call(unit, TOGETHER)}")
        assert await held(store, "acme") == before, name


async def test_equal_ids_of_two_tenants_are_two_things(store: Store) -> None:
    await fill(store)
    before = await held(store, "acme")
    for name, call in WRITES_ITS_OWN.items():
        await call(store, ALONE)
        async with store.transaction() as unit:
            await call(unit, TOGETHER)
        assert await held(store, "acme") == before, name
    assert await store.runs.get(ALONE, "run_1") == run(ALONE, summary="theirs")
    assert await store.runs.get("acme", "run_1") == run()


async def test_a_key_leads_to_its_own_tenant_alone(store: Store) -> None:
    await fill(store)
    await fill(store, ALONE)
    for tenant in ("acme", ALONE):
        assert await store.keys.find(secret_hash(f"qd_{tenant}")) == key(tenant)


async def test_a_run_with_another_tenants_plan_or_approval_is_refused(store: Store) -> None:
    await fill(store)
    mixed = (run(ALONE, plan=run().plan), run(ALONE, approvals=(approval(),)))
    for each in mixed:
        with pytest.raises(TenantMismatch):
            await store.runs.add(each)
        with pytest.raises(TenantMismatch):
            await store.runs.replace(each, expected_version=0)
    assert not (await store.runs.page(ALONE)).items
