"""Approvals under attack: each attempt is refused, changes nothing, and stands in the ledger with its code."""

import asyncio
import json

import pytest
from sqlalchemy import update

from memory.errors import (
    AlreadyDecided,
    ApprovalExpired,
    AssuranceTooLow,
    CredentialRefused,
    DigestMismatch,
    NotFound,
    PolicyChangedSince,
    PolicyDenied,
    QuarterdeckError,
    SelfApproval,
    StatementInvalid,
    StatementSpent,
)
from memory.model.approval import Assurance, Verdict
from memory.model.record import SYSTEM
from memory.model.run import RunStatus
from memory.store.tables import runs
from tests.fakes.people import ALICE, BOB, CARA, MALLORY, TENANT, VIC, default_text
from tests.keys import private_key
from tests.runbooks.conftest import Bench, ballot
from tests.runbooks.signing import CRITICAL, enrol, refused, sealed, shown, waiting
from tools.approvals import Envelope, Requirement
from tools.approvals.signing import signed

ANOTHER_POLICY = f"""{default_text()}
@id("nothing-is-different")
forbid (principal, action == Action::"deploy.release", resource) when {{ context.approvals < 0 }};
"""
KEY_IN_PRODUCTION = Requirement(environments=("production",), assurance=Assurance.KEY)
PASSKEY_IN_PRODUCTION = Requirement(environments=("production",), assurance=Assurance.PASSKEY)


async def test_a_statement_signed_with_ones_own_key_starts_the_plan(bench: Bench) -> None:
    run = await waiting(bench)
    envelope = sealed(await shown(bench.runner, BOB, run), BOB)
    await bench.runner.cast(TENANT, run.id, BOB.id, envelope)
    ended = await bench.runner.finished(TENANT, run.id)
    assert ended.status is RunStatus.SUCCEEDED
    (approval,) = ended.approvals
    assert (approval.assurance, approval.credential) == (Assurance.KEY, "key_bob")
    told = next(each for each in await bench.entries(run) if each.kind.value == "approval")
    kept = await bench.store.blobs.get(TENANT, str(told.body["statement"]))
    assert kept.content == envelope


async def test_an_edited_plan_is_not_approved_with_its_old_digest(bench: Bench) -> None:
    run = await waiting(bench)
    attempt = bench.runner.decide(TENANT, run.id, ballot(BOB, run, digest="f" * 64))
    await refused(bench, run, attempt, DigestMismatch)


async def test_an_edited_statement_is_refused_even_when_signed_again(bench: Bench) -> None:
    run = await waiting(bench)
    form = json.loads((await shown(bench.runner, BOB, run)).content)
    form["subject"][0]["digest"]["sha256"] = "f" * 64
    payload = json.dumps(form, sort_keys=True, separators=(",", ":")).encode()
    envelope = signed(payload, "key_bob", private_key("bob")).encode()
    await refused(bench, run, bench.runner.cast(TENANT, run.id, BOB.id, envelope), StatementInvalid)


async def test_an_argument_swapped_behind_the_approval_is_never_carried_out(bench: Bench) -> None:
    run = await waiting(bench)
    step = run.plan.steps[0]
    worse = step.call.model_copy(update={"arguments": {**step.call.arguments, "version": "0.0.1"}})
    plan = run.plan.model_copy(update={"steps": (step.model_copy(update={"call": worse}),)})
    document = run.model_copy(update={"plan": plan}).model_dump_json()
    async with bench.store._database.writing() as connection:
        await connection.execute(update(runs).where(runs.c.id == run.id).values(document=document))
    ended = await bench.approve(run, BOB)
    assert ended.status is RunStatus.FAILED
    assert not bench.estate.effects
    outcome = next(each for each in await bench.entries(run) if each.kind.value == "outcome")
    assert outcome.body["code"] == DigestMismatch.code


async def test_an_approval_that_was_used_is_not_used_again(bench: Bench) -> None:
    run = await waiting(bench, CRITICAL)
    envelope = sealed(await shown(bench.runner, BOB, run), BOB)
    await bench.runner.cast(TENANT, run.id, BOB.id, envelope)
    await refused(bench, run, bench.runner.cast(TENANT, run.id, BOB.id, envelope), StatementSpent)


async def test_an_approval_of_one_run_is_none_of_another(bench: Bench) -> None:
    run, other = await waiting(bench, CRITICAL), await bench.propose(CRITICAL, message="m2")
    envelope = sealed(await shown(bench.runner, BOB, other), BOB)
    await refused(bench, run, bench.runner.cast(TENANT, run.id, BOB.id, envelope), DigestMismatch)


async def test_one_envelope_sent_twice_at_once_counts_once(bench: Bench) -> None:
    run = await waiting(bench, CRITICAL)
    envelope = sealed(await shown(bench.runner, BOB, run), BOB)
    casts = (bench.runner.cast(TENANT, run.id, BOB.id, envelope) for _ in range(2))
    results = await asyncio.gather(*casts, return_exceptions=True)
    assert [type(each) for each in results if isinstance(each, Exception)] == [StatementSpent]
    assert len((await bench.store.runs.get(TENANT, run.id)).approvals) == 1


