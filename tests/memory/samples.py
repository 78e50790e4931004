"""One of each thing the store keeps, for any tenant; and a store with one of each."""

from base64 import b64encode
from datetime import timedelta

from memory.canonical import digest
from memory.model.access import ApiKey
from memory.model.approval import Approval, Challenge, Grant, Review, Verdict
from memory.model.arrival import Arrival, ArrivalKind
from memory.model.attempt import Attempt, Suspension
from memory.model.bodies import Denied, MessageReceived
from memory.model.credential import Credential, CredentialForm
from memory.model.dead_letter import DeadLetter, DeadReason, Origin, Replay, ReplayFrom
from memory.model.decision import Basis, NeedsApproval, Obligation
from memory.model.evidence import Evidence
from memory.model.identity import Account, AccountSource, Identity, Link, LinkSide, Member, SignIn
from memory.model.installation import Installation, Posted
from memory.model.limits import Resource, Stop, Use
from memory.model.node import Node, Term
from memory.model.outcome_record import OutcomeRecord
from memory.model.people import Surface
from memory.model.plan import Call, Effect, Plan, Step
from memory.model.policies import PolicyProposal, PromotedPolicy
from memory.model.record import Hold, Record
from memory.model.run import Run, RunStatus, StepRecord
from memory.model.shown import Shown
from memory.model.standing import CallPattern, StandingApproval
from memory.model.talk import Message, Reply
from memory.model.teams import Place, ShownCard
from memory.store import Unit
from memory.store.keys import secret_hash
from tests.fakes.time import MIDNIGHT
from tests.memory.slack_samples import success

CALL = Call(tool="deploy.rollback", arguments={"service": "checkout", "version": "1.4.1"})


def run(tenant: str = "acme", name: str = "run_1", minutes: int = 0, **changes: object) -> Run:
    step = Step(call=CALL, effect=Effect.WRITE, says="Roll back checkout")
    plan = Plan(tenant=tenant, thread="t1", message="m1", requester="alice", goal="Roll back", steps=(step,))
    made = Run(
        id=name,
        tenant=tenant,
        plan=plan,
        plan_digest=plan.digest(),
        correlation="cor_1",
        status=RunStatus.WAITING,
        decision=NeedsApproval(
            basis=Basis(policies=("p",), policy_hash="0" * 64), obligations=(Obligation(approvals=1),)
        ),
        steps=(StepRecord(index=0),),
        created_at=MIDNIGHT + timedelta(minutes=minutes),
        expires_at=MIDNIGHT + timedelta(minutes=minutes + 30),
    )
    return made.model_copy(update=changes)


def grant(tenant: str = "acme", name: str = "grant_1") -> Grant:
    return Grant(
        id=name,
        tenant=tenant,
        run="run_1",
        step=0,
        call_digest=digest(CALL),
        policy_hash="0" * 64,
        minted_at=MIDNIGHT,
        expires_at=MIDNIGHT + timedelta(seconds=30),
    )


def approval(tenant: str = "acme", approver: str = "bob") -> Approval:
    return Approval(
        id=f"approval_{approver}",
        tenant=tenant,
        run="run_1",
        plan_digest=run(tenant).plan_digest,
        approver=approver,
        verdict=Verdict.APPROVE,
        reason="Looks right",
        surface=Surface.CONSOLE,
        policy_hash="0" * 64,
        decided_at=MIDNIGHT + timedelta(minutes=1),
        expires_at=MIDNIGHT + timedelta(minutes=30),
    )


def record(tenant: str = "acme", correlation: str = "cor_1", actor: str = "alice", message: str = "m1") -> Record:
    body = MessageReceived(message=message, thread="t1", surface=Surface.REST)
    return Record(tenant=tenant, at=MIDNIGHT, actor=actor, correlation=correlation, body=body)


