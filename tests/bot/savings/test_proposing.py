"""Taking savings up becomes a plan of the calls that save, and nothing else."""

from decimal import Decimal

from agents.ports import Turn
from bot.savings.proposing import NOTHING, SavingProposer
from bot.savings.service import Savings
from memory.model.people import Surface
from memory.model.plan import Call, Effect, Plan, Step
from memory.model.run import Run
from memory.model.talk import Message, Submission
from memory.store import Store
from runbooks.proposal import Proposal
from runbooks.simulation import Outlook, Simulation
from tests.bot.savings.conftest import ALICE, NOW
from tests.bot.savings.fakes import FakeEstate
from tests.memory.samples import run

TURN = Turn(
    message=Message(
        id="m1", tenant="acme", thread="t1", sender="alice", surface=Surface.CLI, text="take them", at=NOW
    ),
    principal=ALICE,
    correlation="cor_1",
)
TAKE = Call(tool="savings.take")


class Onward:
    """Submits whatever it is given, and remembers it."""

    def __init__(self, store: Store) -> None:
        self.calls: tuple[Call, ...] = ()
        self._store = store

    async def propose(
        self, goal: str, calls: tuple[Call, ...], turn: Turn, evidence: tuple[str, ...]
    ) -> Submission:
        self.calls = calls
        steps = tuple(Step(call=call, effect=Effect.WRITE, says=call.tool) for call in calls)
        plan = Plan(tenant="acme", thread="t1", message="m1", requester="alice", goal=goal, steps=steps)
        submitted: Run = run().model_copy(update={"plan": plan, "plan_digest": plan.digest(), "steps": ()})
        return Submission(run=await self._store.runs.add(submitted))

    async def follow(self, proposal: Proposal, turn: Turn) -> Submission:
        return Submission(refusal=f"followed {proposal.goal}")

    async def simulate(self, proposal: Proposal, turn: Turn) -> tuple[Simulation, Outlook | None]:
        self.calls = proposal.calls
        return Simulation(), None


async def test_savings_are_taken_up_as_the_calls_that_make_them(savings: Savings, store: Store) -> None:
    onward = Onward(store)
    submission = await SavingProposer(savings, onward).propose("save", (TAKE,), TURN, ())
    assert submission.run is not None
    assert {call.tool for call in onward.calls} == {"service.scale"}
    assert {"service": "reports", "environment": "staging", "replicas": 0} in [c.arguments for c in onward.calls]
    assert all(call.provenance.keys() == call.arguments.keys() for call in onward.calls)
    adopted = await store.adoptions.of("acme")
    assert [(each.run, each.by, each.saving.target) for each in adopted if each.saving.service == "reports"] == [
        ("run_1", "alice", "reports in staging")
    ]
    (measured,) = [each for each in await savings.measured("acme") if each.adoption.saving.service == "reports"]
    assert "waiting" in measured.note


async def test_what_is_no_saving_goes_on_as_it_is(savings: Savings, store: Store) -> None:
    onward = Onward(store)
    restart = Call(tool="service.restart", arguments={"service": "checkout"})
    await SavingProposer(savings, onward).propose("restart", (restart,), TURN, ())
    assert onward.calls == (restart,)
    assert await store.adoptions.of("acme") == ()
    followed = await SavingProposer(savings, onward).follow(Proposal(goal="a runbook", calls=()), TURN)
    assert followed.refusal == "followed a runbook"


async def test_a_simulation_shows_the_calls_and_takes_nothing_up(savings: Savings, store: Store) -> None:
    onward = Onward(store)
    await SavingProposer(savings, onward).simulate(Proposal(goal="save", calls=(TAKE,)), TURN)
    assert {call.tool for call in onward.calls} == {"service.scale"}
    assert await store.adoptions.of("acme") == ()


async def test_where_no_tool_can_do_any_of_it_there_is_no_plan(
    savings: Savings, store: Store, estate: FakeEstate
) -> None:
    estate.away = True
    proposer = SavingProposer(savings, Onward(store))
    assert (await proposer.propose("save", (TAKE,), TURN, ())).code == NOTHING
    assert (await proposer.simulate(Proposal(goal="save", calls=(TAKE,)), TURN))[0].code == NOTHING


async def test_a_target_takes_only_what_it_needs(savings: Savings, store: Store) -> None:
    onward = Onward(store)
    plan, _ = await savings.plan("acme", Decimal(6200))
    take = Call(tool="savings.take", arguments={"amount": 6200.0})
    submission = await SavingProposer(savings, onward).propose("save", (take,), TURN, ())
    wanted = [call.arguments for call in plan.calls()]
    assert ([call.arguments for call in onward.calls] == wanted) if wanted else submission.code == NOTHING
