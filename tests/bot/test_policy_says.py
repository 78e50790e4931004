"""A say to a policy is a signed statement about exactly one, at the level asked for; anybody can verify it."""

import json
from base64 import b64encode

import pytest

from bot.policies import shipped
from bot.surfaces.approving import Say
from memory.errors import AssuranceTooLow, DigestMismatch, NotFound, PolicyInvalid, StatementInvalid
from memory.model.approval import Assurance, Verdict
from memory.model.bodies import Body, CredentialChanged, Denied, KeyChanged, PolicyProposed, PolicySaid
from memory.model.credential import Credential, CredentialForm
from memory.model.people import Principal, Surface
from memory.model.record import SYSTEM, LogFilter, Record
from tests.bot.test_policy_board import ADA, EVE, EXPECTED, FREEZE, PEOPLE, Board, library, node
from tests.fakes.people import TENANT, facts
from tests.fakes.time import MIDNIGHT
from tests.keys import LOG_KEY, private_key
from tools.approvals.evidence import approvals_in
from tools.approvals.promotion import parse_promotion
from tools.approvals.signing import signed
from tools.policy import Policy

__all__ = ["node"]

BY_KEY = """
@id("policies-by-key")
@reason("a policy is agreed to by key")
@needed("your key")
forbid (principal, action == Action::"promote", resource)
when { context.assurance < 3 };
"""
OTHER = FREEZE + FREEZE.replace("freeze", "other")
KEYED = Say(surface=Surface.CLI, assurance=Assurance.KEY)


async def recorded(node: Board, body: Body, actor: str = SYSTEM) -> None:
    await node.store.ledger.append(Record(tenant=TENANT, at=MIDNIGHT, actor=actor, correlation="c", body=body))


async def enrolled(node: Board, who: Principal) -> None:
    key = b64encode(private_key(who.id).public_key().public_bytes_raw()).decode()
    about = {"id": f"key_{who.id}", "tenant": TENANT, "holder": who.id, "form": CredentialForm.KEY, "public": key}
    agreed = {"proposed_at": MIDNIGHT, "confirmed_by": "ada", "confirmed_at": MIDNIGHT}
    await node.store.credentials.add(Credential.model_validate({**about, **agreed}))
    holder = await node.store.pseudonyms.of(TENANT, who.id)
    told = {"credential": f"key_{who.id}", "change": "confirmed", "form": CredentialForm.KEY, "public": key}
    await recorded(node, CredentialChanged.model_validate({**told, "holder": holder}), "ada")


async def told(node: Board) -> list[Body]:
    return [each.entry.told() for each in await node.store.ledger.matching(TENANT, LogFilter(), 0, 1000)]


async def said(node: Board) -> list[PolicySaid]:
    return [body for body in await told(node) if isinstance(body, PolicySaid)]


async def test_where_policy_asks_for_a_key_a_click_is_refused_and_a_signature_taken(node: Board) -> None:
    strict = Policy(shipped().text() + BY_KEY, facts(people=PEOPLE))
    node.in_force.replace(strict)
    await enrolled(node, EVE)
    proposal = await node.board.propose(ADA, library(BY_KEY + FREEZE), "too many pods")
    with pytest.raises(AssuranceTooLow, match="level key"):
        await node.board.agree(EVE, proposal.id, proposal.policy_hash)
    refusal = (await told(node))[-1]
    assert isinstance(refusal, Denied)
    assert (refusal.code, refusal.subject_digest) == ("approval.assurance", proposal.policy_hash)
    offered = (await node.board.offer(EVE, proposal.id, KEYED)).content.encode()
    statement = parse_promotion(offered)
    assert (statement.policy_hash, statement.predicate.previous) == (proposal.policy_hash, strict.hash)
    envelope = signed(offered, "key_eve", private_key("eve")).encode()
    promoted = await node.board.cast(EVE, proposal.id, envelope)
    assert promoted is not None
    assert (promoted.assurance, node.in_force.now().hash) == (Assurance.KEY, proposal.policy_hash)
    with pytest.raises(NotFound):
        await node.board.cast(EVE, proposal.id, envelope)