async def test_another_tenants_approval_finds_nothing_and_is_told_to_its_own_ledger(bench: Bench) -> None:
    run = await waiting(bench)
    envelope = sealed(await shown(bench.runner, BOB, run), BOB)
    with pytest.raises(NotFound):
        await bench.runner.cast(MALLORY.tenant, run.id, MALLORY.id, envelope)
    (told,) = (await bench.store.ledger.page(MALLORY.tenant)).items
    assert told.entry.body["code"] == NotFound.code
    assert (await bench.store.runs.get(TENANT, run.id)) == run


async def test_saying_approved_by_somebody_approves_nothing(bench: Bench) -> None:
    run = await waiting(bench)
    forged = sealed(await shown(bench.runner, BOB, run), BOB, key="mallory")
    await refused(bench, run, bench.runner.cast(TENANT, run.id, BOB.id, forged), StatementInvalid)
    claimed = ballot(BOB, run).model_copy(update={"assurance": Assurance.KEY})
    await refused(bench, run, bench.runner.decide(TENANT, run.id, claimed), StatementInvalid)
    nothing = bench.runner.cast(TENANT, run.id, BOB.id, b'{"approved_by":"bob"}')
    await refused(bench, run, nothing, StatementInvalid)


async def test_the_requester_does_not_approve_from_another_account(bench: Bench) -> None:
    run = await waiting(bench)
    await enrol(bench, ALICE)
    await refused(bench, run, bench.runner.decide(TENANT, run.id, ballot(ALICE, run)), SelfApproval)
    await refused(bench, run, shown(bench.runner, ALICE, run), SelfApproval)


async def test_what_was_shown_is_signed_in_time_or_not_at_all(bench: Bench) -> None:
    run = await waiting(bench)
    envelope = sealed(await shown(bench.runner, BOB, run), BOB)
    bench.clock.move(11 * 60)
    await refused(bench, run, bench.runner.cast(TENANT, run.id, BOB.id, envelope), ApprovalExpired)


@pytest.mark.parametrize("ends", ["suspended_at", "revoked_at"])
async def test_a_key_that_was_ended_signs_nothing(bench: Bench, ends: str) -> None:
    run = await waiting(bench)
    envelope = sealed(await shown(bench.runner, BOB, run), BOB)
    key = await bench.store.credentials.get(TENANT, "key_bob")
    await bench.store.credentials.replace(key.model_copy(update={ends: bench.clock.now()}), before=key)
    await refused(bench, run, bench.runner.cast(TENANT, run.id, BOB.id, envelope), CredentialRefused)


async def test_a_key_that_nobody_agreed_to_signs_nothing(bench: Bench) -> None:
    run = await bench.propose()
    await enrol(bench, CARA, confirmed_at=None)
    envelope = sealed(await shown(bench.runner, CARA, run), CARA)
    await refused(bench, run, bench.runner.cast(TENANT, run.id, CARA.id, envelope), CredentialRefused)


async def test_nobody_counts_twice_by_clicking_and_signing(bench: Bench) -> None:
    run = await waiting(bench, CRITICAL)
    envelope = sealed(await shown(bench.runner, BOB, run), BOB)
    await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    await refused(bench, run, bench.runner.cast(TENANT, run.id, BOB.id, envelope), AlreadyDecided)
    await refused(bench, run, shown(bench.runner, BOB, run), AlreadyDecided)


async def test_a_policy_that_changed_after_it_was_shown_is_decided_on_again(bench: Bench) -> None:
    run = await waiting(bench)
    envelope = sealed(await shown(bench.runner, BOB, run), BOB)
    later = bench.another(ANOTHER_POLICY)
    await refused(bench, run, later.cast(TENANT, run.id, BOB.id, envelope), PolicyChangedSince)
    again = sealed(await shown(later, BOB, run), BOB)
    await later.cast(TENANT, run.id, BOB.id, again)
    assert (await later.finished(TENANT, run.id)).status is RunStatus.SUCCEEDED
    await later.close()


async def test_a_yes_under_an_earlier_policy_counts_no_more_and_can_be_given_again(bench: Bench) -> None:
    run = await waiting(bench, CRITICAL)
    await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    later = bench.another(ANOTHER_POLICY)
    assert (await later.decide(TENANT, run.id, ballot(CARA, run))).status is RunStatus.WAITING
    assert (await later.decide(TENANT, run.id, ballot(BOB, run))).status is RunStatus.RUNNING
    assert (await later.finished(TENANT, run.id)).status is RunStatus.SUCCEEDED
    await later.close()