def denial(tenant: str = "acme", correlation: str = "cor_1", tool: str = "deploy.rollback") -> Record:
    body = Denied(denial="denial_1", code="policy.denied", tool=tool)
    return Record(tenant=tenant, at=MIDNIGHT, actor="alice", correlation=correlation, body=body)


def evidence(name: str = "ev_1", summary: str = "31 %") -> Evidence:
    return Evidence(id=name, source="prometheus", query="up", summary=summary, observed_at=MIDNIGHT, value=0.31)


def message(tenant: str = "acme", name: str = "m1", minutes: int = 0, sender: str = "alice") -> Message:
    at = MIDNIGHT + timedelta(minutes=minutes)
    return Message(
        id=name, tenant=tenant, thread="t1", sender=sender, surface=Surface.REST, text=f"words {name}", at=at
    )


def reply(name: str = "m1") -> Reply:
    return Reply(
        id=f"reply_{name}", thread="t1", to=name, kind="answer", text="All is well.", correlation="c", at=MIDNIGHT
    )


def key(tenant: str = "acme", name: str = "key_1") -> ApiKey:
    return ApiKey(id=name, tenant=tenant, principal="alice", scopes=("observe",), created_at=MIDNIGHT)


def hold(tenant: str = "acme", name: str = "hold_1") -> Hold:
    return Hold(id=name, tenant=tenant, scope="correlation", value="cor_1", placed_at=MIDNIGHT)


def credential(tenant: str = "acme", name: str = "credential_1", **changes: object) -> Credential:
    made = Credential(
        id=name,
        tenant=tenant,
        holder="bob",
        form=CredentialForm.KEY,
        public=b64encode(name.encode().ljust(32, b".")[:32]).decode(),
        proposed_at=MIDNIGHT,
    )
    return made.model_copy(update=changes)


def challenge(tenant: str = "acme", name: str = "nonce_1") -> Challenge:
    return Challenge(
        nonce=name,
        tenant=tenant,
        principal="bob",
        purpose="approval",
        subject="run_1",
        content="{}",
        issued_at=MIDNIGHT,
        expires_at=MIDNIGHT + timedelta(minutes=5),
    )


def review(tenant: str = "acme", name: str = "review_1") -> Review:
    return Review(
        id=name,
        tenant=tenant,
        run="run_1",
        approval="approval_bob",
        used_by="bob",
        reason="Nobody else is awake.",
        missing=1,
        used_at=MIDNIGHT,
        window_ends_at=MIDNIGHT + timedelta(minutes=15),
    )


def stop(tenant: str = "acme", name: str = "stop_1") -> Stop:
    return Stop(id=name, tenant=tenant, by="ada", reason="the cable", at=MIDNIGHT)


def use(tenant: str = "acme", name: str = "use_1", **changes: object) -> Use:
    made = Use(
        id=name, tenant=tenant, resource=Resource.ACTIONS, person="alice", tool=CALL.tool, amount=1, at=MIDNIGHT
    )
    return made.model_copy(update=changes)


def standing(tenant: str = "acme", name: str = "standing_1", **changes: object) -> StandingApproval:
    made = StandingApproval(
        id=name,
        tenant=tenant,
        approver="bob",
        calls=(CallPattern(tool=CALL.tool, arguments=CALL.arguments),),
        run="run_1",
        approval="approval_bob",
        surface=Surface.CONSOLE,
        policy_hash="0" * 64,
        given_at=MIDNIGHT,
        expires_at=MIDNIGHT + timedelta(minutes=30),
        most_uses=2,
    )
    return made.model_copy(update=changes)


def promoted(tenant: str = "acme", number: int = 1, **changes: object) -> PromotedPolicy:
    made = PromotedPolicy(
        tenant=tenant,
        number=number,
        change="promoted",
        policy_hash=f"{number:064x}",
        previous="0" * 64,
        text="permit (principal, action, resource);",
        by="ada",
        agreed_by="bob",
        reason="for the test",
        at=MIDNIGHT,
    )
    return made.model_copy(update=changes)


