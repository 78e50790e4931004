"""Past requests are rebuilt from a log exactly, or counted as missing with the reason; none is dropped."""

from collections.abc import Iterator

from memory.canonical import canonical, digest
from memory.model.approval import Assurance, Verdict
from memory.model.bodies import Approved, Body, BrokeGlass, Decided, Denied, Interpreted, Observed, Planned
from memory.model.intent import Argument, Intent, IntentKind, Provenance
from memory.model.people import Surface
from memory.model.plan import Call, Effect, Plan, Step
from memory.model.record import Entry, Record
from tests.fakes.people import TENANT
from tests.tools.policy.world import TUESDAY
from tools.policy import past as module
from tools.policy.past import Past, past

RESTART = Call(
    tool="service.restart",
    arguments={"service": "checkout", "environment": "production"},
    provenance={"service": Provenance.MODEL},
)
PLAN = Plan(
    tenant=TENANT,
    thread="t",
    message="m1",
    requester="olaf",
    goal="g",
    steps=(Step(call=RESTART, effect=Effect.WRITE, says="restart"),),
)
LOOK = Intent(
    text="how is it",
    kind=IntentKind.TOOL,
    tool="service.health",
    arguments={"service": Argument(value="checkout", provenance=Provenance.MODEL)},
)
LOOKED = Call(tool=LOOK.tool, arguments=LOOK.values(), provenance={"service": Provenance.MODEL})
BASIS = {"policies": ("p",), "policy_hash": "0" * 64}
PEOPLE = {"p_olaf": "olaf", "p_bob": "bob", "p_ada": "ada"}
KEPT = {"1" * 64: canonical(PLAN), "2" * 64: canonical(LOOK)}


def planned(run: str = "run_1", **told: object) -> Planned:
    about = {"run": run, "message": "m1", "plan_digest": PLAN.digest(), "tools": (RESTART.tool,)}
    return Planned.model_validate({**about, "expires_at": TUESDAY, "content": "1" * 64, **told})


def decided(run: str = "run_1") -> Decided:
    about = {"run": run, "plan_digest": PLAN.digest(), "decision": "needs_approval", "approvals": 1}
    return Decided.model_validate({**about, **BASIS})


def approved(approval: str, assurance: Assurance = Assurance.CHAT, verdict: Verdict = Verdict.APPROVE) -> Approved:
    return Approved(
        run="run_1",
        approval=approval,
        plan_digest=PLAN.digest(),
        verdict=verdict,
        surface=Surface.REST,
        assurance=assurance,
        policy_hash="0" * 64,
    )


def understood(message: str = "m2") -> Interpreted:
    about = {"message": message, "meant": IntentKind.TOOL, "tool": LOOK.tool, "brain": "b", "confidence": 1.0}
    return Interpreted.model_validate({**about, "content": "2" * 64})


def observed(message: str = "m2", call: Call = LOOKED) -> Observed:
    about = {"message": message, "tool": call.tool, "call_digest": digest(call), "decision": "allow", "ok": True}
    return Observed.model_validate({**about, **BASIS})


def refused(subject: str, message: str = "m2") -> Denied:
    return Denied(denial="d", code="policy.denied", subject_digest=subject, message=message)


def told(*bodies: tuple[str, Body]) -> dict[int, Entry]:
    def entries() -> Iterator[Entry]:
        for actor, body in bodies:
            record = Record(tenant=TENANT, at=TUESDAY, actor="x", correlation="c", body=body)
            yield Entry.of(record, actor=actor, logged=TUESDAY)

    return dict(enumerate(entries()))


def asked(found: Past) -> list[tuple[str, str]]:
    return [(each.principal, each.what()) for each in found.requests]


def test_plans_approvals_looks_and_denials_are_rebuilt_as_they_were() -> None:
    entries = told(
        ("p_olaf", planned()),
        ("quarterdeck", decided()),
        ("p_bob", approved("a1")),
        ("p_ada", approved("a2", Assurance.KEY)),
        ("p_bob", approved("a3", verdict=Verdict.DENY)),
        ("p_olaf", understood()),
        ("p_olaf", observed()),
        ("p_olaf", refused(digest(LOOKED))),
    )
    found = past(entries, KEPT, PEOPLE)
    assert found.unbuilt == ()
    assert asked(found) == [
        ("olaf", "service.restart"),
        ("bob", "approve"),
        ("ada", "approve"),
        ("olaf", "service.health"),
        ("olaf", "service.health"),
    ]
    assert found.indices == (1, 2, 3, 6, 7)
    plan, first, second, look, _ = found.requests
    assert (plan.arguments, plan.provenance, plan.at) == (RESTART.arguments, RESTART.provenance, TUESDAY)
    assert (first.approved_by, second.approved_by, second.assurance) == ((), ("bob",), Assurance.KEY)
    assert (second.approves, second.tool) == ("olaf", "service.restart")
    assert look.arguments == {"service": "checkout"}


def test_going_ahead_alone_is_rebuilt_as_that_and_counts_as_nobodys_approval() -> None:
    alone = BrokeGlass.model_validate(
        {
            "review": "r",
            "run": "run_1",
            "approval": "a1",
            "missing": 1,
            "window_ends_at": TUESDAY,
            "plan_digest": PLAN.digest(),
            "policy_hash": "0" * 64,
        }
    )
    entries = told(("p_olaf", planned()), ("p_olaf", approved("a1")), ("p_olaf", alone), ("p_bob", approved("a2")))
    found = past(entries, KEPT, PEOPLE)
    assert [(each.what(), each.approved_by) for each in found.requests] == [("break_glass", ()), ("approve", ())]


def test_what_cannot_be_rebuilt_is_counted_by_why() -> None:
    other = PLAN.model_copy(update={"goal": "another"})
    entries = told(
        ("p_olaf", planned(content="3" * 64)),  # erased
        ("quarterdeck", decided()),
        ("p_olaf", planned("run_2", content="4" * 64)),  # another plan
        ("quarterdeck", decided("run_2")),
        ("quarterdeck", decided("run_3")),  # its plan is not among the entries
        ("p_olaf", observed("m9")),  # nobody knows what was meant
        ("p_olaf", understood()),
        ("p_olaf", observed(call=RESTART)),  # something else than was meant
        ("p_gone", observed()),  # by somebody who was erased
        ("p_olaf", refused(PLAN.digest())),  # a whole plan, which is not kept
    )
    found = past(entries, {**KEPT, "4" * 64: canonical(other)}, PEOPLE)
    assert found.requests == ()
    assert [each.index for each in found.unbuilt] == [1, 3, 4, 5, 7, 8, 9]
    assert found.missing() == {
        module.NO_PLAN: 2,
        module.OTHER_CALL: 2,
        module.OTHER_PLAN: 1,
        module.NO_WORDS: 1,
        module.ERASED: 1,
    }