async def test_a_policy_that_changed_before_the_first_step_lets_the_plan_wait_again(bench: Bench) -> None:
    run = await waiting(bench)
    await bench.runner.drain(0.0)  # it dies before it begins
    await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    await bench.runner.close()
    later = bench.another(ANOTHER_POLICY)
    await later.tend()
    asked = await later.finished(TENANT, run.id)
    assert asked.status is RunStatus.WAITING
    assert "has to be approved again" in asked.summary
    last = (await bench.entries(run))[-1]
    assert (last.kind.value, last.actor, last.body["code"]) == ("denial", SYSTEM, PolicyChangedSince.code)
    assert not bench.estate.effects
    await later.decide(TENANT, run.id, ballot(BOB, asked))
    assert (await later.finished(TENANT, run.id)).status is RunStatus.SUCCEEDED
    await later.close()


async def test_a_stolen_button_does_nothing_for_the_thief(bench: Bench) -> None:
    run = await waiting(bench)
    await enrol(bench, CARA)
    await refused(bench, run, bench.runner.decide(TENANT, run.id, ballot(VIC, run)), PolicyDenied)
    bobs = await shown(bench.runner, BOB, run)
    await refused(bench, run, bench.runner.cast(TENANT, run.id, CARA.id, sealed(bobs, CARA)), StatementInvalid)
    await refused(bench, run, bench.runner.cast(TENANT, run.id, CARA.id, sealed(bobs, BOB)), StatementInvalid)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("run", "run_other"),
        ("tenant", "evil"),
        ("checkpoint", {"origin": "quarterdeck.test/acme", "root": "c" * 64, "size": 1}),
        ("assurance", "passkey"),
        ("verdict", "deny"),
        ("breakGlass", True),
        ("expiresAt", "2027-11-20T03:30:00Z"),
    ],
)
async def test_a_statement_about_anything_else_is_refused(bench: Bench, name: str, value: object) -> None:
    run = await waiting(bench)
    form = json.loads((await shown(bench.runner, BOB, run)).content)
    form["predicate"][name] = value
    payload = json.dumps(form, sort_keys=True, separators=(",", ":")).encode()
    envelope = signed(payload, "key_bob", private_key("bob")).encode()
    await refused(bench, run, bench.runner.cast(TENANT, run.id, BOB.id, envelope), StatementInvalid)


async def test_a_click_is_refused_where_a_key_is_asked_and_says_what_to_do(bench: Bench) -> None:
    bench.runner = bench.another(None, requirements=(KEY_IN_PRODUCTION,))
    run = await waiting(bench)
    with pytest.raises(AssuranceTooLow, match="level key") as found:
        await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    assert f"quarterdeck approve {run.id} --key FILE" in found.value.hint
    assert (await bench.entries(run))[-1].body["code"] == AssuranceTooLow.code
    no = ballot(BOB, run, Verdict.DENY)
    assert (await bench.runner.decide(TENANT, run.id, no)).status is RunStatus.DENIED


async def test_where_a_passkey_is_asked_the_link_to_the_page_is_given(bench: Bench) -> None:
    bench.runner = bench.another(None, requirements=(PASSKEY_IN_PRODUCTION,))
    run = await waiting(bench)
    with pytest.raises(AssuranceTooLow) as found:
        await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    assert f"/console/approve/{run.id}" in found.value.hint


async def test_approvals_that_were_sure_enough_once_count_no_more_where_more_is_asked(bench: Bench) -> None:
    run = await waiting(bench, CRITICAL)
    await bench.runner.decide(TENANT, run.id, ballot(CARA, run))
    stricter = bench.another(None, requirements=(KEY_IN_PRODUCTION,))
    signed_by_bob = sealed(await shown(stricter, BOB, run), BOB)
    assert (await stricter.cast(TENANT, run.id, BOB.id, signed_by_bob)).status is RunStatus.WAITING
    await stricter.close()


async def test_approvals_are_used_up_by_the_run_they_were_given_to(bench: Bench) -> None:
    run = await bench.approve(await waiting(bench), BOB)
    nonces = [each.nonce for each in run.approvals]
    await bench.store.challenges.consume(TENANT, run.id, nonces, "grant_again")
    other = await bench.propose(CRITICAL, message="m2")
    with pytest.raises(QuarterdeckError, match="given to run"):
        await bench.store.challenges.consume(TENANT, other.id, nonces, "grant_other")


async def test_what_the_platform_attests_is_kept_and_can_be_verified(bench: Bench) -> None:
    from tests.keys import LOG_KEY
    from tools.approvals import verify
    from tools.approvals.signing import Attester

    run = await waiting(bench)
    clicked = ballot(BOB, run).model_copy(update={"event": b'{"path":"/decide"}'})
    await bench.runner.decide(TENANT, run.id, clicked)
    await bench.runner.finished(TENANT, run.id)
    told = next(each for each in await bench.entries(run) if each.kind.value == "approval")
    envelope = await bench.store.blobs.get(TENANT, str(told.body["statement"]))
    event = await bench.store.blobs.get(TENANT, str(told.body["event"]))
    found = verify(Envelope.parse(envelope.content), Attester(LOG_KEY).public(TENANT), event.content)
    said = found.statement.predicate
    assert (said.approver, said.assurance) == (told.actor, Assurance.CHAT)
    assert said.checkpoint.size > 0
    assert event.content == clicked.event