def policy_proposal(tenant: str = "acme", name: str = "proposal_1") -> PolicyProposal:
    return PolicyProposal(
        id=name,
        tenant=tenant,
        text="permit (principal, action, resource);",
        policy_hash="1" * 64,
        previous="0" * 64,
        by="ada",
        reason="for the test",
        at=MIDNIGHT,
        decisions=3,
        simulation={"requests": 0},
    )


def attempt(tenant: str = "acme", **changes: object) -> Attempt:
    made = Attempt(
        tenant=tenant,
        key="run_1:0",
        tool="command.drain",
        correlation="cor_1",
        arguments={"queue": "orders"},
        begun_at=MIDNIGHT,
    )
    return made.model_copy(update=changes)


def arrival(tenant: str = "acme", **changes: object) -> Arrival:
    made = Arrival(
        tenant=tenant,
        id="command:T1:1.2",
        kind=ArrivalKind.COMMAND,
        name="/qd",
        team="T1",
        user="U1",
        text="status",
        received_at=MIDNIGHT,
    )
    return made.model_copy(update=changes)


def installation(tenant: str = "acme", **changes: object) -> Installation:
    made = Installation(tenant=tenant, team="T1", installed_at=MIDNIGHT, key="key_1", sealed="c2VhbGVk")
    return made.model_copy(update=changes)


def posted(tenant: str = "acme", **changes: object) -> Posted:
    made = Posted(tenant=tenant, team="T1", key="run_1:card", channel="C1", begun_at=MIDNIGHT)
    return made.model_copy(update=changes)


def suspension(tenant: str = "acme", **changes: object) -> Suspension:
    made = Suspension(tenant=tenant, tool="mcp.notes.add", pinned="1" * 64, found="2" * 64, at=MIDNIGHT)
    return made.model_copy(update=changes)


def letter(tenant: str = "acme", name: str = "letter_1", **changes: object) -> DeadLetter:
    origin = Origin(
        message="m1",
        thread="t1",
        correlation="cor_1",
        requester="alice",
        plan_digest=run(tenant).plan_digest,
        run="run_1",
        step=0,
    )
    made = DeadLetter(
        id=name,
        tenant=tenant,
        died_of=DeadReason.EXHAUSTED,
        code="connector.unreachable",
        says="The estate could not be reached.",
        origin=origin,
        at=MIDNIGHT,
        keep_until=MIDNIGHT + timedelta(days=90),
        replays=(Replay(run="run_2", message="m2", begins=ReplayFrom.FAILED, by="bob", reason="", at=MIDNIGHT),),
    )
    return made.model_copy(update=changes)


ACCOUNT = Account(source=AccountSource.SLACK, issuer="T0ACME", subject="U0ALICE")


def member(tenant: str = "acme", name: str = "alice", **changes: object) -> Member:
    return Member(tenant=tenant, id=name, origin="oidc", added_at=MIDNIGHT).model_copy(update=changes)


def identity(tenant: str = "acme", name: str = "identity_1", person: str = "alice") -> Identity:
    return Identity(id=name, tenant=tenant, account=ACCOUNT, person=person, linked_at=MIDNIGHT)


def link(tenant: str = "acme", name: str = "link_1", **changes: object) -> Link:
    made = Link(
        id=name,
        tenant=tenant,
        begun_by=LinkSide.ACCOUNT,
        account=ACCOUNT,
        begun_at=MIDNIGHT,
        expires_at=MIDNIGHT + timedelta(minutes=10),
    )
    return made.model_copy(update=changes)


def sign_in(tenant: str = "acme", name: str = "ses_1", **changes: object) -> SignIn:
    made = SignIn(id=name, tenant=tenant, person="alice", how="key", began_at=MIDNIGHT, moved_at=MIDNIGHT)
    return made.model_copy(update=changes)


def node(tenant: str = "acme", name: str = "node_1", **changes: object) -> Node:
    made = Node(id=name, tenant=tenant, address="http://one", version="1", capacity=4, started_at=MIDNIGHT)
    return made.model_copy(update=changes)