async def test_a_signature_by_another_key_or_over_something_else_counts_for_nothing(node: Board) -> None:
    await enrolled(node, EVE)
    before = node.in_force.now()
    proposal = await node.board.propose(ADA, library(), "why")
    offered = (await node.board.offer(EVE, proposal.id, KEYED)).content.encode()
    forged = signed(offered, "key_eve", private_key("mallory")).encode()
    swapped = signed(offered.replace(b'"approve"', b'"deny"', 1), "key_eve", private_key("eve")).encode()
    for envelope in (forged, swapped):
        with pytest.raises(StatementInvalid):
            await node.board.cast(EVE, proposal.id, envelope)
    second = await node.board.propose(ADA, library(OTHER), "why")
    with pytest.raises(DigestMismatch):
        await node.board.cast(EVE, second.id, signed(offered, "key_eve", private_key("eve")).encode())
    assert node.in_force.now() is before


async def test_a_no_closes_a_proposal_and_whoever_proposed_it_takes_it_back_so(node: Board) -> None:
    first = await node.board.propose(ADA, library(), "why")
    await node.board.refuse(EVE, first.id, "the night shift needs it")
    second = await node.board.propose(ADA, library(), "why")
    assert [each.id for each in await node.board.proposals(ADA)] == [second.id]
    await node.board.refuse(ADA, second.id, "a mistake")
    assert await node.board.proposals(ADA) == ()
    with pytest.raises(NotFound):
        await node.board.agree(EVE, first.id, first.policy_hash)
    assert [each.verdict for each in await said(node)] == [Verdict.DENY, Verdict.DENY]


async def test_every_say_to_a_policy_verifies_from_the_log_and_its_blobs_alone(node: Board) -> None:
    await recorded(node, KeyChanged(change="created", key=str(LOG_KEY.signer(TENANT).key)))
    await enrolled(node, EVE)
    clicked = await node.board.propose(ADA, library(), "why")
    await node.board.agree(EVE, clicked.id, clicked.policy_hash)
    again = await node.board.propose(ADA, library(OTHER), "more")
    offered = (await node.board.offer(EVE, again.id, KEYED)).content.encode()
    await node.board.cast(EVE, again.id, signed(offered, "key_eve", private_key("eve")).encode())
    found = await node.store.ledger.matching(TENANT, LogFilter(), 0, 99)
    entries = {each.receipt.index: each.entry for each in found}
    addresses = [address for each in await said(node) for address in (each.statement, each.event) if address]
    blobs = {each: (await node.store.blobs.get(TENANT, each)).content for each in addresses}
    assert [(each.approval, each.assurance, each.problem) for each in approvals_in(entries, blobs)] == [
        (clicked.id, "chat", ""),
        (again.id, "key", ""),
    ]
    statements = [each.statement for each in await said(node)]
    swapped = {**blobs, str(statements[0]): blobs[str(statements[1])]}
    assert approvals_in(entries, swapped)[0].problem
    assert all(each.problem for each in approvals_in(entries, {}))


async def test_the_golden_set_and_the_simulation_are_kept_with_the_proposal(node: Board) -> None:
    proposal = await node.board.propose(ADA, library(), "why")
    (body,) = [each for each in await told(node) if isinstance(each, PolicyProposed)]
    assert proposal.golden == {"decisions.yaml": EXPECTED}
    for address, value in ((body.golden, proposal.golden), (body.simulation, proposal.simulation)):
        assert address is not None
        assert json.loads((await node.store.blobs.get(TENANT, address)).content) == value
    difference = await node.board.difference(ADA, proposal.id)
    assert any(line.startswith('+@id("freeze")') for line in difference)


async def test_a_policy_that_nobody_could_ever_replace_is_not_proposed(node: Board) -> None:
    locked = FREEZE + '@id("locked") forbid (principal, action == Action::"promote", resource);\n'
    with pytest.raises(PolicyInvalid, match="put the next one in force"):
        await node.board.propose(ADA, library(locked), "why")