def term(tenant: str = "acme") -> Term:
    return Term(tenant=tenant, office="reaper", holder="node_1", token=1)


def outcome_record(tenant: str = "acme", *, worked: bool = True) -> OutcomeRecord:
    told = {"procedure": "roll-back-release", "service": "checkout", "status": "succeeded", "at": MIDNIGHT}
    return OutcomeRecord.model_validate(told | {"tenant": tenant, "run": "run_1", "worked": worked})


def shown(tenant: str = "acme", **changes: object) -> Shown:
    told: dict[str, object] = {"tenant": tenant, "run": "run_1", "team": "T1", "channel": "C1"}
    return Shown.model_validate(told | changes)


def place(tenant: str = "acme", **changes: object) -> Place:
    told = {
        "tenant": tenant,
        "id": "place_1",
        "entra": "entra-1",
        "service_url": "https://smba.test/",
        "conversation": "a:1",
        "seen_at": MIDNIGHT,
    }
    return Place.model_validate(told | changes)


def shown_card(tenant: str = "acme", **changes: object) -> ShownCard:
    told = {
        "tenant": tenant,
        "place": "place_1",
        "run": "run_1",
        "activity": "1000",
        "requester": "alice",
        "shown_at": MIDNIGHT,
    }
    return ShownCard.model_validate(told | changes)


async def fill(unit: Unit, tenant: str = "acme") -> None:
    """Put one of each thing into the tenant."""
    await unit.runs.add(run(tenant))
    await unit.grants.mint(grant(tenant))
    await unit.ledger.append(record(tenant))
    await unit.blobs.put(tenant, "cor_1", "message", b"words m1")
    await unit.evidence.put(tenant, "cor_1", [evidence()])
    await unit.turns.receive(message(tenant))
    await unit.turns.answer(tenant, reply())
    await unit.keys.add(key(tenant), secret_hash(f"qd_{tenant}"))
    await unit.holds.place(hold(tenant))
    await unit.credentials.add(credential(tenant))
    await unit.challenges.offer(challenge(tenant))
    await unit.reviews.open(review(tenant))
    await unit.switches.stop(stop(tenant))
    await unit.uses.add(tenant, [use(tenant)])
    await unit.standing.give(standing(tenant))
    await unit.policies.promote(promoted(tenant))
    await unit.policies.propose(policy_proposal(tenant))
    await unit.dead_letters.keep(letter(tenant))
    await unit.rates.change(tenant, "deploy.rollback checkout", 1, lambda _: 2)
    await unit.outcomes.count(outcome_record(tenant))
    await unit.idempotency.begin(tenant, "alice", "k1", "a" * 64)
    await unit.members.put(member(tenant))
    await unit.identities.add(identity(tenant))
    await unit.links.begin(link(tenant), f"{1:064x}", f"{2:064x}")
    await unit.codes.issue(tenant, "sign_in", "code", "{}", MIDNIGHT + timedelta(minutes=10))
    await unit.sign_ins.begin(sign_in(tenant))
    await unit.attempts.begin(attempt(tenant))
    await unit.suspensions.suspend(suspension(tenant))
    await unit.arrivals.keep([arrival(tenant)], "slack_1", 60.0)
    await unit.installations.put(installation(tenant))
    await unit.slack_posts.begin(posted(tenant))
    await unit.slack_cards.keep(shown(tenant))
    await unit.slack_notices.first(tenant, "T1", "scope", MIDNIGHT, timedelta(days=1))
    await unit.slack_successes.add(success(tenant))
    await unit.teams_arrivals.keep([arrival(tenant)], "slack_1", 60.0)
    await unit.teams_posts.begin(posted(tenant))
    await unit.teams_places.put(place(tenant))
    await unit.teams_cards.put(shown_card(tenant))
    await unit.cluster.enter(node(tenant))
    await unit.leaders.lead(tenant, "reaper", "node_1", 60.0)
